/* SPDX-License-Identifier: GPL-2.0-only */
/* The kernel's trace buffer. */
#ifndef TRACE_H
#define TRACE_H

/* Writes TEXT to FILE, below tracefs. */
void tracefs_write(const char *file, const char *text);

/* The number in FILE, below tracefs. */
long tracefs_number(const char *file);

/* Forgets all that was traced so far. */
void trace_clear(void);

/*
 * The traced events whose name begins with PREFIX, without task, CPU and time,
 * each on a line. The caller frees them.
 */
char *trace_take(const char *prefix);

#endif /* TRACE_H */
