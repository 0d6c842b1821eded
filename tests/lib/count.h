/* SPDX-License-Identifier: GPL-2.0-only */
/* Counts what this thread, or this process, has the kernel do for it. */
#ifndef COUNT_H
#define COUNT_H

/* Begins to, with one or two programs of count.bpf.o; SECOND may be NULL. */
void count_begin(const char *name, const char *second);

/* A variable of these programs. */
unsigned int count_of(const char *variable);

/* May be called although nothing is counted. */
void count_end(void);

#endif /* COUNT_H */
