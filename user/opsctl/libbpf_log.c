// SPDX-License-Identifier: GPL-2.0-only
#include "libbpf_log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/libbpf.h>

#include "text.h"
#include "command.h"

#define LINES_SHOWN 20

static FILE *kept;
static char *text;
static size_t size;

/* The log quotes names and source lines of an object that others made. */
static void print_line(const char *line)
{
	print_escaped(stderr, line, "\n\t\"\\");
}

static int keep(enum libbpf_print_level level, const char *format, va_list args)
{
	char *line;

	/* The verifier's log of a refused program comes as a warning. */
	if (!settings.debug)
		return level == LIBBPF_WARN && kept
			       ? vfprintf(kept, format, args)
			       : 0;
	if (vasprintf(&line, format, args) < 0)
		return 0;
	print_line(line);
	free(line);
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
	print_line(line > text ? line + 1 : text);
}
