/* SPDX-License-Identifier: GPL-2.0-only */
/* What counting cannot see: writers in parallel. */
#ifndef WRITERS_H
#define WRITERS_H

/* Of N writers together, each on a CPU of its own; the most of three attempts. */
double writes_per_second(const char *file, int n);

#endif /* WRITERS_H */
