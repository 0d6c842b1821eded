/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The tables of the module opsmod_permit: shared by the module and by the BPF
 * programs that implement them (after vmlinux.h).
 */
#ifndef OPSMOD_PERMIT_H
#define OPSMOD_PERMIT_H

#ifdef __bpf__
#pragma clang attribute push(__attribute__((preserve_access_index)), \
			     apply_to = record)
#endif

/**
 * struct permit_ops - a table of which one member may call permit_nap()
 * @denied: may not
 * @granted: may
 */
struct permit_ops {
	int (*denied)(void);
	int (*granted)(void);
};

/**
 * struct permit_other_ops - a table of which no member may
 * @first: has the index of permit_ops.denied
 * @second: has the index of permit_ops.granted
 */
struct permit_other_ops {
	int (*first)(void);
	int (*second)(void);
};

#ifdef __bpf__
#pragma clang attribute pop

extern int permit_nap(void) __attribute__((section(".ksyms")));
#else
int permit_nap(void);
#endif

#endif /* OPSMOD_PERMIT_H */
