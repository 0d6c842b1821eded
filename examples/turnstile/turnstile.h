/* SPDX-License-Identifier: GPL-2.0-only */
/* Shared by the module, its programs (after vmlinux.h) and user space. */
#ifndef TURNSTILE_H
#define TURNSTILE_H

#ifdef __KERNEL__
#include "opsmod/chain.h"
#endif
#ifndef __VMLINUX_H__
#include <linux/types.h>
#endif

#ifdef __bpf__
#pragma clang attribute push(__attribute__((preserve_access_index)), \
			     apply_to = record)
#endif

/* Rules that a gate can have, and bytes of a name, with the NUL. */
#define TURNSTILE_RULES_MAX 8
#define TURNSTILE_NAME_SIZE 16

/**
 * enum turnstile_verdict - what a rule says of a visit; any other number is a refusal
 * @TURNSTILE_NEXT: nothing: the next rule is asked. Where none is left, it is a refusal
 * @TURNSTILE_ADMIT: the visitor may pass
 * @TURNSTILE_REFUSE: the visitor may not
 */
enum turnstile_verdict {
	TURNSTILE_NEXT,
	TURNSTILE_ADMIT,
	TURNSTILE_REFUSE,
};

/**
 * struct turnstile_visit - what rules are asked about; programs read it
 * @gate: where it is
 * @name: whose it is. It is a pointer so that nothing else passes for a visit: kfuncs
 *	  take any memory for a struct of numbers alone
 */
struct turnstile_visit {
	__u32 gate;
	const char *name;
};

/**
 * struct turnstile_pass - what an admitted visitor carries, until it is returned
 * @gate: where the visitor came in
 * @name: whose it is. It is a pointer for the same reason: even memory of a ring buffer,
 *	  which programs have to give back as well, would pass for a pass
 */
struct turnstile_pass {
	__u32 gate;
	const char *name;
};

/**
 * struct turnstile_rule - the table
 * @decide: returns an enum turnstile_verdict; may sleep
 * @admitted: called after @decide has admitted a visitor. The pass is the program's: it
 *	      returns it, or keeps it in a map. Before Linux 6.15 no program can have it
 * @gate: the gate that the rule is for. It has to be there
 * @priority: rules are asked from the lowest number on
 * @name: for the log
 * @node: the kit's, and for the kernel alone, as is what follows
 * @asked: how often the rule was asked since it was attached
 */
struct turnstile_rule {
	int (*decide)(struct turnstile_visit *visit);
	int (*admitted)(struct turnstile_pass *pass);
	__u32 gate;
	__s32 priority;
	char name[TURNSTILE_NAME_SIZE];
#ifdef __KERNEL__
	struct opsmod_chain_node node;
	atomic_t asked;
#endif
};

#ifdef __bpf__
#pragma clang attribute pop
#define TURNSTILE_KFUNC extern __attribute__((section(".ksyms")))
#define OPSMOD_CALLER
#else
#define TURNSTILE_KFUNC
#endif

#if defined(__bpf__) || defined(__KERNEL__)
/* In decide: how often the program's rule was asked, with this visit. */
TURNSTILE_KFUNC int turnstile_asked(struct turnstile_visit *visit OPSMOD_CALLER);

/* In admitted: gives the pass back; for the kernel alone, likewise from a map. */
TURNSTILE_KFUNC void turnstile_return(struct turnstile_pass *pass);
TURNSTILE_KFUNC void turnstile_return_dtor(void *pass);
#endif

#endif /* TURNSTILE_H */
