// SPDX-License-Identifier: GPL-2.0-only
/* A table for an io_uring. The type has a flavour: not every kernel has it. */
#include "programs.h"

struct io_ring_ctx;
struct iou_loop_params;

struct io_uring_bpf_ops___own {
	int (*loop_step)(struct io_ring_ctx *ctx, struct iou_loop_params *params);
	__u32 ring_fd;
};

/* IOU_LOOP_STOP */
SEC("struct_ops.s/loop_step")
int BPF_PROG(stop, struct io_ring_ctx *ring, struct iou_loop_params *params)
{
	return 1;
}

SEC("?.struct_ops.link")
struct io_uring_bpf_ops___own looper = {
	.loop_step = (void *)stop,
};
