/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The tables of the bench module: shared by the module and by the BPF programs
 * that implement them (after vmlinux.h).
 */
#ifndef OPSMOD_BENCH_H
#define OPSMOD_BENCH_H

#ifdef __KERNEL__
#include "opsmod/chain.h"
#include "opsmod/named.h"
#endif

#ifdef __bpf__
#pragma clang attribute push(__attribute__((preserve_access_index)), \
			     apply_to = record)
#endif

/**
 * struct opsmod_bench_ops - a table whose calls cost nothing but the call
 * @call: called by the file struct_ops; must be there
 * @call_sleepable: called by the file sleepable, where it is there; may sleep
 */
struct opsmod_bench_ops {
	int (*call)(void);
	int (*call_sleepable)(void);
};

/* Targets that a chain can have a table at, besides 0; and tables of each. */
#define OPSMOD_BENCH_OTHERS 100
#define OPSMOD_BENCH_TABLES_MAX 8

/**
 * struct opsmod_bench_slot_ops - a table in the kit's slot
 * @call: called by the file slot
 */
struct opsmod_bench_slot_ops {
	int (*call)(void);
};

/**
 * struct opsmod_bench_named_ops - one of many tables, found by its name
 * @call: called by the file named, if it was opened while this table was attached
 * @name: "measured" for that
 * @node: the kit's
 */
struct opsmod_bench_named_ops {
	int (*call)(void);
	char name[16];
#ifdef __KERNEL__
	struct opsmod_named_node node;
#endif
};

/**
 * struct opsmod_bench_chain_ops - one of the tables of a target
 * @call: called by the file chain; if it returns 0, so is that of the next table
 * @target: 0 for that; the others are up to OPSMOD_BENCH_OTHERS
 * @priority: lower ones come first
 * @node: the kit's
 */
struct opsmod_bench_chain_ops {
	int (*call)(void);
	__u32 target;
	__s32 priority;
#ifdef __KERNEL__
	struct opsmod_chain_node node;
#endif
};

#ifdef __bpf__
#pragma clang attribute pop

extern void opsmod_bench_kfunc(void) __attribute__((section(".ksyms")));
#else
int opsmod_bench_target(void);
void opsmod_bench_kfunc(void);
#endif

#endif /* OPSMOD_BENCH_H */
