/* SPDX-License-Identifier: GPL-2.0-only */
/* What the module says in the kernel's log. */
#ifndef KLOG_H
#define KLOG_H

#include <stddef.h>

/* Forgets all that the kernel has logged so far. */
void klog_mark(void);

/*
 * Reads on from the mark, and moves it: the lines that begin with PREFIX,
 * without it, each ended by a newline. The kernel's lines alone, never what a
 * process wrote to /dev/kmsg, and not those about tainting. The caller frees the result.
 */
char *klog_take(const char *prefix);

/* How often LINE, or the end of one, is in SAID. */
size_t klog_count(const char *said, const char *line);

/* Reads on until there is this text, after PREFIX. */
void klog_wait_for(const char *prefix, const char *text);

/* The module's lines since the mark, without its name before each, are exactly these. */
void klog_expect(const char *lines);

#endif /* KLOG_H */
