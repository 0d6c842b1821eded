/* SPDX-License-Identifier: GPL-2.0-only */
/* What the targets of the fuzzer share: docs/testing.md says what they are. */
#ifndef FUZZ_H
#define FUZZ_H

#include <stddef.h>
#include <stdint.h>

#define WORDS_MAX 100

/* The fuzzer calls this once, before the first input. */
int LLVMFuzzerInitialize(int *argc, char ***argv);

/* Each target has its own: runs opsctl's code with an input, and returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Begins a run: what opsctl keeps from the last one is gone. */
void run_begin(void);

/* Ends it. What opsctl has printed must be safe to show on a terminal. */
void run_end(void);

/* Returns the path of a file with this input, which stays until the next call. */
char *input_file(const uint8_t *data, size_t size);

/**
 * struct words - an input as words, one a line
 * @text: all of them
 * @items: each
 * @count: how many
 */
struct words {
	char *text;
	char *items[WORDS_MAX + 1];
	int count;
};

/* Takes an input apart. The words after the first WORDS_MAX are left out. */
void words_read(struct words *words, const uint8_t *data, size_t size);
void words_free(struct words *words);

#endif /* FUZZ_H */
