// SPDX-License-Identifier: GPL-2.0-only
/*
 * Two tables whose programs stamp the trigger in which they run, so that a trigger
 * that both tables serve is noticed.
 */
#include "programs.h"

enum table_id { TABLE_A = 1, TABLE_B = 2 };

/* Who ran test_1 for the task that is in a trigger now. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 64);
	__type(key, __u32);
	__type(value, __u32);
} stamps SEC(".maps");

__u64 triggers_a;
__u64 triggers_b;
__u64 mixed;

static int begin(__u32 id, __u64 *triggers)
{
	__u32 task = bpf_get_current_pid_tgid();

	__sync_fetch_and_add(triggers, 1);
	bpf_map_update_elem(&stamps, &task, &id, BPF_ANY);
	return 0;
}

static int go_on(__u32 id)
{
	__u32 task = bpf_get_current_pid_tgid();
	__u32 *stamp = bpf_map_lookup_elem(&stamps, &task);

	if (!stamp || *stamp != id)
		__sync_fetch_and_add(&mixed, 1);
	return 0;
}

SEC("struct_ops/test_1")
int BPF_PROG(a_1)
{
	return begin(TABLE_A, &triggers_a);
}

SEC("struct_ops/test_2")
int BPF_PROG(a_2, int a, int b)
{
	return go_on(TABLE_A);
}

SEC("struct_ops/test_3")
int BPF_PROG(a_3, const char *buf, int len)
{
	return go_on(TABLE_A);
}

SEC("struct_ops/test_1")
int BPF_PROG(b_1)
{
	return begin(TABLE_B, &triggers_b);
}

SEC("struct_ops/test_2")
int BPF_PROG(b_2, int a, int b)
{
	return go_on(TABLE_B);
}

SEC("struct_ops/test_3")
int BPF_PROG(b_3, const char *buf, int len)
{
	return go_on(TABLE_B);
}

TABLE table_a = {
	.test_1 = (void *)a_1,
	.test_2 = (void *)a_2,
	.test_3 = (void *)a_3,
	.name = "a",
};

TABLE table_b = {
	.test_1 = (void *)b_1,
	.test_2 = (void *)b_2,
	.test_3 = (void *)b_3,
	.name = "b",
};

/* A table of which every trigger is mixed, to show that the test finds it. */
TABLE table_mixed = {
	.test_1 = (void *)a_1,
	.test_2 = (void *)b_2,
	.test_3 = (void *)b_3,
	.name = "mixed",
};
