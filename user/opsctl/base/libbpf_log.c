// SPDX-License-Identifier: GPL-2.0-only
#include "libbpf_log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/libbpf.h>

#include "array.h"
#include "command.h"
#include "memory.h"
#include "text.h"

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
	if (vasprintf(&line, format, args) < 0)
		return 0;
	if (level == LIBBPF_WARN && kept)
		fputs(line, kept);
	if (settings.debug)
		print_line(line);
	free(line);
	return 0;
}

void libbpf_log_begin(void)
{
	if (kept)
		fclose(kept);
	free(text);
	text = NULL;
	size = 0;
	kept = open_memstream(&text, &size);
	libbpf_set_print(keep);
}

/* The line that is before the newlines at LINE. */
static char *line_before(char *line)
{
	while (line > text && *line == '\n')
		line--;
	while (line > text && line[-1] != '\n')
		line--;
	return line;
}

static char *copy_line(const char *line)
{
	return strndup(line, strcspn(line, "\n"));
}

/* Where the verifier's report of a refusal begins, which newer kernels have. */
static char *report(void)
{
	return strstr(text, "\nVerification failed");
}

/* What the verifier said last, before a report of it, or before its statistics. */
static char *verifier_reason(void)
{
	char *end = strstr(text, "-- BEGIN PROG LOAD LOG --");

	if (!end)
		return NULL;
	end = report() ?: strstr(end, "\nprocessed ");
	if (!end)
		return NULL;
	return copy_line(line_before(end));
}

/* The word of the log between two texts; NULL if it does not have them. */
static char *word_between(const char *before, const char *after)
{
	char *word = strstr(text, before), *end;

	if (!word)
		return NULL;
	word += strlen(before);
	end = strstr(word, after);
	return end ? strndup(word, end - word) : NULL;
}

static char *first_warning(void)
{
	static const char prefix[] = "libbpf: ";

	if (strncmp(text, prefix, strlen(prefix)))
		return NULL;
	return copy_line(text + strlen(prefix));
}

/* The name in quotes that ends where AFTER begins; NULL if the log does not have that. */
static char *name_before(const char *after)
{
	char *end = strstr(text, after), *name;

	for (name = end; name && name > text && name[-1] != '\''; name--)
		;
	return name ? strndup(name, end - name) : NULL;
}

static char *failed_map(void)
{
	char *map = name_before("': failed to create"), *cause = NULL;

	if (map)
		cause = xasprintf(
			"map %s cannot be made; if it has no size, its own loader sets that",
			map);
	free(map);
	return cause;
}

char *libbpf_log_cause(void)
{
	static const struct {
		const char *before;
		const char *after;
		const char *means;
	} known[] = {
		{ "extern (func ksym) '", "': not found",
		  "this kernel and its modules have no kfunc %s; load the module that has it" },
		{ "extern (var ksym) '", "': not found",
		  "this kernel and its modules have no variable %s" },
		{ "attach to unsupported member ", "\n",
		  "its type lets no program be this member: %s" },
		{ "JIT is required", "\n",
		  "the BPF JIT is off; switch it on: sysctl net.core.bpf_jit_enable=1" },
		{ "failed to open system Kconfig", "\n",
		  "it asks for the kernel's configuration, which cannot be read: no /boot/config-RELEASE and no /proc/config.gz%.0s" },
	};
	char *word, *cause;
	size_t i;

	if (!kept || fflush(kept) || !size)
		return NULL;
	for (i = 0; i < ARRAY_SIZE(known); i++) {
		word = word_between(known[i].before, known[i].after);
		if (!word)
			continue;
		cause = xasprintf(known[i].means, word);
		free(word);
		return cause;
	}
	return verifier_reason() ?: failed_map() ?: first_warning();
}

char *libbpf_log_program(void)
{
	if (!kept || fflush(kept) || !size)
		return NULL;
	return name_before("': BPF program load failed");
}

/* Prints what the verifier said and, of its report, why: the rest is long. */
static void show_report(void)
{
	char *line = report(), *end;

	if (!line)
		return;
	line = line_before(line);
	end = strstr(line, "\nReason:");
	end = end ? strstr(end, "\n\n") : NULL;
	if (!end)
		return;
	line = strndup(line, end - line);
	if (!line)
		return;
	print_line(line);
	fputc('\n', stderr);
	free(line);
}

void libbpf_log_show(void)
{
	char *line;
	int lines = 0;

	if (settings.debug || !kept || fflush(kept) || !size)
		return;
	for (line = text + size - 1; line > text && lines < LINES_SHOWN; line--)
		lines += line[-1] == '\n';
	if (line > text) {
		show_report();
		fputs("The end of the log (all of it: -d):\n", stderr);
	}
	print_line(line > text ? line + 1 : text);
}
