// SPDX-License-Identifier: GPL-2.0-only
/*
 * A rule that admits everybody, and keeps the last visitor's pass until the next one
 * comes. For Linux 6.15 and newer.
 */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "turnstile.h"

char LICENSE[] SEC("license") = "GPL";

struct last {
	struct turnstile_pass __kptr *pass;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct last);
} last SEC(".maps");

SEC("struct_ops/decide")
int BPF_PROG(admit_all, struct turnstile_visit *visit)
{
	return TURNSTILE_ADMIT;
}

/* The verifier refuses a program that loses the pass on any way through it. */
SEC("struct_ops/admitted")
int BPF_PROG(keep_pass, struct turnstile_pass *pass)
{
	__u32 key = 0;
	struct last *l = bpf_map_lookup_elem(&last, &key);

	if (l)
		pass = bpf_kptr_xchg(&l->pass, pass);
	if (pass)
		turnstile_return(pass);
	return 0;
}

SEC(".struct_ops.link")
struct turnstile_rule inside = {
	.decide = (void *)admit_all,
	.admitted = (void *)keep_pass,
	.gate = 1,
	.priority = 10,
	.name = "inside",
};
