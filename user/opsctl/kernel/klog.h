/* SPDX-License-Identifier: GPL-2.0-only */
/* The kernel's log: what it says of an act, and what it said last of a thing. */
#ifndef KLOG_H
#define KLOG_H

/* Marks where the log ends now. */
void klog_mark(void);

/**
 * klog_since_mark() - what the kernel has logged since then
 *
 * Messages of programs in user space are left out. What the kernel logged for another
 * reason meanwhile is among the lines.
 *
 * Return: the lines, each with its newline; "" if there is none; NULL if the log cannot
 * be read (it takes root, or CAP_SYSLOG). The caller frees it.
 */
char *klog_since_mark(void);

/**
 * klog_last() - the newest line of the whole log that begins with a text
 * @begins: the text
 * @more_begins: how the line after that begins, if it goes on with the same
 *
 * Return: the rest of the line, and of the next one; or NULL. The caller frees it.
 */
char *klog_last(const char *begins, const char *more_begins);

#endif /* KLOG_H */
