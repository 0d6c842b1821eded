// SPDX-License-Identifier: GPL-2.0-only
/* Counts what one task has the kernel do for it, and of some things what its process has. */
#include "vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

char LICENSE[] SEC("license") = "GPL";

/* How often the task has waited for calls, and what it has freed. */
__u32 counted_task;
__u32 counted_process;
__u32 waits;
__u32 srcus_freed;
__u32 chains_freed;
__u64 last_srcu;

/*
 * How often it has entered a table, by SRCU or by a reference, and how often under RCU,
 * if the kernel counts that.
 */
__u32 entered;
__u32 entered_under_rcu;
__u32 rcu_is_counted;

/* Seq files that the task has opened, and closed. */
__u32 opened;
__u32 closed;

/*
 * Pairs of pages that the process has taken, and which of them it has given back: who
 * loads and unloads a module gives others back as well.
 */
__u32 taken;
__u32 given;
__u64 pairs[4];

static bool is_counted(void)
{
	return (__u32)bpf_get_current_pid_tgid() == counted_task;
}

static bool process_is_counted(void)
{
	return bpf_get_current_pid_tgid() >> 32 == counted_process;
}

SEC("?fentry/synchronize_srcu")
int BPF_PROG(count_waits, void *srcu)
{
	waits += is_counted();
	return 0;
}

SEC("?fentry/cleanup_srcu_struct")
int BPF_PROG(count_srcus, void *srcu)
{
	if (is_counted()) {
		srcus_freed++;
		last_srcu = (__u64)srcu;
	}
	return 0;
}

/* The SRCU is near the start of its chain. */
SEC("?raw_tp/kfree")
int count_chains(struct bpf_raw_tracepoint_args *ctx)
{
	if (is_counted() && ctx->args[1] && last_srcu - ctx->args[1] < 64) {
		chains_freed++;
		last_srcu = 0;
	}
	return 0;
}

SEC("?fentry/single_open")
int BPF_PROG(count_opens)
{
	opened += is_counted();
	return 0;
}

SEC("?fentry/single_release")
int BPF_PROG(count_closes)
{
	closed += is_counted();
	return 0;
}

SEC("?fexit/get_free_pages_noprof")
int BPF_PROG(count_taken, unsigned int flags, unsigned int order, __u64 page)
{
	if (order == 1 && process_is_counted())
		pairs[taken++ % 4] = page;
	return 0;
}

SEC("?fentry/free_pages")
int BPF_PROG(count_given, __u64 page, unsigned int order)
{
	__u32 i;

	if (!page || order != 1 || !process_is_counted())
		return 0;
	for (i = 0; i < 4; i++) {
		if (pairs[i] == page) {
			pairs[i] = 0;
			given++;
		}
	}
	return 0;
}

struct task_struct___rcu {
	int rcu_read_lock_nesting;
} __attribute__((preserve_access_index));

static int count_enter(void)
{
	struct task_struct___rcu *task = (void *)bpf_get_current_task();

	if (!is_counted())
		return 0;
	entered++;
	rcu_is_counted = bpf_core_field_exists(task->rcu_read_lock_nesting);
	/* The kernel runs this program under RCU, too. */
	if (rcu_is_counted && BPF_CORE_READ(task, rcu_read_lock_nesting) > 1)
		entered_under_rcu++;
	return 0;
}

SEC("?fentry/__srcu_read_lock")
int BPF_PROG(count_enters)
{
	return count_enter();
}

SEC("?fentry/bpf_struct_ops_get")
int BPF_PROG(count_gets)
{
	return count_enter();
}
