// SPDX-License-Identifier: GPL-2.0-only
#include "lib.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int kmsg = -1;

void klog_mark(void)
{
	if (kmsg < 0)
		kmsg = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	assert_true(kmsg >= 0);
	assert_return_code(lseek(kmsg, 0, SEEK_END), errno);
}

char *klog_take(const char *prefix)
{
	char *lines = NULL;
	size_t size;
	FILE *out = open_memstream(&lines, &size);
	char record[8192];
	ssize_t n;

	assert_non_null(out);
	while ((n = read(kmsg, record, sizeof(record) - 1)) > 0) {
		/* "priority,sequence,time,flags;text\n key=value..." */
		unsigned int facility = strtoul(record, NULL, 10) >> 3;
		char *text;

		record[n] = '\0';
		text = strchr(record, ';');
		if (facility || !text)
			continue;
		text++;
		text[strcspn(text, "\n")] = '\0';
		/* The kernel logs this once per boot, at the first load of a module. */
		if (strstr(text, "taints kernel.") ||
		    strstr(text, "tainting kernel"))
			continue;
		if (!strncmp(text, prefix, strlen(prefix)))
			fprintf(out, "%s\n", text + strlen(prefix));
	}
	/* EPIPE: the log was overwritten before we read it. */
	assert_int_equal(n < 0 ? errno : 0, EAGAIN);
	fclose(out);
	return lines;
}

void klog_expect(const char *lines)
{
	char *seen = klog_take(MODULE_NAME ": ");

	assert_string_equal(seen, lines);
	free(seen);
}

static bool klog_has(const char *prefix, const char *text)
{
	char *lines = klog_take(prefix);
	bool has = strstr(lines, text);

	free(lines);
	return has;
}

size_t klog_count(const char *said, const char *line)
{
	size_t n = 0;

	while ((said = strstr(said, line))) {
		said += strlen(line);
		n++;
	}
	return n;
}

void klog_wait_for(const char *prefix, const char *text)
{
	wait_until(klog_has(prefix, text));
}
