// SPDX-License-Identifier: GPL-2.0-only
/* Counts what one task has the kernel do for it. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

char LICENSE[] SEC("license") = "GPL";

/* How often the task has waited for calls, and what it has freed. */
__u32 counted_task;
__u32 waits;
__u32 srcus_freed;
__u32 chains_freed;
__u64 last_srcu;

static bool is_counted(void)
{
	return (__u32)bpf_get_current_pid_tgid() == counted_task;
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
