// SPDX-License-Identifier: GPL-2.0-only
/* Two congestion controls of one name: only one of them can be attached. */
#include "congestion.h"

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
