// SPDX-License-Identifier: GPL-2.0-only
/* Calls a kfunc that no kernel has: nothing of such an object can be loaded. */
#include "programs.h"

extern void no_such_kfunc(struct sock *sk) __ksym;

SEC("struct_ops/cong_avoid")
void BPF_PROG(calls_nobody, struct sock *sk, __u32 ack, __u32 acked)
{
	no_such_kfunc(sk);
}

SEC(".struct_ops.link")
struct tcp_congestion_ops kfunc_missing = {
	.cong_avoid = (void *)calls_nobody,
	.name = "kfunc_missing",
};
