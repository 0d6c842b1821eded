// SPDX-License-Identifier: GPL-2.0-only
/*
 * Programs that holes.c loads and never runs. Each that a verifier without holes
 * refuses stands behind its twin, which differs in one statement and loads: so
 * what is refused is refused for that statement.
 *
 * No name in here has "sleep" in it: the verifier's log quotes names, and holes.c
 * looks for that word of the verifier's own.
 */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "GPL";

extern void bpf_rcu_read_lock(void) __ksym;
extern void bpf_rcu_read_unlock(void) __ksym;

/*
 * A global function is verified by itself. All that ties a caller to it is what
 * the verifier notes of its arguments and of whether it may sleep: two of the
 * holes are in there.
 */
__noinline int put(__u64 *to, __u64 value)
{
	if (to)
		*to = value;
	return 0;
}

SEC("?raw_tp")
int write_own(void *ctx)
{
	struct task_struct *task = bpf_get_current_task_btf();
	__u64 own = task->pid;

	put(&own, 0);
	return own;
}

SEC("?raw_tp")
int write_kernel(void *ctx)
{
	struct task_struct *task = bpf_get_current_task_btf();
	__u64 own = task->pid;

	put((__u64 *)task->comm, 0);
	return own;
}

__noinline int stay(int n)
{
	return n + bpf_get_smp_processor_id();
}

/* The page that it reads may have to be brought in from disk first. */
__noinline int wait_for_page(int n)
{
	char byte;

	return n + bpf_copy_from_user(&byte, sizeof(byte), NULL);
}

SEC("?syscall")
int rcu_stay(void *ctx)
{
	int ret;

	bpf_rcu_read_lock();
	ret = stay(1);
	bpf_rcu_read_unlock();
	return ret;
}

SEC("?syscall")
int rcu_wait(void *ctx)
{
	int ret;

	bpf_rcu_read_lock();
	ret = wait_for_page(1);
	bpf_rcu_read_unlock();
	return ret;
}

struct bell {
	struct bpf_timer timer;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct bell);
} bells SEC(".maps");

static int ring(void *map, __u32 *key, struct bell *bell)
{
	return 0;
}

static int ring_and_wait(void *map, __u32 *key, struct bell *bell)
{
	char byte;

	bpf_copy_from_user(&byte, sizeof(byte), NULL);
	return 0;
}

/* The program may sleep, and the timer that it sets may not. */
SEC("?syscall")
int timer_stay(void *ctx)
{
	__u32 key = 0;
	struct bell *bell = bpf_map_lookup_elem(&bells, &key);

	if (bell)
		bpf_timer_set_callback(&bell->timer, ring);
	return 0;
}

SEC("?syscall")
int timer_wait(void *ctx)
{
	__u32 key = 0;
	struct bell *bell = bpf_map_lookup_elem(&bells, &key);

	if (bell)
		bpf_timer_set_callback(&bell->timer, ring_and_wait);
	return 0;
}
