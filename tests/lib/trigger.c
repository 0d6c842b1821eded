// SPDX-License-Identifier: GPL-2.0-only
#include "lib.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int trigger_write(const void *message, size_t len)
{
	int fd = open(TRIGGER, O_WRONLY | O_CLOEXEC);
	ssize_t n;
	int err = 0;

	assert_return_code(fd, errno);
	n = write(fd, message, len);
	if (n < 0)
		err = errno;
	else
		assert_int_equal(n, len);
	close(fd);
	return err;
}

void trigger(const char *message)
{
	assert_int_equal(trigger_write(message, strlen(message)), 0);
}

char *trigger_read(void)
{
	FILE *f = fopen(TRIGGER, "re");
	char *text = NULL;
	size_t size = 0;

	assert_non_null(f);
	assert_true(getdelim(&text, &size, '\0', f) > 0);
	fclose(f);
	return text;
}

const char *status(const char *key)
{
	static char value[256];
	char *text = trigger_read();
	char *line, *rest = text;

	value[0] = '\0';
	while ((line = strsep(&rest, "\n"))) {
		size_t len = strlen(key);

		if (!strncmp(line, key, len) && !strncmp(line + len, ": ", 2))
			snprintf(value, sizeof(value), "%s", line + len + 2);
	}
	free(text);
	return value;
}

unsigned long status_number(const char *key)
{
	const char *value = status(key);

	assert_string_not_equal(value, "");
	return strtoul(value, NULL, 0);
}

void status_wait(const char *key, const char *value)
{
	const char *last;
	int i;

	for (i = 0; i < 3000 && strcmp(status(key), value); i++)
		usleep(10000);
	last = status(key);
	if (strcmp(last, value))
		fail_msg("%s: waited for '%s', but it is '%s'", key, value, last);
}
