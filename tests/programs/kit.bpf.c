// SPDX-License-Identifier: GPL-2.0-only
/*
 * Things that programs of a module made of the kit may and may not do.
 * tests/host/twins.awk compares each program that must be refused with its twin.
 */
#include "programs.h"

#include <bpf/bpf_core_read.h>

#include "../modules/kit/opsmod_kit.h"

extern struct task_struct *bpf_task_acquire(struct task_struct *p) __ksym;
extern struct task_struct *bpf_task_from_pid(s32 pid) __ksym;
extern void bpf_task_release(struct task_struct *p) __ksym;
extern void bpf_rcu_read_lock(void) __ksym;
extern void bpf_rcu_read_unlock(void) __ksym;
extern int bpf_copy_from_user_str(void *dst, __u32 dst__sz,
				  const void *unsafe_ptr__ign,
				  __u64 flags) __ksym;

/* For a program that naps on a missing page: the page's address, and that it naps. */
__u64 user_string;
__u32 napping;
char string_seen[8];

/* The iterators of two modules that lend an event: tests/modules/kit/lend.c. */
#define LENDER(module)                                                        \
	struct bpf_iter_##module {                                            \
		__u64 lent;                                                   \
	};                                                                    \
	extern int bpf_iter_##module##_new(struct bpf_iter_##module *it)      \
		__weak __ksym;                                                \
	extern struct kit_event *bpf_iter_##module##_next(                    \
		struct bpf_iter_##module *it) __weak __ksym;                  \
	extern void bpf_iter_##module##_destroy(struct bpf_iter_##module *it) \
		__weak __ksym

LENDER(opsmod_kit);
LENDER(opsmod_kix);

#define WRITE_EVENT_OF(module)                        \
	({                                            \
		struct bpf_iter_##module it;          \
		struct kit_event *lent;               \
                                                      \
		bpf_iter_##module##_new(&it);         \
		lent = bpf_iter_##module##_next(&it); \
		if (lent)                             \
			lent->verdict = 1;            \
		bpf_iter_##module##_destroy(&it);     \
	})

#define TABLE_OF(side, member, prog) \
	SEC("?.struct_ops.link")     \
	struct kit_##side##_ops table_of_##prog = { .member = (void *)prog }

/* Whole tables. */
SEC("struct_ops/admit")
int BPF_PROG(admits, struct kit_event *event)
{
	return 1;
}
TABLE_OF(gate, admit, admits);

SEC("struct_ops/admit")
int BPF_PROG(admit_all, struct kit_event *event)
{
	event->verdict = -4;
	event->cookie = 1ULL << 40;
	return kit_event_len(event) * 1000 + kit_event_twice(event);
}

SEC("struct_ops/pair")
int BPF_PROG(pair_all, struct kit_event *event, struct kit_note *note)
{
	if (!note)
		return -1;
	note->mark = 9;
	return note->width + event->len;
}

SEC("struct_ops.s/nap")
int BPF_PROG(nap_all, struct kit_event *event)
{
	return kit_nap() + event->verdict;
}

SEC("struct_ops.s/nap")
int BPF_PROG(nap_on_page, struct kit_event *event)
{
	__sync_fetch_and_add(&napping, 1);
	bpf_copy_from_user_str(string_seen, sizeof(string_seen),
			       (void *)user_string, 0);
	return 7;
}

#define GATE SEC("?.struct_ops.link") struct kit_gate_ops
GATE whole = {
	.admit = (void *)admit_all,
	.pair = (void *)pair_all,
	.nap = (void *)nap_all,
	.limit = KIT_LIMIT,
	.name = "whole",
};
GATE plain = { .admit = (void *)admits, .name = "plain" };
GATE asleep = {
	.admit = (void *)admits,
	.nap = (void *)nap_on_page,
	.name = "asleep",
};
GATE without_admit = { .pair = (void *)pair_all, .name = "blind" };
GATE limit_exceeded = { .admit = (void *)admits, .limit = KIT_LIMIT + 1 };
GATE name_without_nul = { .admit = (void *)admits, .name = "twelve bytes" };
GATE name_with_tab = { .admit = (void *)admits, .name = "a\tb" };
GATE name_with_latin_1 = { .admit = (void *)admits, .name = "caf\xe9" };
GATE longest_name = { .admit = (void *)admits, .name = "eleven byte" };

SEC("struct_ops/look")
int BPF_PROG(looks, struct kit_event *event)
{
	return kit_event_twice(event);
}
TABLE_OF(note, look, looks);

SEC("struct_ops/mark")
int BPF_PROG(marks, struct kit_note *note)
{
	note->mark = 3;
	return 4;
}
TABLE_OF(note, mark, marks);

SEC("?.struct_ops.link")
struct kit_note_ops empty = {};

SEC("struct_ops/decide")
int BPF_PROG(left_decides, struct kit_event *event)
{
	return kit_left();
}
TABLE_OF(left, decide, left_decides);

SEC("struct_ops/decide")
int BPF_PROG(right_decides, struct kit_event *event)
{
	return 92;
}
TABLE_OF(right, decide, right_decides);

SEC("struct_ops/decide")
int BPF_PROG(right_calls_left, struct kit_event *event)
{
	return kit_left();
}
TABLE_OF(right, decide, right_calls_left);

/* May not sleep. */
SEC("struct_ops.s/admit")
int BPF_PROG(admits_asleep, struct kit_event *event)
{
	return 1;
}
TABLE_OF(gate, admit, admits_asleep);

SEC("struct_ops.s/nap")
int BPF_PROG(naps, struct kit_event *event)
{
	return kit_nap();
}
TABLE_OF(gate, nap, naps);

SEC("struct_ops/nap")
int BPF_PROG(naps_awake, struct kit_event *event)
{
	return kit_nap();
}
TABLE_OF(gate, nap, naps_awake);

SEC("struct_ops.s/nap")
int BPF_PROG(naps_after_rcu, struct kit_event *event)
{
	bpf_rcu_read_lock();
	napping = 1;
	bpf_rcu_read_unlock();
	return kit_nap();
}
TABLE_OF(gate, nap, naps_after_rcu);

SEC("struct_ops.s/nap")
int BPF_PROG(naps_under_rcu, struct kit_event *event)
{
	bpf_rcu_read_lock();
	napping = kit_nap();
	bpf_rcu_read_unlock();
	return kit_nap();
}
TABLE_OF(gate, nap, naps_under_rcu);

/* Windows: each struct's own, for each type. */
SEC("struct_ops/admit")
int BPF_PROG(writes_verdict, struct kit_event *event)
{
	event->verdict = 1;
	return 0;
}
TABLE_OF(gate, admit, writes_verdict);

SEC("struct_ops/admit")
int BPF_PROG(writes_lent, struct kit_event *event)
{
	WRITE_EVENT_OF(opsmod_kit);
	return 0;
}
TABLE_OF(gate, admit, writes_lent);

SEC("struct_ops/admit")
int BPF_PROG(writes_namesakes, struct kit_event *event)
{
	WRITE_EVENT_OF(opsmod_kix);
	return 0;
}
TABLE_OF(gate, admit, writes_namesakes);

SEC("struct_ops/admit")
int BPF_PROG(writes_len, struct kit_event *event)
{
	event->len = 1;
	return 0;
}
TABLE_OF(gate, admit, writes_len);

/* Where the other struct has its window. */
SEC("struct_ops/admit")
int BPF_PROG(writes_data, struct kit_event *event)
{
	event->data = NULL;
	return 0;
}
TABLE_OF(gate, admit, writes_data);

SEC("struct_ops/admit")
int BPF_PROG(writes_half_a_cookie, struct kit_event *event)
{
	*(__u32 *)&event->cookie = 1;
	return 0;
}
TABLE_OF(gate, admit, writes_half_a_cookie);

SEC("struct_ops/admit")
int BPF_PROG(writes_past_event, struct kit_event *event)
{
	((volatile struct kit_event *)event)[1].len = 1;
	return 0;
}
TABLE_OF(gate, admit, writes_past_event);

/* The window, and what comes after it. */
SEC("struct_ops/admit")
int BPF_PROG(writes_past_verdict, struct kit_event *event)
{
	asm volatile(
		"*(u64 *)(%[event] + 4) = %[value]" ::[event] "r"(event), [value] "r"(1ULL)
		: "memory");
	return 0;
}
TABLE_OF(gate, admit, writes_past_verdict);

SEC("struct_ops/pair")
int BPF_PROG(writes_mark, struct kit_event *event, struct kit_note *note)
{
	if (!note)
		return 0;
	note->mark = 1;
	return 0;
}
TABLE_OF(gate, pair, writes_mark);

SEC("struct_ops/pair")
int BPF_PROG(writes_lines, struct kit_event *event, struct kit_note *note)
{
	if (!note)
		return 0;
	note->lines = 1;
	return 0;
}
TABLE_OF(gate, pair, writes_lines);

SEC("struct_ops/pair")
int BPF_PROG(writes_text, struct kit_event *event, struct kit_note *note)
{
	if (!note)
		return 0;
	note->text = NULL;
	return 0;
}
TABLE_OF(gate, pair, writes_text);

SEC("struct_ops/look")
int BPF_PROG(reads_verdict, struct kit_event *event)
{
	napping = event->verdict;
	return 0;
}
TABLE_OF(note, look, reads_verdict);

SEC("struct_ops/look")
int BPF_PROG(look_writes_verdict, struct kit_event *event)
{
	event->verdict = 1;
	return 0;
}
TABLE_OF(note, look, look_writes_verdict);

SEC("struct_ops/decide")
int BPF_PROG(left_reads_verdict, struct kit_event *event)
{
	napping = event->verdict;
	return 0;
}
TABLE_OF(left, decide, left_reads_verdict);

SEC("struct_ops/decide")
int BPF_PROG(left_writes_verdict, struct kit_event *event)
{
	event->verdict = 1;
	return 0;
}
TABLE_OF(left, decide, left_writes_verdict);

/* A kfunc of the kernel takes the kernel's task_struct, and none of the module's own. */
SEC("struct_ops/task")
int BPF_PROG(takes_task_of_pid, struct task_struct *task)
{
	struct task_struct *taken = bpf_task_from_pid(task->pid);

	if (taken)
		bpf_task_release(taken);
	return 6;
}
TABLE_OF(note, task, takes_task_of_pid);

SEC("struct_ops/task")
int BPF_PROG(takes_task, struct task_struct *task)
{
	struct task_struct *taken = bpf_task_acquire(task);

	if (taken)
		bpf_task_release(taken);
	return 6;
}
TABLE_OF(note, task, takes_task);

/* An event that was kept in a map is there after its run has ended. */
struct keeper {
	struct kit_event __kptr_untrusted *event;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct keeper);
} kept SEC(".maps");

static __always_inline struct kit_event *exchange(struct kit_event *event)
{
	struct kit_event *last;
	struct keeper *keeper;
	__u32 key = 0;

	keeper = bpf_map_lookup_elem(&kept, &key);
	if (!keeper)
		return NULL;
	last = keeper->event;
	keeper->event = event;
	return last;
}

SEC("struct_ops/admit")
int BPF_PROG(reads_kept_event, struct kit_event *event)
{
	struct kit_event *last = exchange(event);

	if (!last)
		return 0;
	napping = last->verdict;
	return 0;
}
TABLE_OF(gate, admit, reads_kept_event);

SEC("struct_ops/admit")
int BPF_PROG(writes_kept_event, struct kit_event *event)
{
	struct kit_event *last = exchange(event);

	if (!last)
		return 0;
	last->verdict = 1;
	return 0;
}
TABLE_OF(gate, admit, writes_kept_event);

/* What a struct points at can be gone, although the struct is there. */
SEC("struct_ops/pair")
int BPF_PROG(reads_event_of_note, struct kit_event *event, struct kit_note *note)
{
	if (!note)
		return 0;
	napping = note->event->verdict;
	return 0;
}
TABLE_OF(gate, pair, reads_event_of_note);

SEC("struct_ops/pair")
int BPF_PROG(writes_event_of_note, struct kit_event *event, struct kit_note *note)
{
	if (!note)
		return 0;
	note->event->verdict = 1;
	return 0;
}
TABLE_OF(gate, pair, writes_event_of_note);

SEC("struct_ops/admit")
int BPF_PROG(len_of_kept_event, struct kit_event *event)
{
	struct kit_event *last = exchange(event);

	if (!last)
		return 0;
	napping = kit_event_len(last);
	return 0;
}
TABLE_OF(gate, admit, len_of_kept_event);

/* Kfuncs: for their members, and with an event of the kernel's. */
SEC("struct_ops/admit")
int BPF_PROG(len_in_admit, struct kit_event *event)
{
	return kit_event_len(event);
}
TABLE_OF(gate, admit, len_in_admit);

SEC("struct_ops/pair")
int BPF_PROG(len_in_pair, struct kit_event *event)
{
	return kit_event_len(event);
}
TABLE_OF(gate, pair, len_in_pair);

SEC("struct_ops/look")
int BPF_PROG(len_in_look, struct kit_event *event)
{
	return kit_event_len(event);
}
TABLE_OF(note, look, len_in_look);

SEC("struct_ops/admit")
int BPF_PROG(twice_in_admit, struct kit_event *event)
{
	return kit_event_twice(event);
}
TABLE_OF(gate, admit, twice_in_admit);

SEC("struct_ops/decide")
int BPF_PROG(twice_in_left, struct kit_event *event)
{
	return kit_event_twice(event);
}
TABLE_OF(left, decide, twice_in_left);

struct kit_event forged;

SEC("struct_ops/admit")
int BPF_PROG(len_of_a_map_value, struct kit_event *event)
{
	return kit_event_len(&forged);
}
TABLE_OF(gate, admit, len_of_a_map_value);

SEC("struct_ops/admit")
int BPF_PROG(len_of_the_data, struct kit_event *event)
{
	return kit_event_len((void *)event->data);
}
TABLE_OF(gate, admit, len_of_the_data);

SEC("struct_ops/admit")
int BPF_PROG(len_of_a_task, struct kit_event *event)
{
	return kit_event_len((void *)bpf_get_current_task_btf());
}
TABLE_OF(gate, admit, len_of_a_task);

SEC("struct_ops/mark")
int BPF_PROG(reads_width, struct kit_note *note)
{
	return note->width;
}
TABLE_OF(note, mark, reads_width);

SEC("struct_ops/mark")
int BPF_PROG(twice_of_a_note, struct kit_note *note)
{
	return kit_event_twice((void *)note);
}
TABLE_OF(note, mark, twice_of_a_note);

/* Arguments. */
SEC("struct_ops/pair")
int BPF_PROG(checks_note, struct kit_event *event, struct kit_note *note)
{
	return note ? note->width : 0;
}
TABLE_OF(gate, pair, checks_note);

SEC("struct_ops/pair")
int BPF_PROG(believes_note, struct kit_event *event, struct kit_note *note)
{
	return note->width;
}
TABLE_OF(gate, pair, believes_note);

SEC("struct_ops/pair")
int reads_second(__u64 *ctx)
{
	return ctx[1] != 0;
}
TABLE_OF(gate, pair, reads_second);

SEC("struct_ops/pair")
int reads_third(__u64 *ctx)
{
	return ctx[2] != 0;
}
TABLE_OF(gate, pair, reads_third);

/* Helpers: the kit's list, and a shorter one. */
SEC("struct_ops/admit")
int BPF_PROG(admit_asks_pid, struct kit_event *event)
{
	return bpf_get_current_pid_tgid();
}
TABLE_OF(gate, admit, admit_asks_pid);

SEC("struct_ops/admit")
int BPF_PROG(sends_signal, struct kit_event *event)
{
	return bpf_send_signal(9);
}
TABLE_OF(gate, admit, sends_signal);

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} programs SEC(".maps");

SEC("struct_ops/admit")
int BPF_PROG(no_tail_call, struct kit_event *event)
{
	bpf_get_smp_processor_id();
	return 0;
}
TABLE_OF(gate, admit, no_tail_call);

SEC("struct_ops/admit")
int BPF_PROG(tail_call, struct kit_event *event)
{
	bpf_tail_call(ctx, &programs, 0);
	return 0;
}
TABLE_OF(gate, admit, tail_call);

SEC("struct_ops/look")
int BPF_PROG(look_asks_time, struct kit_event *event)
{
	return bpf_ktime_get_ns();
}
TABLE_OF(note, look, look_asks_time);

SEC("struct_ops/look")
int BPF_PROG(look_asks_pid, struct kit_event *event)
{
	return bpf_get_current_pid_tgid();
}
TABLE_OF(note, look, look_asks_pid);

/* Global functions, which the verifier looks at by themselves. */
__noinline int poke_global(__u32 *p)
{
	if (p)
		*p = 4096;
	return 0;
}

static __noinline int peek_static(__u32 *p)
{
	napping = *p;
	return 0;
}

SEC("struct_ops/admit")
int BPF_PROG(peeks_at_len, struct kit_event *event)
{
	peek_static(&event->len);
	return event->len * 1000 + kit_event_twice(event);
}
TABLE_OF(gate, admit, peeks_at_len);

SEC("struct_ops/admit")
int BPF_PROG(pokes_len, struct kit_event *event)
{
	poke_global(&event->len);
	return event->len * 1000 + kit_event_twice(event);
}
TABLE_OF(gate, admit, pokes_len);

/* It gets a number, made a pointer to a place where no struct of BTF ends. */
#define private_len(event)                                         \
	((__u32 *)bpf_rdonly_cast((struct kit_event *)(event) + 1, \
				  bpf_core_type_id_kernel(struct kref)))

SEC("struct_ops/admit")
int BPF_PROG(peeks_at_private_len, struct kit_event *event)
{
	napping = *private_len(event);
	return 0;
}
TABLE_OF(gate, admit, peeks_at_private_len);

SEC("struct_ops/admit")
int BPF_PROG(pokes_private_len, struct kit_event *event)
{
	poke_global(private_len(event));
	return 0;
}
TABLE_OF(gate, admit, pokes_private_len);

__noinline int nap_global(void)
{
	return kit_nap();
}

SEC("struct_ops.s/nap")
int BPF_PROG(naps_globally, struct kit_event *event)
{
	return nap_global();
}
TABLE_OF(gate, nap, naps_globally);

SEC("struct_ops.s/nap")
int BPF_PROG(global_naps_after_rcu, struct kit_event *event)
{
	bpf_rcu_read_lock();
	napping = 1;
	bpf_rcu_read_unlock();
	return nap_global();
}
TABLE_OF(gate, nap, global_naps_after_rcu);

SEC("struct_ops.s/nap")
int BPF_PROG(global_naps_under_rcu, struct kit_event *event)
{
	bpf_rcu_read_lock();
	napping = nap_global();
	bpf_rcu_read_unlock();
	return nap_global();
}
TABLE_OF(gate, nap, global_naps_under_rcu);
