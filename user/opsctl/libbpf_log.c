// SPDX-License-Identifier: GPL-2.0-only
#include "libbpf_log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/libbpf.h>

#include "opsctl.h"

#define LINES_SHOWN 20

static FILE *kept;
static char *text;
static size_t size;

static int keep(enum libbpf_print_level level, const char *format, va_list args)
{
	if (settings.debug)
		return vfprintf(stderr, format, args);
	/* The verifier's log of a refused program comes as a warning. */
	if (level == LIBBPF_WARN && kept)
		return vfprintf(kept, format, args);
	return 0;
}

void libbpf_log_begin(void)
{
	kept = open_memstream(&text, &size);
	libbpf_set_print(keep);
}

void libbpf_log_show(void)
{
	char *line;
	int lines = 0;

	if (settings.debug || !kept || fflush(kept) || !size)
		return;
	for (line = text + size - 1; line > text && lines < LINES_SHOWN; line--)
		lines += line[-1] == '\n';
	if (line > text)
		fputs("The end of the log (all of it: -d):\n", stderr);
	fputs(line > text ? line + 1 : text, stderr);
}
