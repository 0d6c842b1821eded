// SPDX-License-Identifier: GPL-2.0-only
/*
 * These programs use the holes that opsctl doctor looks for, but in another way than
 * its own programs: each shows by itself whether the running kernel has that hole.
 * Each follows its twin, which differs in one statement and loads.
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

extern int bpf_iter_num_new(struct bpf_iter_num *it, int start, int end) __ksym;
extern int *bpf_iter_num_next(struct bpf_iter_num *it) __ksym;
extern void bpf_iter_num_destroy(struct bpf_iter_num *it) __ksym;

/*
 * Both reach a state that a verifier with these holes thinks impossible: to it, they
 * always return 0. In C the compiler would choose the order.
 */
static __always_inline __u64 found_by_iterator(__u64 number)
{
	__u64 kept = 0, found = 0;
	struct bpf_iter_num it;

	bpf_iter_num_new(&it, 0, 10);
	asm volatile(
		"	if %[number] == 100 goto 4f;"
		"1:	r1 = %[it];"
		"	call %[next];"
		"	if r0 == 0 goto 5f;"
		"	r1 = *(u32 *)(r0 + 0);"
		"	if r1 == 5 goto 2f;"
		"	goto 1b;"
		"2:	if %[kept] == 1 goto 3f;"
		"	goto 1b;"
		"3:	%[found] = 1;"
		"	goto 1b;"
		"4:	%[kept] = 1;"
		"	goto 1b;"
		"5:"
		: [kept] "+&r"(kept), [found] "+&r"(found)
		: [number] "r"(number), [it] "r"(&it), [next] "i"(bpf_iter_num_next)
		: "r0", "r1", "r2", "r3", "r4", "r5", "memory");
	bpf_iter_num_destroy(&it);
	return found;
}

/* Only calls from C have clang describe a function in the BTF. */
__attribute__((used)) static int *next_is_described(struct bpf_iter_num *it)
{
	return bpf_iter_num_next(it);
}

struct search {
	__u64 kept;
	__u64 found;
};

static long search_on(__u64 i, struct search *search)
{
	asm volatile("	if %[i] == 5 goto 2f;"
		     "	if %[i] == 3 goto 1f;"
		     "	goto 3f;"
		     "1:	r3 = 1;"
		     "	*(u64 *)(%[search] + 0) = r3;"
		     "	goto 3f;"
		     "2:	r3 = *(u64 *)(%[search] + 0);"
		     "	if r3 != 1 goto 3f;"
		     "	*(u64 *)(%[search] + 8) = r3;"
		     "3:"
		     :
		     : [i] "r"(i), [search] "r"(search)
		     : "r3", "memory");
	return 0;
}

static __always_inline __u64 found_by_callback(void)
{
	struct search search = {};

	bpf_loop(10, search_on, &search, 0);
	return search.found;
}

static __always_inline void set_at(__u64 distance)
{
	int *at = &mine;

	barrier_var(at);
	at[distance << 16] = 1;
}

SEC("?tp_btf/task_newtask")
int BPF_PROG(set_by_iterator, struct task_struct *task)
{
	mine = found_by_iterator(task->pid);
	return 0;
}

SEC("?tp_btf/task_newtask")
int BPF_PROG(stray_by_iterator, struct task_struct *task)
{
	set_at(found_by_iterator(task->pid));
	return 0;
}

SEC("?tp_btf/task_newtask")
int BPF_PROG(set_by_callback, struct task_struct *task)
{
	mine = found_by_callback();
	return 0;
}

SEC("?tp_btf/task_newtask")
int BPF_PROG(stray_by_callback, struct task_struct *task)
{
	set_at(found_by_callback());
	return 0;
}
