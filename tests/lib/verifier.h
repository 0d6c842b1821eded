/* SPDX-License-Identifier: GPL-2.0-only */
/* The verifier's log of a program, and the kernel whose verifier it is. */
#ifndef VERIFIER_H
#define VERIFIER_H

#include <stdbool.h>

/* Whether the log has LINE, as a whole line. */
bool verifier_said(const char *log, const char *line);

/* Fails the test, and shows the log of PROGRAM, if the log does not have LINE. */
void verifier_must_say(const char *program, const char *log, const char *line);

/* KERNEL_VERSION() of the running kernel, with 0 as its last number. */
unsigned int kernel_version(void);

#endif /* VERIFIER_H */
