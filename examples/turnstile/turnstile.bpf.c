// SPDX-License-Identifier: GPL-2.0-only
/* Three rules for gate 1: whom it refuses, how many it takes, and whom it admits. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "turnstile.h"

char LICENSE[] SEC("license") = "GPL";

/* Verifier and kernel agree on what a name is: bytes, and a NUL. */
static __always_inline bool is_named(struct turnstile_visit *visit,
				     const char *name, __u32 size)
{
	char seen[TURNSTILE_NAME_SIZE] = "";

	bpf_probe_read_kernel_str(seen, sizeof(seen), visit->name);
	return !bpf_strncmp(seen, size, name);
}

SEC("struct_ops/decide")
int BPF_PROG(refuse_mallory, struct turnstile_visit *visit)
{
	static const char mallory[] = "mallory";

	return is_named(visit, mallory, sizeof(mallory)) ? TURNSTILE_REFUSE
							 : TURNSTILE_NEXT;
}

/* Of those that no rule before it refuses, three are admitted. */
SEC("struct_ops/decide")
int BPF_PROG(first_three, struct turnstile_visit *visit)
{
	return turnstile_asked(visit) <= 3 ? TURNSTILE_ADMIT : TURNSTILE_NEXT;
}

SEC(".struct_ops.link")
struct turnstile_rule banned = {
	.decide = (void *)refuse_mallory,
	.gate = 1,
	.priority = -10,
	.name = "banned",
};

SEC(".struct_ops.link")
struct turnstile_rule three = {
	.decide = (void *)first_three,
	.gate = 1,
	.priority = 0,
	.name = "three",
};
