/* SPDX-License-Identifier: GPL-2.0-only */
/* What the verifier says of a program. */
#ifndef VERIFIER_H
#define VERIFIER_H

#include <stdbool.h>

/* The log has LINE, as a whole line. */
bool verifier_said(const char *log, const char *line);

#endif /* VERIFIER_H */
