/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The table of the bench module: shared by the module and by the BPF programs
 * that implement it (after vmlinux.h).
 */
#ifndef OPSMOD_BENCH_H
#define OPSMOD_BENCH_H

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

#ifdef __bpf__
#pragma clang attribute pop

extern void opsmod_bench_kfunc(void) __attribute__((section(".ksyms")));
#else
int opsmod_bench_target(void);
void opsmod_bench_kfunc(void);
#endif

#endif /* OPSMOD_BENCH_H */
