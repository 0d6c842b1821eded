/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The tables of the second module: shared by the module, by the BPF programs
 * that implement them (after vmlinux.h) and by tests.
 */
#ifndef OPSMOD_SECOND_H
#define OPSMOD_SECOND_H

#if !defined(__VMLINUX_H__)
#include <linux/types.h>
#endif

#ifdef __bpf__
#pragma clang attribute push(__attribute__((preserve_access_index)), \
			     apply_to = record)
#endif

/**
 * struct second_ops - a table of which many can be attached, and swapped
 * @first: never called
 * @second: never called
 * @level: any value
 * @limit: any value
 * @name: NUL-terminated; tables may share it
 */
struct second_ops {
	int (*first)(void);
	int (*second)(int a);
	__u32 level;
	__u64 limit;
	char name[8];
};

/**
 * struct second_other_ops - a table without data, which cannot be swapped
 * @only: never called
 */
struct second_other_ops {
	int (*only)(void);
};

#ifdef __bpf__
#pragma clang attribute pop
#endif

#endif /* OPSMOD_SECOND_H */
