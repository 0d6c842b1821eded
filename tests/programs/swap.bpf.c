// SPDX-License-Identifier: GPL-2.0-only
/*
 * Two tables whose programs stamp the trigger in which they run, so that a trigger
 * that both tables serve is noticed.
 */
#include "programs.h"

/* Whose test_1 ran for the task that is in a trigger now. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 64);
	__type(key, __u32);
	__type(value, __u32);
} stamps SEC(".maps");

/* Of each table those that it began; all calls of the others, and those not its own. */
__u64 triggers[2];
__u64 test_2_calls;
__u64 test_3_calls;
__u64 mixed;

static int begin(__u32 id)
{
	__u32 task = bpf_get_current_pid_tgid();

	__sync_fetch_and_add(&triggers[id], 1);
	bpf_map_update_elem(&stamps, &task, &id, BPF_ANY);
	return 0;
}

static int go_on(__u32 id, __u64 *calls)
{
	__u32 task = bpf_get_current_pid_tgid();
	__u32 *stamp = bpf_map_lookup_elem(&stamps, &task);

	__sync_fetch_and_add(calls, 1);
	if (!stamp || *stamp != id)
		__sync_fetch_and_add(&mixed, 1);
	return 0;
}

#define PROGRAMS(id)                                       \
	SEC("struct_ops/test_1")                           \
	int BPF_PROG(begin_##id)                           \
	{                                                  \
		return begin(id);                          \
	}                                                  \
	SEC("struct_ops/test_2")                           \
	int BPF_PROG(second_##id, int a, int b)            \
	{                                                  \
		return go_on(id, &test_2_calls);           \
	}                                                  \
	SEC("struct_ops/test_3")                           \
	int BPF_PROG(third_##id, const char *buf, int len) \
	{                                                  \
		return go_on(id, &test_3_calls);           \
	}

PROGRAMS(0);
PROGRAMS(1);

#define TABLE_OF(which, first, others)             \
	TABLE table_##which = {                    \
		.test_1 = (void *)begin_##first,   \
		.test_2 = (void *)second_##others, \
		.test_3 = (void *)third_##others,  \
		.name = #which,                    \
	}

TABLE_OF(0, 0, 0);
TABLE_OF(1, 1, 1);

/* Every trigger of this one is mixed, to show that the test finds it. */
TABLE_OF(mixed, 0, 1);
