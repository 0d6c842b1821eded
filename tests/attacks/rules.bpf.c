// SPDX-License-Identifier: GPL-2.0-only
/* Helpers, sleep and results that the contract does not offer. */
#include "attack.h"
#include "alarm.h"

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} programs SEC(".maps");

static __u64 number;

ATTACK(a_signal_to_the_writer, bpf_send_signal(9), landed = !event->len);
ATTACK(a_write_to_the_writers_memory,
       bpf_probe_write_user((void *)target, &number, 8), landed = !event->len);
ATTACK(a_tail_call, bpf_tail_call(ctx, &programs, 0), landed = !event->len);
ATTACK(an_overridden_return, bpf_override_return((struct pt_regs *)ctx, 0),
       landed = !event->len);
ATTACK_IN_PREPARE(a_copy_from_user_by_helper,
		  bpf_copy_from_user(&number, 8, (void *)target),
		  bpf_copy_from_user_str(&number, 8, (void *)target, 0));

/* Sleep. */
SEC("struct_ops.s/filter")
int BPF_PROG(a_filter_that_may_sleep, struct bpf_testmod_event *event)
{
	look(event);
	return 0;
}
ATTACK_TABLE(a_filter_that_may_sleep, .filter = (void *)a_filter_that_may_sleep);

FILTER(a_filter_that_may_sleep_twin, );

ATTACK(a_filter_that_sleeps,
       bpf_copy_from_user_str(&number, 8, (void *)target, 0),
       landed = !event->len);

ATTACK_IN_PREPARE(sleep_under_rcu,
		  (bpf_rcu_read_lock(),
		   bpf_copy_from_user_str(&number, 8, (void *)target, 0),
		   bpf_rcu_read_unlock()),
		  (bpf_rcu_read_lock(), bpf_rcu_read_unlock(),
		   bpf_copy_from_user_str(&number, 8, (void *)target, 0)));

ATTACK_IN_PREPARE(sleep_without_preemption,
		  (bpf_preempt_disable(),
		   bpf_copy_from_user_str(&number, 8, (void *)target, 0),
		   bpf_preempt_enable()),
		  (bpf_preempt_disable(), bpf_preempt_enable(),
		   bpf_copy_from_user_str(&number, 8, (void *)target, 0)));

__noinline int sleeps(void)
{
	return bpf_copy_from_user_str(&number, 8, (void *)target, 0);
}

static __noinline int sleeps_statically(void)
{
	return bpf_copy_from_user_str(&number, 8, (void *)target, 0);
}

ATTACK_IN_PREPARE(sleep_under_rcu_by_global,
		  (bpf_rcu_read_lock(), sleeps(), bpf_rcu_read_unlock()),
		  (bpf_rcu_read_lock(), bpf_rcu_read_unlock(),
		   sleeps_statically()));

static int sleep_later(void *map, __u32 *key, struct alarm_clock *clock)
{
	bpf_copy_from_user_str(&number, 8, (void *)target, 0);
	return 0;
}

ATTACK_IN_PREPARE(sleep_in_a_timer, set_alarm(sleep_later), landed = !event->len);

/* The walk of a hash map takes RCU, but the verifier does not know that. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} hash SEC(".maps");

static long sleep_in_a_turn(__u64 i, void *nothing)
{
	return bpf_copy_from_user_str(&number, 8, (void *)target, 0) < 0;
}

static long sleep_at_an_element(void *map, __u32 *key, __u64 *value, void *nothing)
{
	return bpf_copy_from_user_str(&number, 8, (void *)target, 0) < 0;
}

ATTACK_IN_PREPARE(sleep_in_a_walk,
		  bpf_for_each_map_elem(&hash, sleep_at_an_element, NULL, 0),
		  bpf_loop(1, sleep_in_a_turn, NULL, 0));

/* A work queue's callback may sleep, and goes on when the table is gone. */
struct job {
	struct bpf_wq wq;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct job);
} jobs SEC(".maps");

static int work(void *map, int *key, void *value)
{
	bpf_copy_from_user_str(&number, 8, (void *)target, 0);
	fired = true;
	return 0;
}

/* Calls one or the other, whichever the kernel has. */
extern int bpf_wq_set_callback_impl(struct bpf_wq *wq,
				    int (*callback_fn)(void *, int *, void *),
				    unsigned int flags,
				    void *aux__ign) __weak __ksym;
extern int bpf_wq_set_callback(struct bpf_wq *wq,
			       int (*callback_fn)(void *, int *, void *),
			       unsigned int flags) __weak __ksym;

#define queue_work                                                          \
	({                                                                  \
		__u32 key = 0;                                              \
		struct job *job = bpf_map_lookup_elem(&jobs, &key);         \
		if (job) {                                                  \
			bpf_wq_init(&job->wq, &jobs, 0);                    \
			if (bpf_ksym_exists(bpf_wq_set_callback))           \
				bpf_wq_set_callback(&job->wq, work, 0);     \
			else                                                \
				bpf_wq_set_callback_impl(&job->wq, work, 0, \
							 NULL);             \
			bpf_wq_start(&job->wq, 0);                          \
		}                                                           \
	})

ATTACK(work_that_sleeps, queue_work, landed = !event->len);

/* Locks. */
struct locked {
	struct bpf_spin_lock lock;
	__u32 value;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct locked);
} locks SEC(".maps");

#define locked_while(deed, after)                                          \
	({                                                                 \
		__u32 key = 0;                                             \
		struct locked *locked = bpf_map_lookup_elem(&locks, &key); \
		if (locked) {                                              \
			bpf_spin_lock(&locked->lock);                      \
			deed;                                              \
			bpf_spin_unlock(&locked->lock);                    \
			after;                                             \
		}                                                          \
	})

ATTACK(the_kfunc_under_a_lock,
       locked_while(bpf_testmod_event_data(event, 0, 8), ),
       locked_while(, bpf_testmod_event_data(event, 0, 8)));

/* Results that write(2) must not hand on. */
#define RESULT(id, result, right)     \
	ATTACK(id, ({                 \
		       look(event);   \
		       return result; \
	       }),                    \
	       ({                     \
		       look(event);   \
		       return right;  \
	       }))

RESULT(a_restart_for_a_result, -512, 0);
RESULT(a_length_for_a_result, 8, 0);
RESULT(the_least_number_for_a_result, (int)0x80000000, 0);
ATTACK(a_verdict_that_is_none, event->verdict = 7,
       event->verdict = BPF_TESTMOD_PASS);

SEC("struct_ops/filter")
__attribute__((naked)) int a_pointer_for_a_result(void)
{
	asm volatile("r1 = *(u64 *)(r1 + 0);"
		     "r2 = %[done] ll;"
		     "r3 = 1;"
		     "*(u32 *)(r2 + 0) = r3;"
		     "r0 = r1;"
		     "exit;"
		     :
		     : [done] "i"(&done)
		     : "r0", "r1", "r2", "r3");
}
ATTACK_TABLE(a_pointer_for_a_result, .filter = (void *)a_pointer_for_a_result);

FILTER(a_pointer_for_a_result_twin, );

/*
 * A loop over an iterator: before 6.17 the verifier takes the way through 5 for
 * one that it has seen, though there r6 is 65536 (docs/upstream.md). Never run.
 */
__u64 eight;

#define OUT_OF_BOUNDS(id, offset)                                                \
	SEC("struct_ops/filter")                                                 \
	__attribute__((naked)) int id(void)                                      \
	{                                                                        \
		asm volatile("r1 = *(u64 *)(r1 + 0);"                            \
			     "r7 = *(u32 *)(r1 + 0);"                            \
			     "r6 = 0;"                                           \
			     "r9 = 0;"                                           \
			     "r1 = r10;"                                         \
			     "r1 += -8;"                                         \
			     "r2 = 0;"                                           \
			     "r3 = 10;"                                          \
			     "call %[bpf_iter_num_new];"                         \
			     "if r7 == 100 goto 5f;"                             \
			     "1: if r7 == 7 goto +0;"                            \
			     "r1 = r10;"                                         \
			     "r1 += -8;"                                         \
			     "call %[bpf_iter_num_next];"                        \
			     "if r0 == 0 goto 2f;"                               \
			     "r1 = *(u32 *)(r0 + 0);"                            \
			     "if r1 == 5 goto 3f;"                               \
			     "goto 1b;"                                          \
			     "2: r1 = r10;"                                      \
			     "r1 += -8;"                                         \
			     "call %[bpf_iter_num_destroy];"                     \
			     "r0 = 0;"                                           \
			     "exit;"                                             \
			     "3: r1 = %[eight] ll;"                              \
			     "r1 += r6;"                                         \
			     "r9 = *(u64 *)(r1 + 0);"                            \
			     "goto 1b;"                                          \
			     "5: r6 = " #offset ";"                              \
			     "goto 1b;"                                          \
			     :                                                   \
			     : [bpf_iter_num_new] "i"(bpf_iter_num_new),         \
			       [bpf_iter_num_next] "i"(bpf_iter_num_next),       \
			       [bpf_iter_num_destroy] "i"(bpf_iter_num_destroy), \
			       [eight] "i"(&eight)                               \
			     : "r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7",   \
			       "r8", "r9", "memory");                            \
	}                                                                        \
	ATTACK_TABLE(id, .filter = (void *)id)

OUT_OF_BOUNDS(out_of_bounds_in_a_loop, 65536);
OUT_OF_BOUNDS(out_of_bounds_in_a_loop_twin, 0);

/* Never runs: only calls from C have clang describe a kfunc in the BTF. */
__attribute__((used)) static void described(struct bpf_iter_num *it)
{
	bpf_iter_num_new(it, 0, 0);
	bpf_iter_num_next(it);
	bpf_iter_num_destroy(it);
}

/*
 * The same for a callback, which the verifier walks as a loop: before 7.0 it takes
 * the way through 2 for one that it has seen (docs/upstream.md). Never run.
 */
#define OUT_OF_BOUNDS_IN_CALLBACK(id, offset)                                   \
	__attribute__((naked, used)) static long id##_callback(void)            \
	{                                                                       \
		asm volatile("if r1 == 5 goto 3f;"                              \
			     "if r1 == 3 goto 2f;"                              \
			     "1: if r1 == 100 goto +0;"                         \
			     "if r1 == 101 goto +0;"                            \
			     "if r1 == 102 goto +0;"                            \
			     "r0 = 0;"                                          \
			     "r0 = 0;"                                          \
			     "r0 = 0;"                                          \
			     "r0 = 0;"                                          \
			     "r0 = 0;"                                          \
			     "r0 = 0;"                                          \
			     "exit;"                                            \
			     "2: r3 = " #offset ";"                             \
			     "*(u64 *)(r2 + 8) = r3;"                           \
			     "goto 1b;"                                         \
			     "3: r3 = *(u64 *)(r2 + 8);"                        \
			     "r4 = %[eight] ll;"                                \
			     "r4 += r3;"                                        \
			     "r3 = *(u64 *)(r4 + 0);"                           \
			     "*(u64 *)(r2 + 0) = r3;"                           \
			     "r0 = 0;"                                          \
			     "exit;"                                            \
			     :                                                  \
			     : [eight] "i"(&eight)                              \
			     : "r0", "r1", "r2", "r3", "r4", "memory");         \
	}                                                                       \
	SEC("struct_ops/filter")                                                \
	__attribute__((naked)) int id(void)                                     \
	{                                                                       \
		asm volatile(                                                   \
			"r1 = 0;"                                               \
			"*(u64 *)(r10 - 16) = r1;"                              \
			"*(u64 *)(r10 - 24) = r1;"                              \
			"r1 = 10;"                                              \
			"r2 = %[callback] ll;"                                  \
			"r3 = r10;"                                             \
			"r3 += -24;"                                            \
			"r4 = 0;"                                               \
			"call %[bpf_loop];"                                     \
			"r0 = 0;"                                               \
			"exit;"                                                 \
			:                                                       \
			: [callback] "i"(id##_callback), [bpf_loop] "i"(        \
								 BPF_FUNC_loop) \
			: "r0", "r1", "r2", "r3", "r4", "memory");              \
	}                                                                       \
	ATTACK_TABLE(id, .filter = (void *)id)

OUT_OF_BOUNDS_IN_CALLBACK(out_of_bounds_in_a_callback, 65536);
OUT_OF_BOUNDS_IN_CALLBACK(out_of_bounds_in_a_callback_twin, 0);

/*
 * The same for may_goto, written as bytes: not every clang of the lab knows its name.
 * So many instructions make the verifier note its state in the second turn. Never run.
 */
#define TWENTY                                                                   \
	"r8 = 0;r8 = 0;r8 = 0;r8 = 0;r8 = 0;r8 = 0;r8 = 0;r8 = 0;r8 = 0;r8 = 0;" \
	"r8 = 0;r8 = 0;r8 = 0;r8 = 0;r8 = 0;r8 = 0;r8 = 0;r8 = 0;r8 = 0;r8 = 0;"

#define OUT_OF_BOUNDS_BY_MAY_GOTO(id, offset)                                      \
	SEC("struct_ops/filter")                                                   \
	__attribute__((naked)) int id(void)                                        \
	{                                                                          \
		asm volatile(                                                      \
			"r1 = *(u64 *)(r1 + 0);"                                   \
			"r7 = *(u32 *)(r1 + 0);"                                   \
			"r6 = 0; r8 = 0; r9 = 0; r0 = 0; r1 = 0;"                  \
			"r2 = 0; r3 = 0; r4 = 0; r5 = 0;"                          \
			"if r7 == 100 goto 5f;"                                    \
			"1: if r7 == 7 goto +0;"                                   \
			"9: .byte 0xe5; .byte 0;"                                  \
			".long ((2f - 9b - 8) / 8) & 0xffff; .short 0;"            \
			"call %[prandom];"                                         \
			"r1 = 0; r2 = 0; r3 = 0; r4 = 0; r5 = 0;"                  \
			"if r0 == 5 goto 3f;"                                      \
			"r0 = 0;" TWENTY TWENTY TWENTY TWENTY TWENTY TWENTY        \
			"goto 1b;"                                                 \
			"2: r0 = 0;"                                               \
			"exit;"                                                    \
			"3: r1 = %[eight] ll;"                                     \
			"r1 += r6;"                                                \
			"r1 = *(u64 *)(r1 + 0);"                                   \
			"r1 = 0; r0 = 0;"                                          \
			"goto 1b;"                                                 \
			"5: r6 = " #offset ";"                                     \
			"goto 1b;"                                                 \
			:                                                          \
			: [prandom] "i"(BPF_FUNC_get_prandom_u32), [eight] "i"(    \
									   &eight) \
			: "r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7",          \
			  "r8", "r9", "memory");                                   \
	}                                                                          \
	ATTACK_TABLE(id, .filter = (void *)id)

OUT_OF_BOUNDS_BY_MAY_GOTO(out_of_bounds_by_may_goto, 65536);
OUT_OF_BOUNDS_BY_MAY_GOTO(out_of_bounds_by_may_goto_twin, 0);
