/* SPDX-License-Identifier: GPL-2.0-only */
/* Where the code of BPF programs is in the kernel's memory. */
#ifndef CODE_H
#define CODE_H

#include <linux/types.h>
#include <stdbool.h>

/**
 * struct code - the machine code of one program, a range for each of its functions
 * @begins: addresses
 * @lengths: in bytes
 * @count: how many; 0 where the kernel does not tell
 */
struct code {
	__u64 *begins;
	__u32 *lengths;
	__u32 count;
};

/*
 * Reads it of the program with that id; code_free() may be called in any case. The
 * kernel hides addresses where kernel.kptr_restrict is 2.
 */
void code_read(__u32 program, struct code *code);
void code_free(struct code *code);

bool code_has(const struct code *code, __u64 address);

/* Tells whether the address is in any program; it is asked about the same ones often. */
bool code_is_a_programs(__u64 address);

#endif /* CODE_H */
