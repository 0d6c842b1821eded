/* SPDX-License-Identifier: GPL-2.0-only */
/* The trigger file. */
#ifndef TRIGGER_H
#define TRIGGER_H

#include <stddef.h>

/* Writes one message; returns 0, or the errno. A short write is a failure. */
int trigger_write(const void *message, size_t len);

/* Writes one message, which the module must take. */
void trigger(const char *message);

/* The whole text of the file; the caller frees it. */
char *trigger_read(void);

/* The value that follows "KEY: ", as text in a static buffer, or as a number. */
const char *status(const char *key);
unsigned long status_number(const char *key);

/* Waits until the value is VALUE. */
void status_wait(const char *key, const char *value);

#endif /* TRIGGER_H */
