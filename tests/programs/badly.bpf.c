// SPDX-License-Identifier: GPL-2.0-only
/* Two tables of which the verifier refuses one, and a tracer that it would refuse, too. */
#include "congestion.h"

SEC("struct_ops/ssthresh")
__u32 BPF_PROG(reads_anywhere, struct sock *sk)
{
	__u64 address = bpf_ktime_get_ns();

	/* A byte: some kernels look at the alignment first. */
	return *(volatile __u8 *)address;
}

SEC(".struct_ops.link")
struct tcp_congestion_ops good = {
	.ssthresh = (void *)ssthresh,
	.cong_avoid = (void *)cong_avoid,
	.undo_cwnd = (void *)undo_cwnd,
	.name = "good",
};

SEC(".struct_ops.link")
struct tcp_congestion_ops bad = {
	.ssthresh = (void *)reads_anywhere,
	.cong_avoid = (void *)cong_avoid,
	.undo_cwnd = (void *)undo_cwnd,
	.name = "bad",
};

/* Nobody attaches it. */
SEC("raw_tp/sys_enter")
int refused_tracer(void *ctx)
{
	__u64 address = bpf_ktime_get_ns();

	return *(volatile __u8 *)address;
}
