// SPDX-License-Identifier: GPL-2.0-only
/* A congestion control, and a tracer that only its own loader would attach. */
#include "congestion.h"

SEC(".struct_ops.link")
struct tcp_congestion_ops mixed = {
	.ssthresh = (void *)ssthresh,
	.cong_avoid = (void *)cong_avoid,
	.undo_cwnd = (void *)undo_cwnd,
	.name = "mixed",
};

SEC("raw_tp/sys_enter")
int tracer(void *ctx)
{
	return 0;
}
