/* SPDX-License-Identifier: GPL-2.0-only */
/* Random numbers that a seed repeats. */
#ifndef RANDOM_H
#define RANDOM_H

#include <stdint.h>

/* The state to begin with. */
uint64_t random_begin(uint64_t seed);

/* From 0 to N - 1. */
unsigned int random_below(uint64_t *state, unsigned int n);

#endif /* RANDOM_H */
