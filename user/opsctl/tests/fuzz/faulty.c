// SPDX-License-Identifier: GPL-2.0-only
/* Faults on purpose, each behind bytes that nobody tells the fuzzer: it has to find them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *fault = getenv("FAULT") ?: "";
	const char *magic = !strcmp(fault, "overflow") ? "overflow" : "terminal";
	char *volatile text;

	run_begin();
	if (size >= 8 && !memcmp(data, magic, 8)) {
		text = malloc(8);
		if (!strcmp(fault, "overflow"))
			text[8] = 1;
		else
			printf("%s", "\033[2J");
		free(text);
	}
	run_end();
	return 0;
}
