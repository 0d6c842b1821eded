// SPDX-License-Identifier: GPL-2.0-only
/*
 * Programs that holes.c loads and never runs. Each program that a verifier without
 * holes refuses follows its twin, which differs in one statement and loads: so that
 * statement is the reason for the refusal.
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
 * The verifier checks a global function by itself. About a call of it, it knows
 * only its notes on the arguments and on whether the function may sleep: two of
 * the holes are in there.
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

/* The kernel may have to bring in the page from disk first. */
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

extern int bpf_iter_num_new(struct bpf_iter_num *it, int start, int end) __ksym;
extern int *bpf_iter_num_next(struct bpf_iter_num *it) __ksym;
extern void bpf_iter_num_destroy(struct bpf_iter_num *it) __ksym;

/* At an offset from here there may be anything of the kernel's. */
__u64 eight_bytes;

/*
 * The holes of loops: at a jump, the verifier first walks the branch that does not
 * jump. It goes through turns that change nothing, is back where it was, and takes
 * these states for done before it has walked the turn that uses an offset. So a turn
 * with another offset looks like one that it has seen. This is no C, because there
 * the compiler would choose which branch jumps.
 */
static __always_inline void iterate(const int offset)
{
	__u64 random = bpf_get_prandom_u32(), at = 0;
	struct bpf_iter_num it;

	bpf_iter_num_new(&it, 0, 10);
	asm volatile(
		"	if %[random] == 100 goto 3f;"
		"1:	r1 = %[it];"
		"	call %[next];"
		"	if r0 == 0 goto 4f;"
		"	r1 = *(u32 *)(r0 + 0);"
		"	if r1 == 5 goto 2f;"
		"	goto 1b;"
		"2:	r1 = %[eight_bytes] ll;"
		"	r1 += %[at];"
		"	*(u64 *)(r1 + 0) = %[random];"
		"	goto 1b;"
		"3:	%[at] = %[offset];"
		"	goto 1b;"
		"4:"
		: [at] "+&r"(at)
		: [random] "r"(random), [it] "r"(&it), [offset] "i"(offset),
		  [next] "i"(bpf_iter_num_next), [eight_bytes] "i"(&eight_bytes)
		: "r0", "r1", "r2", "r3", "r4", "r5", "memory");
	bpf_iter_num_destroy(&it);
}

/* Nobody calls it: only calls from C have clang describe a function in the BTF. */
__attribute__((used)) static int *described(struct bpf_iter_num *it)
{
	return bpf_iter_num_next(it);
}

SEC("?raw_tp")
int iterate_inside(void *ctx)
{
	iterate(0);
	return 0;
}

SEC("?raw_tp")
int iterate_outside(void *ctx)
{
	iterate(65536);
	return 0;
}

struct turns {
	__u64 at;
	__u64 offset;
};

/* With the mask, every verifier says the same about an unknown offset. */
static long turn(__u64 i, struct turns *turns)
{
	asm volatile(
		"	if %[i] == 5 goto 2f;"
		"	if %[i] == 3 goto 1f;"
		"	goto 3f;"
		"1:	r3 = *(u64 *)(%[turns] + 8);"
		"	*(u64 *)(%[turns] + 0) = r3;"
		"	goto 3f;"
		"2:	r3 = *(u64 *)(%[turns] + 0);"
		"	r3 &= 65536;"
		"	r4 = %[eight_bytes] ll;"
		"	r4 += r3;"
		"	*(u64 *)(r4 + 0) = r3;"
		"3:"
		:
		: [i] "r"(i), [turns] "r"(turns), [eight_bytes] "i"(&eight_bytes)
		: "r3", "r4", "memory");
	return 0;
}

SEC("?raw_tp")
int turn_inside(void *ctx)
{
	struct turns turns = { .offset = 0 };

	bpf_loop(10, turn, &turns, 0);
	return 0;
}

SEC("?raw_tp")
int turn_outside(void *ctx)
{
	struct turns turns = { .offset = 65536 };

	bpf_loop(10, turn, &turns, 0);
	return 0;
}
