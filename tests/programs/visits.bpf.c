// SPDX-License-Identifier: GPL-2.0-only
/*
 * What rules of examples/turnstile may do and may not. Each program that must be
 * refused has a twin that loads.
 */
#include "programs.h"

#include "../../examples/turnstile/turnstile.h"

#define RULE SEC("?.struct_ops.link") struct turnstile_rule
#define RULE_OF(member_, prog)           \
	RULE rule_of_##prog = {          \
		.member_ = (void *)prog, \
		.gate = 1,               \
	}

__u32 seen;

SEC("struct_ops/decide")
int BPF_PROG(reads_gate, struct turnstile_visit *visit)
{
	seen = visit->gate;
	return TURNSTILE_NEXT;
}
RULE_OF(decide, reads_gate);

SEC("struct_ops/decide")
int BPF_PROG(admits, struct turnstile_visit *visit)
{
	return TURNSTILE_ADMIT;
}
RULE_OF(decide, admits);

SEC("struct_ops/decide")
int BPF_PROG(writes_gate, struct turnstile_visit *visit)
{
	visit->gate = seen;
	return TURNSTILE_NEXT;
}
RULE_OF(decide, writes_gate);

SEC("struct_ops/decide")
int BPF_PROG(asks_in_decide, struct turnstile_visit *visit)
{
	seen = turnstile_asked(visit);
	return TURNSTILE_NEXT;
}
RULE_OF(decide, asks_in_decide);

SEC("struct_ops/decide")
int BPF_PROG(returns_in_decide, struct turnstile_visit *visit)
{
	turnstile_return((void *)visit);
	return TURNSTILE_NEXT;
}
RULE_OF(decide, returns_in_decide);

struct turnstile_visit forged;

SEC("struct_ops/decide")
int BPF_PROG(asks_of_a_map_value, struct turnstile_visit *visit)
{
	seen = turnstile_asked(&forged);
	return TURNSTILE_NEXT;
}
RULE_OF(decide, asks_of_a_map_value);

SEC("struct_ops/admitted")
int BPF_PROG(returns_pass, struct turnstile_pass *pass)
{
	turnstile_return(pass);
	return 0;
}
RULE_OF(admitted, returns_pass);

SEC("struct_ops/admitted")
int BPF_PROG(loses_pass, struct turnstile_pass *pass)
{
	seen = pass->gate;
	return 0;
}
RULE_OF(admitted, loses_pass);

SEC("struct_ops/admitted")
int BPF_PROG(asks_in_admitted, struct turnstile_pass *pass)
{
	turnstile_asked((void *)pass);
	return 0;
}
RULE_OF(admitted, asks_in_admitted);

SEC("struct_ops/admitted")
int BPF_PROG(returns_pass_once, struct turnstile_pass *pass)
{
	turnstile_return(pass);
	seen = 1;
	return 0;
}
RULE_OF(admitted, returns_pass_once);

SEC("struct_ops/admitted")
int BPF_PROG(returns_pass_twice, struct turnstile_pass *pass)
{
	turnstile_return(pass);
	turnstile_return(pass);
	return 0;
}
RULE_OF(admitted, returns_pass_twice);

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 65536);
} passes SEC(".maps");

/* Memory that the program has to give back, too, but is no pass. */
SEC("struct_ops/admitted")
int BPF_PROG(discards_reserved, struct turnstile_pass *pass)
{
	struct turnstile_pass *own =
		bpf_ringbuf_reserve(&passes, sizeof(*own), 0);

	turnstile_return(pass);
	if (own)
		bpf_ringbuf_discard(own, 0);
	return 0;
}
RULE_OF(admitted, discards_reserved);

SEC("struct_ops/admitted")
int BPF_PROG(returns_reserved, struct turnstile_pass *pass)
{
	struct turnstile_pass *own =
		bpf_ringbuf_reserve(&passes, sizeof(*own), 0);

	turnstile_return(pass);
	if (own)
		turnstile_return(own);
	return 0;
}
RULE_OF(admitted, returns_reserved);

/* Who asks: a program of one rule, and one of two. */
__u32 asked_alone;
__u32 asked_shared[2];
__u32 nr_shared;

SEC("struct_ops/decide")
int BPF_PROG(decide_alone, struct turnstile_visit *visit)
{
	asked_alone = turnstile_asked(visit);
	return TURNSTILE_NEXT;
}

SEC("struct_ops/decide")
int BPF_PROG(decide_shared, struct turnstile_visit *visit)
{
	asked_shared[nr_shared++ & 1] = turnstile_asked(visit);
	return TURNSTILE_NEXT;
}

RULE alone = { .decide = (void *)decide_alone, .gate = 1 };
RULE first = { .decide = (void *)decide_shared, .gate = 1, .priority = 1 };
RULE second = { .decide = (void *)decide_shared, .gate = 1, .priority = 2 };
