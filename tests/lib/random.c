// SPDX-License-Identifier: GPL-2.0-only
#include "random.h"

uint64_t random_begin(uint64_t seed)
{
	/* xorshift's one fixed point is 0. */
	return seed * 2 + 1;
}

/* xorshift64; the lower bits are the better ones. */
unsigned int random_below(uint64_t *state, unsigned int n)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return (*state >> 11) % n;
}
