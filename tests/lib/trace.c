// SPDX-License-Identifier: GPL-2.0-only
#include "lib.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TRACEFS "/sys/kernel/tracing/"

static int open_tracefs(const char *file, int flags)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), TRACEFS "%s", file);
	fd = open(path, flags);
	if (fd < 0)
		fail_msg("%s: %s", path, strerror(errno));
	return fd;
}

void tracefs_write(const char *file, const char *text)
{
	int fd = open_tracefs(file, O_WRONLY);

	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

long tracefs_number(const char *file)
{
	int fd = open_tracefs(file, O_RDONLY);
	char text[32] = "";

	assert_in_range(read(fd, text, sizeof(text) - 1), 1, sizeof(text) - 1);
	close(fd);
	return strtol(text, NULL, 10);
}

void trace_clear(void)
{
	close(open_tracefs("trace", O_WRONLY | O_TRUNC));
}

char *trace_take(const char *prefix)
{
	FILE *file = fopen(TRACEFS "trace", "r");
	char *line = NULL, *taken = NULL, *event, start[64];
	size_t size = 0, taken_size;
	FILE *out = open_memstream(&taken, &taken_size);

	assert_non_null(file);
	assert_non_null(out);
	snprintf(start, sizeof(start), ": %s", prefix);
	while (getline(&line, &size, file) >= 0) {
		event = strstr(line, start);
		if (event)
			fputs(event + 2, out);
	}
	fclose(out);
	fclose(file);
	free(line);
	return taken;
}
