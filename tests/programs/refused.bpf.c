// SPDX-License-Identifier: GPL-2.0-only
/*
 * Programs that must be refused. Each follows its twin, which differs in one
 * statement and loads: tests/host/twins.awk compares them.
 */
#include "programs.h"

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} programs SEC(".maps");

__u64 seen;

#define TABLE_OF(member, prog) \
	TABLE table_of_##prog = { .member = (void *)prog }

SEC("struct_ops/test_2")
int read_last_argument(__u64 *ctx)
{
	return ctx[1];
}
TABLE_OF(test_2, read_last_argument);

SEC("struct_ops/test_2")
int read_past_arguments(__u64 *ctx)
{
	return ctx[2];
}
TABLE_OF(test_2, read_past_arguments);

SEC("struct_ops/test_1")
int BPF_PROG(one_argument_of_none_unused, int a)
{
	return 0;
}
TABLE_OF(test_1, one_argument_of_none_unused);

SEC("struct_ops/test_1")
int BPF_PROG(one_argument_of_none, int a)
{
	return a;
}
TABLE_OF(test_1, one_argument_of_none);

SEC("struct_ops/test_3")
int BPF_PROG(three_arguments_of_two_unused, const char *buf, int len, int more)
{
	return len;
}
TABLE_OF(test_3, three_arguments_of_two_unused);

SEC("struct_ops/test_3")
int BPF_PROG(three_arguments_of_two, const char *buf, int len, int more)
{
	return more;
}
TABLE_OF(test_3, three_arguments_of_two);

SEC("struct_ops/test_2")
int write_elsewhere(__u64 *ctx)
{
	seen = 1;
	return 0;
}
TABLE_OF(test_2, write_elsewhere);

SEC("struct_ops/test_2")
int write_first_argument(__u64 *ctx)
{
	ctx[0] = 1;
	return 0;
}
TABLE_OF(test_2, write_first_argument);

SEC("struct_ops/test_2")
int write_past_arguments(__u64 *ctx)
{
	ctx[4] = 1;
	return 0;
}
TABLE_OF(test_2, write_past_arguments);

SEC("struct_ops/test_2")
int read_aligned(__u64 *ctx)
{
	return *(__u64 *)((char *)ctx + 8);
}
TABLE_OF(test_2, read_aligned);

SEC("struct_ops/test_2")
int read_misaligned(__u64 *ctx)
{
	return *(__u64 *)((char *)ctx + 4);
}
TABLE_OF(test_2, read_misaligned);

SEC("struct_ops/test_1")
int BPF_PROG(awake)
{
	return 0;
}
TABLE_OF(test_1, awake);

SEC("struct_ops.s/test_1")
int BPF_PROG(sleepable)
{
	return 0;
}
TABLE_OF(test_1, sleepable);

SEC("struct_ops/test_1")
int no_tail_call(__u64 *ctx)
{
	bpf_get_prandom_u32();
	return 0;
}
TABLE_OF(test_1, no_tail_call);

SEC("struct_ops/test_1")
int tail_call(__u64 *ctx)
{
	bpf_tail_call(ctx, &programs, 0);
	return 0;
}
TABLE_OF(test_1, tail_call);

SEC("struct_ops/test_1")
int BPF_PROG(base_helper)
{
	return bpf_get_smp_processor_id();
}
TABLE_OF(test_1, base_helper);

SEC("struct_ops/test_1")
int BPF_PROG(foreign_helper)
{
	return bpf_get_hash_recalc((void *)ctx);
}
TABLE_OF(test_1, foreign_helper);

SEC("struct_ops/filter")
int BPF_PROG(write_verdict, struct bpf_testmod_event *event)
{
	event->verdict = BPF_TESTMOD_DROP;
	return 0;
}
TABLE_OF(filter, write_verdict);

SEC("struct_ops/filter")
int BPF_PROG(write_len, struct bpf_testmod_event *event)
{
	event->len = 0;
	return 0;
}
TABLE_OF(filter, write_len);

SEC("struct_ops/filter")
int BPF_PROG(write_data, struct bpf_testmod_event *event)
{
	event->data = NULL;
	return 0;
}
TABLE_OF(filter, write_data);

SEC("struct_ops/filter")
int BPF_PROG(write_half_a_cookie, struct bpf_testmod_event *event)
{
	*(volatile __u32 *)&event->cookie = 1;
	return 0;
}
TABLE_OF(filter, write_half_a_cookie);

SEC("struct_ops/filter")
int BPF_PROG(write_task, struct bpf_testmod_event *event)
{
	*(volatile __u64 *)bpf_get_current_task_btf() = 0;
	return 0;
}
TABLE_OF(filter, write_task);

SEC("struct_ops.s/prepare")
int BPF_PROG(sleepable_prepare, struct bpf_testmod_event *event)
{
	return 0;
}
TABLE_OF(prepare, sleepable_prepare);

SEC("struct_ops.s/filter")
int BPF_PROG(sleepable_filter, struct bpf_testmod_event *event)
{
	return 0;
}
TABLE_OF(filter, sleepable_filter);

/* The event outlives no trigger, but a pointer in a map does. */
struct keeper {
	struct bpf_testmod_event __kptr_untrusted *event;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct keeper);
} kept SEC(".maps");

SEC("struct_ops/filter")
int BPF_PROG(read_kept_event, struct bpf_testmod_event *event)
{
	__u32 key = 0;
	struct keeper *keeper = bpf_map_lookup_elem(&kept, &key);

	if (!keeper)
		return 0;
	if (keeper->event)
		seen = keeper->event->cookie;
	keeper->event = event;
	return 0;
}
TABLE_OF(filter, read_kept_event);

SEC("struct_ops/filter")
int BPF_PROG(write_kept_event, struct bpf_testmod_event *event)
{
	__u32 key = 0;
	struct keeper *keeper = bpf_map_lookup_elem(&kept, &key);

	if (!keeper)
		return 0;
	if (keeper->event)
		keeper->event->cookie = seen;
	keeper->event = event;
	return 0;
}
TABLE_OF(filter, write_kept_event);

/* Reads the bytes that the kfunc gives, up to the last one. */
SEC("struct_ops/filter")
int BPF_PROG(read_last_byte, struct bpf_testmod_event *event)
{
	__u8 *data = bpf_testmod_event_data(event, 0, 8);

	if (!data)
		return 0;
	return data[7];
}
TABLE_OF(filter, read_last_byte);

SEC("struct_ops/filter")
int BPF_PROG(read_past_last_byte, struct bpf_testmod_event *event)
{
	__u8 *data = bpf_testmod_event_data(event, 0, 8);

	if (!data)
		return 0;
	return data[8];
}
TABLE_OF(filter, read_past_last_byte);

SEC("struct_ops/filter")
int BPF_PROG(read_unchecked, struct bpf_testmod_event *event)
{
	__u8 *data = bpf_testmod_event_data(event, 0, 8);

	return data[7];
}
TABLE_OF(filter, read_unchecked);

SEC("struct_ops/filter")
int BPF_PROG(size_not_constant, struct bpf_testmod_event *event)
{
	__u8 *data = bpf_testmod_event_data(event, 0, event->len);

	if (!data)
		return 0;
	return data[7];
}
TABLE_OF(filter, size_not_constant);

SEC("struct_ops/filter")
int BPF_PROG(size_too_large, struct bpf_testmod_event *event)
{
	__u8 *data = bpf_testmod_event_data(event, 0, 0x100000008);

	if (!data)
		return 0;
	return data[7];
}
TABLE_OF(filter, size_too_large);

SEC("struct_ops/filter")
int BPF_PROG(write_no_bytes, struct bpf_testmod_event *event)
{
	__u8 *data = bpf_testmod_event_data(event, 0, 0);

	if (!data)
		return 0;
	data[0] = 0;
	return 0;
}
TABLE_OF(filter, write_no_bytes);

SEC("struct_ops/filter")
int BPF_PROG(write_one_byte, struct bpf_testmod_event *event)
{
	__u8 *data = bpf_testmod_event_data(event, 0, 1);

	if (!data)
		return 0;
	data[0] = 0;
	return 0;
}
TABLE_OF(filter, write_one_byte);

SEC("struct_ops/filter")
int BPF_PROG(data_of_half_an_event, struct bpf_testmod_event *event)
{
	__u8 *data = bpf_testmod_event_data((void *)event + 8, 0, 8);

	if (!data)
		return 0;
	return data[7];
}
TABLE_OF(filter, data_of_half_an_event);

SEC("struct_ops/filter")
int BPF_PROG(data_of_a_task, struct bpf_testmod_event *event)
{
	__u8 *data =
		bpf_testmod_event_data((void *)bpf_get_current_task_btf(), 0, 8);

	if (!data)
		return 0;
	return data[7];
}
TABLE_OF(filter, data_of_a_task);

SEC("struct_ops/filter")
int BPF_PROG(data_of_kept_event, struct bpf_testmod_event *event)
{
	__u32 key = 0;
	struct keeper *keeper = bpf_map_lookup_elem(&kept, &key);

	if (!keeper)
		return 0;
	if (keeper->event)
		seen = (__u64)bpf_testmod_event_data(keeper->event, 0, 8);
	keeper->event = event;
	return 0;
}
TABLE_OF(filter, data_of_kept_event);

/* This is not the kernel's event: the program chose each of its bytes. */
struct bpf_testmod_event forged;

SEC("struct_ops/filter")
int BPF_PROG(data_of_a_map_value, struct bpf_testmod_event *event)
{
	__u8 *data = bpf_testmod_event_data(&forged, 0, 8);

	if (!data)
		return 0;
	return data[7];
}
TABLE_OF(filter, data_of_a_map_value);

SEC("struct_ops/filter")
int BPF_PROG(data_of_the_stack, struct bpf_testmod_event *event)
{
	__u8 *data = bpf_testmod_event_data(
		&(struct bpf_testmod_event){ .len = 8 }, 0, 8);

	if (!data)
		return 0;
	return data[7];
}
TABLE_OF(filter, data_of_the_stack);

SEC("struct_ops/filter")
int BPF_PROG(data_of_the_context, struct bpf_testmod_event *event)
{
	__u8 *data = bpf_testmod_event_data((void *)ctx, 0, 8);

	if (!data)
		return 0;
	return data[7];
}
TABLE_OF(filter, data_of_the_context);

SEC("struct_ops/filter")
int BPF_PROG(data_of_a_number, struct bpf_testmod_event *event)
{
	__u8 *data = bpf_testmod_event_data((void *)event->cookie, 0, 8);

	if (!data)
		return 0;
	return data[7];
}
TABLE_OF(filter, data_of_a_number);

SEC("struct_ops/filter")
int BPF_PROG(data_of_nothing, struct bpf_testmod_event *event)
{
	__u8 *data = bpf_testmod_event_data(NULL, 0, 8);

	if (!data)
		return 0;
	return data[7];
}
TABLE_OF(filter, data_of_nothing);

/* These are in assembly: a compiler would change the loops and the missing result. */
#define ASM(prog) __attribute__((naked)) int prog(void)

SEC("struct_ops/test_1")
ASM(loop_that_ends)
{
	asm volatile("r0 = 0;"
		     "1: if r0 == 0 goto 2f;"
		     "goto 1b;"
		     "2: exit;");
}
TABLE_OF(test_1, loop_that_ends);

SEC("struct_ops/test_1")
ASM(loop_without_end)
{
	asm volatile("r0 = 0;"
		     "1: if r0 == 1 goto 2f;"
		     "goto 1b;"
		     "2: exit;");
}
TABLE_OF(test_1, loop_without_end);

SEC("struct_ops/test_2")
ASM(loop_with_a_bound)
{
	asm volatile("r1 = *(u64 *)(r1 + 0);"
		     "r1 &= 15;"
		     "r0 = 0;"
		     "1: if r0 >= r1 goto 2f;"
		     "r0 += 1;"
		     "goto 1b;"
		     "2: exit;");
}
TABLE_OF(test_2, loop_with_a_bound);

SEC("struct_ops/test_2")
ASM(loop_without_a_bound)
{
	asm volatile("r1 = *(u64 *)(r1 + 0);"
		     "r0 = 0;"
		     "1: if r0 >= r1 goto 2f;"
		     "r0 += 1;"
		     "goto 1b;"
		     "2: exit;");
}
TABLE_OF(test_2, loop_without_a_bound);

SEC("struct_ops/filter")
ASM(a_result)
{
	asm volatile("r0 = 0;"
		     "exit;");
}
TABLE_OF(filter, a_result);

SEC("struct_ops/filter")
ASM(no_result)
{
	asm volatile("r1 = 0;"
		     "exit;");
}
TABLE_OF(filter, no_result);

SEC("struct_ops/filter")
ASM(a_pointer_as_result)
{
	asm volatile("r0 = *(u64 *)(r1 + 0);"
		     "exit;");
}
TABLE_OF(filter, a_pointer_as_result);

/* Things that a program must give back before it returns. */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 64 * 1024);
} records SEC(".maps");

SEC("struct_ops/test_1")
int BPF_PROG(discards_its_record)
{
	__u64 *record = bpf_ringbuf_reserve(&records, sizeof(*record), 0);

	if (!record)
		return 0;
	bpf_ringbuf_discard(record, 0);
	return 0;
}
TABLE_OF(test_1, discards_its_record);

SEC("struct_ops/test_1")
int BPF_PROG(keeps_its_record)
{
	__u64 *record = bpf_ringbuf_reserve(&records, sizeof(*record), 0);

	if (!record)
		return 0;
	return 0;
}
TABLE_OF(test_1, keeps_its_record);

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

SEC("struct_ops/test_1")
int BPF_PROG(unlocks)
{
	__u32 key = 0;
	struct locked *locked = bpf_map_lookup_elem(&locks, &key);

	if (!locked)
		return 0;
	bpf_spin_lock(&locked->lock);
	bpf_spin_unlock(&locked->lock);
	return 0;
}
TABLE_OF(test_1, unlocks);

SEC("struct_ops/test_1")
int BPF_PROG(stays_locked)
{
	__u32 key = 0;
	struct locked *locked = bpf_map_lookup_elem(&locks, &key);

	if (!locked)
		return 0;
	bpf_spin_lock(&locked->lock);
	return 0;
}
TABLE_OF(test_1, stays_locked);

extern void bpf_rcu_read_lock(void) __ksym;
extern void bpf_rcu_read_unlock(void) __ksym;
extern void bpf_preempt_disable(void) __ksym;
extern void bpf_preempt_enable(void) __ksym;

SEC("struct_ops.s/prepare")
int BPF_PROG(leaves_rcu, struct bpf_testmod_event *event)
{
	bpf_rcu_read_lock();
	bpf_rcu_read_unlock();
	return 0;
}
TABLE_OF(prepare, leaves_rcu);

SEC("struct_ops.s/prepare")
int BPF_PROG(stays_in_rcu, struct bpf_testmod_event *event)
{
	bpf_rcu_read_lock();
	return 0;
}
TABLE_OF(prepare, stays_in_rcu);

SEC("struct_ops/test_1")
int BPF_PROG(turns_preemption_on)
{
	bpf_preempt_disable();
	bpf_preempt_enable();
	return 0;
}
TABLE_OF(test_1, turns_preemption_on);

SEC("struct_ops/test_1")
int BPF_PROG(leaves_preemption_off)
{
	bpf_preempt_disable();
	return 0;
}
TABLE_OF(test_1, leaves_preemption_off);

/* Numbers used as pointers, and pointers to places outside of our memory. */
SEC("struct_ops/test_3")
int BPF_PROG(probes_the_message, const char *buf, int len)
{
	char first;

	bpf_probe_read_kernel(&first, 1, buf);
	return first;
}
TABLE_OF(test_3, probes_the_message);

SEC("struct_ops/test_3")
int BPF_PROG(reads_the_message, const char *buf, int len)
{
	char first;

	first = *buf;
	return first;
}
TABLE_OF(test_3, reads_the_message);

SEC("struct_ops/filter")
int BPF_PROG(reads_its_pointer, struct bpf_testmod_event *event)
{
	seen = (__u64)event->data;
	return 0;
}
TABLE_OF(filter, reads_its_pointer);

SEC("struct_ops/filter")
int BPF_PROG(writes_through_its_pointer, struct bpf_testmod_event *event)
{
	*event->data = 0;
	return 0;
}
TABLE_OF(filter, writes_through_its_pointer);

SEC("struct_ops/filter")
int BPF_PROG(read_last_of_the_cookie, struct bpf_testmod_event *event)
{
	return ((volatile __u32 *)event)[3];
}
TABLE_OF(filter, read_last_of_the_cookie);

SEC("struct_ops/filter")
int BPF_PROG(read_behind_event, struct bpf_testmod_event *event)
{
	return ((volatile __u32 *)event)[6];
}
TABLE_OF(filter, read_behind_event);

SEC("struct_ops/filter")
int BPF_PROG(read_before_event, struct bpf_testmod_event *event)
{
	return ((volatile __u32 *)event)[-1];
}
TABLE_OF(filter, read_before_event);

SEC("struct_ops/filter")
int BPF_PROG(read_somewhere_in_event, struct bpf_testmod_event *event)
{
	return ((volatile char *)event)[event->len & 7];
}
TABLE_OF(filter, read_somewhere_in_event);

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} numbers SEC(".maps");

SEC("struct_ops/test_2")
int BPF_PROG(read_in_map_value, int a, int b)
{
	__u32 key = 0;
	volatile char *bytes = bpf_map_lookup_elem(&numbers, &key);

	if (!bytes)
		return 0;
	return bytes[a & 7];
}
TABLE_OF(test_2, read_in_map_value);

SEC("struct_ops/test_2")
int BPF_PROG(read_behind_map_value, int a, int b)
{
	__u32 key = 0;
	volatile char *bytes = bpf_map_lookup_elem(&numbers, &key);

	if (!bytes)
		return 0;
	return bytes[a & 15];
}
TABLE_OF(test_2, read_behind_map_value);

/* A member that has no event. */
SEC("struct_ops/test_2")
int BPF_PROG(data_from_no_test_2, int a, int b)
{
	seen = 1;
	return 0;
}
TABLE_OF(test_2, data_from_no_test_2);

SEC("struct_ops/test_2")
int BPF_PROG(data_from_test_2, int a, int b)
{
	seen = (__u64)bpf_testmod_event_data((void *)bpf_get_current_task_btf(),
					     0, 8);
	return 0;
}
TABLE_OF(test_2, data_from_test_2);

/* A type of the kernel's own: no table of it can call our kfunc. */
SEC("struct_ops/ssthresh")
__u32 BPF_PROG(data_from_no_tcp, struct sock *sk)
{
	seen = 1;
	return 2;
}

SEC("struct_ops/ssthresh")
__u32 BPF_PROG(data_from_tcp, struct sock *sk)
{
	seen = (__u64)bpf_testmod_event_data((void *)sk, 0, 8);
	return 2;
}

SEC("struct_ops/undo_cwnd")
__u32 BPF_PROG(tcp_undo_cwnd, struct sock *sk)
{
	return 2;
}

SEC("struct_ops/cong_avoid")
void BPF_PROG(tcp_cong_avoid, struct sock *sk, __u32 ack, __u32 acked)
{
}

#define TCP_TABLE_OF(prog)                            \
	SEC("?.struct_ops.link")                      \
	struct tcp_congestion_ops table_of_##prog = { \
		.ssthresh = (void *)prog,             \
		.undo_cwnd = (void *)tcp_undo_cwnd,   \
		.cong_avoid = (void *)tcp_cong_avoid, \
		.name = "opsmod",                     \
	}

TCP_TABLE_OF(data_from_no_tcp);
TCP_TABLE_OF(data_from_tcp);

/* Programs of other types, each loaded alone. */
SEC("?socket")
int socket_without_data(void *ctx)
{
	seen = 1;
	return 0;
}

SEC("?socket")
int socket_with_data(void *ctx)
{
	seen = (__u64)bpf_testmod_event_data(ctx, 0, 8);
	return 0;
}

SEC("?fentry/bpf_fentry_test1")
int tracing_without_data(void *ctx)
{
	seen = 1;
	return 0;
}

SEC("?fentry/bpf_fentry_test1")
int tracing_with_data(void *ctx)
{
	seen = (__u64)bpf_testmod_event_data(ctx, 0, 8);
	return 0;
}

SEC("?syscall")
int syscall_without_data(void *ctx)
{
	seen = 1;
	return 0;
}

SEC("?syscall")
int syscall_with_data(void *ctx)
{
	seen = (__u64)bpf_testmod_event_data(ctx, 0, 8);
	return 0;
}
