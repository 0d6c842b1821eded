// SPDX-License-Identifier: GPL-2.0-only
#include "memory.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

void *xgrow(void *array, int count, size_t size)
{
	array = reallocarray(array, count + 1, size);
	if (!array)
		abort();
	return array;
}

char *xstrdup(const char *text)
{
	char *copy = strdup(text);

	if (!copy)
		abort();
	return copy;
}

char *xasprintf(const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		abort();
	va_end(args);
	return text;
}

FILE *xmemstream(char **text)
{
	/* Nobody asks for it: *TEXT ends with a NUL. */
	static size_t size;
	FILE *stream = open_memstream(text, &size);

	if (!stream)
		abort();
	return stream;
}
