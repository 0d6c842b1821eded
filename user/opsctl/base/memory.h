/* SPDX-License-Identifier: GPL-2.0-only */
/* Allocates memory; where there is none, each of these ends the program. */
#ifndef MEMORY_H
#define MEMORY_H

#include <stddef.h>
#include <stdio.h>

/* Makes room for one element of SIZE bytes more in an array of COUNT. */
void *xgrow(void *array, int count, size_t size);

char *xstrdup(const char *text);

/* Returns the text that printf() would print; the caller frees it. */
char *xasprintf(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Opens a stream that becomes *TEXT when it is closed; the caller frees that. */
FILE *xmemstream(char **text);

#endif /* MEMORY_H */
