// SPDX-License-Identifier: GPL-2.0-only
/*
 * Two rules that admit the visitors of one letter each, and leave all others to the next
 * rule. Whoever loads them puts a letter of its own in: so a visit tells whose rule is at
 * the gate.
 */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "../../examples/turnstile/turnstile.h"
#include "../races/race_tables.h"

char LICENSE[] SEC("license") = "GPL";

#define RULE(id)                                                            \
	SEC("struct_ops/decide")                                            \
	int BPF_PROG(decide_##id, struct turnstile_visit *visit)            \
	{                                                                   \
		__u64 letter;                                               \
		char first = 0;                                             \
                                                                            \
		asm volatile("%0 = %1" : "=r"(letter) : "i"(RACE_LETTER));  \
		bpf_probe_read_kernel(&first, sizeof(first), visit->name);  \
		return first == letter ? TURNSTILE_ADMIT : TURNSTILE_NEXT;  \
	}                                                                   \
	SEC("?.struct_ops.link")                                            \
	struct turnstile_rule table_##id = { .decide = (void *)decide_##id, \
					     .name = "race" #id }

RULE(0);
RULE(1);
