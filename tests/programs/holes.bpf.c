// SPDX-License-Identifier: GPL-2.0-only
/*
 * What opsctl doctor looks for, done otherwise than by its own programs: each
 * tells by itself whether the running kernel has that hole. Each stands behind
 * its twin, which differs in one statement and loads.
 */
#include "programs.h"

extern void bpf_rcu_read_lock(void) __ksym;
extern void bpf_rcu_read_unlock(void) __ksym;
extern int bpf_copy_from_user_str(void *dst, __u32 dst__sz,
				  const void *unsafe_ptr__ign,
				  __u64 flags) __ksym;

int mine;

__weak int add_to(int *number, int n)
{
	if (!number)
		return 0;
	*number += n;
	return *number;
}

SEC("?tp_btf/task_newtask")
int BPF_PROG(add_to_mine, struct task_struct *task)
{
	return add_to(&mine, 1);
}

SEC("?tp_btf/task_newtask")
int BPF_PROG(add_to_task, struct task_struct *task)
{
	return add_to(&task->prio, 1);
}

__weak int take_name(int n)
{
	char name[4] = {};

	bpf_get_current_comm(name, sizeof(name));
	return n + name[0];
}

__weak int fetch_name(int n)
{
	char name[4] = {};

	bpf_copy_from_user_str(name, sizeof(name), NULL, 0);
	return n + name[0];
}

SEC("?syscall")
int take_under_rcu(void *ctx)
{
	bpf_rcu_read_lock();
	mine = take_name(1);
	bpf_rcu_read_unlock();
	return 0;
}

SEC("?syscall")
int fetch_under_rcu(void *ctx)
{
	bpf_rcu_read_lock();
	mine = fetch_name(1);
	bpf_rcu_read_unlock();
	return 0;
}

struct clock {
	int ticks;
	struct bpf_timer timer;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, struct clock);
} clocks SEC(".maps");

static int take_ticks(void *map, int *key, struct clock *clock)
{
	clock->ticks++;
	return 0;
}

static int fetch_ticks(void *map, int *key, struct clock *clock)
{
	bpf_copy_from_user_str(&clock->ticks, sizeof(clock->ticks), NULL, 0);
	return 0;
}

SEC("?syscall")
int take_in_timer(void *ctx)
{
	struct clock *clock = bpf_map_lookup_elem(&clocks, &mine);

	return clock ? bpf_timer_set_callback(&clock->timer, take_ticks) : 0;
}

SEC("?syscall")
int fetch_in_timer(void *ctx)
{
	struct clock *clock = bpf_map_lookup_elem(&clocks, &mine);

	return clock ? bpf_timer_set_callback(&clock->timer, fetch_ticks) : 0;
}
