// SPDX-License-Identifier: GPL-2.0-only
/*
 * Rules for the gates of examples/turnstile. All of an object write down in one list
 * when they are asked, and say what the test wants.
 */
#include "programs.h"

#include "../../examples/turnstile/turnstile.h"
#include "hold.h"

extern int bpf_copy_from_user_str(void *dst, __u32 dst__sz,
				  const void *unsafe_ptr__ign,
				  __u64 flags) __ksym;

#define RULES 10
#define LIST 64

/* What each rule is to say; what it learnt of how often it was asked. */
int verdict[RULES];
int asked[RULES];

/* Which gate each is for, and how often one was asked at another, or when it was away. */
__u32 gate[RULES];
__u32 misplaced;

/* The rules in the order in which they were asked. */
__u32 list[LIST];
__u32 length;

/* Whoever sleeps on a page that is missing: where that is, and how many do so. */
__u64 user_string;
__u32 sleeping;
char string_seen[8];

static __always_inline int answer(struct turnstile_visit *visit, __u32 rule)
{
	__u32 at = __sync_fetch_and_add(&length, 1);

	if (at < LIST)
		list[at] = rule;
	asked[rule] = turnstile_asked(visit);
	if (gate[rule] != visit->gate)
		__sync_fetch_and_add(&misplaced, 1);
	return verdict[rule];
}

/* Gate, priority: as the test sets them. */
#define RULE(n)                                                 \
	SEC("struct_ops/decide")                                \
	int BPF_PROG(decide_##n, struct turnstile_visit *visit) \
	{                                                       \
		return answer(visit, n);                        \
	}                                                       \
	SEC("?.struct_ops.link")                                \
	struct turnstile_rule rule_##n = {                      \
		.decide = (void *)decide_##n,                   \
		.name = "rule " #n,                             \
	}

RULE(0);
RULE(1);
RULE(2);
RULE(3);
RULE(4);
RULE(5);
RULE(6);
RULE(7);
RULE(8);

SEC("struct_ops.s/decide")
int BPF_PROG(decide_asleep, struct turnstile_visit *visit)
{
	__sync_fetch_and_add(&sleeping, 1);
	bpf_copy_from_user_str(string_seen, sizeof(string_seen),
			       (void *)user_string, 0);
	return answer(visit, 9);
}

SEC("?.struct_ops.link")
struct turnstile_rule rule_9 = {
	.decide = (void *)decide_asleep,
	.name = "rule 9",
};

/* Whoever has got the chain of one target is held up: how many of them were let go. */
__u32 held_target;
__u32 went;

SEC("?fexit/opsmod_chain_get")
int BPF_PROG(hold_visitor, void *type, __u32 target, void *chain)
{
	if (!chain || target != held_target)
		return 0;
	__sync_fetch_and_add(&held, 1);
	__sync_fetch_and_add(&went, hold_up());
	return 0;
}

SEC("?.struct_ops")
struct turnstile_rule without_link = {
	.decide = (void *)decide_0,
	.gate = 1,
	.name = "without link",
};

SEC("?.struct_ops.link")
struct turnstile_rule without_decide = { .gate = 1, .name = "blind" };

SEC("?.struct_ops.link")
struct turnstile_rule name_with_tab = {
	.decide = (void *)decide_0,
	.gate = 1,
	.name = "a\tb",
};
