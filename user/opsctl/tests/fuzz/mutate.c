// SPDX-License-Identifier: GPL-2.0-only
/*
 * BTF is words of 32 bits: ids of types, offsets and counts. The fuzzer alone seldom makes
 * another good one of them, so half of the changes to an input with BTF are made here.
 */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

/* The fuzzer's own changes. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max);

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max,
			       unsigned int seed)
{
	uint8_t *btf = memmem(data, size, "\x9f\xeb\x01", 3);
	size_t words = btf ? (data + size - btf) / sizeof(uint32_t) : 0;
	uint8_t *at, *other;
	uint32_t word;

	if (!words || rand_r(&seed) % 2)
		return LLVMFuzzerMutate(data, size, max);
	at = btf + rand_r(&seed) % words * sizeof(word);
	other = btf + rand_r(&seed) % words * sizeof(word);
	memcpy(&word, at, sizeof(word));
	switch (rand_r(&seed) % 5) {
	case 0:
		word = rand_r(&seed) % 128;
		break;
	case 1:
		word++;
		break;
	case 2:
		word--;
		break;
	case 3:
		word ^= 1U << rand_r(&seed) % 32;
		break;
	case 4:
		memcpy(&word, other, sizeof(word));
		break;
	}
	memcpy(at, &word, sizeof(word));
	return size;
}
