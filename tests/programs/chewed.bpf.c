// SPDX-License-Identifier: GPL-2.0-only
/* A table that takes the verifier seconds: it walks through each round of each loop. */
#include "programs.h"

#define ROUNDS 30000

/* Clang must not know the number of rounds by heart, nor their result. */
#define chew(result)                                      \
	for (int i = 0; i < ROUNDS; i++) {                \
		asm volatile("" : "+r"(i), "+r"(result)); \
	}

SEC("struct_ops/test_1")
int BPF_PROG(chewed_1)
{
	int result = 0;

	chew(result);
	return result;
}

SEC("struct_ops/test_2")
int BPF_PROG(chewed_2, int a, int b)
{
	int result = 1;

	chew(result);
	return result;
}

SEC("struct_ops/test_3")
int BPF_PROG(chewed_3, const char *buf, int len)
{
	int result = 2;

	chew(result);
	return result;
}

TABLE chewed = {
	.test_1 = (void *)chewed_1,
	.test_2 = (void *)chewed_2,
	.test_3 = (void *)chewed_3,
	.name = "chewed",
};
