/* SPDX-License-Identifier: GPL-2.0-only */
/* What every congestion control must have: programs that do next to nothing. */
#ifndef CONGESTION_H
#define CONGESTION_H

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

#endif /* CONGESTION_H */
