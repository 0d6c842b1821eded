/* SPDX-License-Identifier: GPL-2.0-only */
/* What the verifier says of a program, and of which kernel it is. */
#ifndef VERIFIER_H
#define VERIFIER_H

#include <stdbool.h>

/* The log has LINE, as a whole line. */
bool verifier_said(const char *log, const char *line);

/* The log of PROGRAM has LINE, or the test fails and shows the log. */
void verifier_must_say(const char *program, const char *log, const char *line);

/* KERNEL_VERSION() of the running kernel, but for its last number. */
unsigned int kernel_version(void);

#endif /* VERIFIER_H */
