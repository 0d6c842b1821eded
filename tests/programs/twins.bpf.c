// SPDX-License-Identifier: GPL-2.0-only
/* Two congestion controls of one name: only one of them can be attached. */
#include "programs.h"

SEC("struct_ops/ssthresh")
__u32 BPF_PROG(ssthresh, struct sock *sk)
{
	return 2;
}

SEC("struct_ops/cong_avoid")
void BPF_PROG(cong_avoid, struct sock *sk, __u32 ack, __u32 acked)
{
}

SEC("struct_ops/undo_cwnd")
__u32 BPF_PROG(undo_cwnd, struct sock *sk)
{
	return 2;
}

#define TWIN                                      \
	{                                         \
		.ssthresh = (void *)ssthresh,     \
		.cong_avoid = (void *)cong_avoid, \
		.undo_cwnd = (void *)undo_cwnd,   \
		.name = "twin",                   \
	}

SEC(".struct_ops.link")
struct tcp_congestion_ops twin_a = TWIN;

SEC(".struct_ops.link")
struct tcp_congestion_ops twin_b = TWIN;
