// SPDX-License-Identifier: GPL-2.0-only
#include "klog.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"

/* The kernel's own limit of a record is less: PRINTK_MESSAGE_MAX. */
#define RECORD_MAX 8192

static int marked = -1;

static int open_log(int whence)
{
	int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (fd >= 0 && lseek(fd, 0, whence) < 0) {
		close(fd);
		return -1;
	}
	return fd;
}

/*
 * Reads the next message of the kernel's own, without its newline; false at the end.
 * A record is "priority,sequence,time,flags;text\n key=value...", and the facility of
 * the kernel is 0.
 */
static bool next_message(int fd, char record[RECORD_MAX], char **text)
{
	ssize_t n;

	while ((n = read(fd, record, RECORD_MAX - 1)) >= 0 || errno == EPIPE) {
		/* EPIPE: older records were overwritten; go on with the oldest. */
		if (n < 0)
			continue;
		record[n] = '\0';
		*text = strchr(record, ';');
		if (!*text || strtoul(record, NULL, 10) >> 3)
			continue;
		++*text;
		(*text)[strcspn(*text, "\n")] = '\0';
		return true;
	}
	return false;
}

void klog_mark(void)
{
	if (marked >= 0)
		close(marked);
	marked = open_log(SEEK_END);
}

char *klog_since_mark(void)
{
	char record[RECORD_MAX], *line, *lines = NULL;
	FILE *out;

	if (marked < 0)
		return NULL;
	out = xmemstream(&lines);
	while (next_message(marked, record, &line))
		fprintf(out, "%s\n", line);
	fclose(out);
	return lines;
}

char *klog_last(const char *begins, const char *more_begins)
{
	char record[RECORD_MAX], *line, *last = NULL, *more;
	int fd = open_log(SEEK_SET);
	bool is_next = false;

	if (fd < 0)
		return NULL;
	while (next_message(fd, record, &line)) {
		if (!strncmp(line, begins, strlen(begins))) {
			free(last);
			last = xstrdup(line + strlen(begins));
		} else if (is_next &&
			   !strncmp(line, more_begins, strlen(more_begins))) {
			more = xasprintf("%s: %s", last,
					 line + strlen(more_begins));
			free(last);
			last = more;
		}
		is_next = !strncmp(line, begins, strlen(begins));
	}
	close(fd);
	return last;
}
