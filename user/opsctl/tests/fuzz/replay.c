// SPDX-License-Identifier: GPL-2.0-only
/* Runs a target with each of the given files, in place of the fuzzer. */
#include <stdio.h>
#include <stdlib.h>

#include "fuzz.h"

#define SIZE_MAX_INPUT (1024 * 1024)

int main(int argc, char **argv)
{
	uint8_t *data;
	size_t size;
	FILE *f;
	int i;

	LLVMFuzzerInitialize(&argc, &argv);
	for (i = 1; i < argc; i++) {
		/* A copy of its own size: the sanitizer then sees what reads past it. */
		data = malloc(SIZE_MAX_INPUT);
		f = fopen(argv[i], "re");
		if (!data || !f)
			abort();
		size = fread(data, 1, SIZE_MAX_INPUT, f);
		fclose(f);
		data = realloc(data, size ?: 1);
		if (!data)
			abort();
		LLVMFuzzerTestOneInput(data, size);
		free(data);
	}
	return argc < 2;
}
