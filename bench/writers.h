/* SPDX-License-Identifier: GPL-2.0-only */
/* Measures writers in parallel, which counting instructions cannot show. */
#ifndef WRITERS_H
#define WRITERS_H

/* The rate of N writers together, each on its own CPU; the most of three attempts. */
double writes_per_second(const char *file, int n);

#endif /* WRITERS_H */
