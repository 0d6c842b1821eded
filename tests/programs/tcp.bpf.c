// SPDX-License-Identifier: GPL-2.0-only
/*
 * Congestion controls that the kernel refuses, and the complete one from which
 * each of them differs in one member.
 */
#include "congestion.h"

#define TCP_TABLE SEC("?.struct_ops.link") struct tcp_congestion_ops

SEC("struct_ops/get_info")
size_t BPF_PROG(get_info, struct sock *sk, __u32 ext, int *attr,
		union tcp_cc_info *info)
{
	return 0;
}

TCP_TABLE complete = {
	.ssthresh = (void *)ssthresh,
	.cong_avoid = (void *)cong_avoid,
	.undo_cwnd = (void *)undo_cwnd,
	.name = "complete",
};

TCP_TABLE no_ssthresh = {
	.cong_avoid = (void *)cong_avoid,
	.undo_cwnd = (void *)undo_cwnd,
	.name = "no_ssthresh",
};

TCP_TABLE with_get_info = {
	.ssthresh = (void *)ssthresh,
	.cong_avoid = (void *)cong_avoid,
	.undo_cwnd = (void *)undo_cwnd,
	.get_info = (void *)get_info,
	.name = "with_get_info",
};
