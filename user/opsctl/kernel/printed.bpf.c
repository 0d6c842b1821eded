// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hands over each line that a program prints with bpf_printk, and the stack at that
 * point: it has the address of the program that prints, which the line does not.
 */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

#include "printed.h"

char LICENSE[] SEC("license") = "GPL";

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1024 * 1024);
} lines SEC(".maps");

/* Lines for which there was no room. */
__u64 lost;

SEC("raw_tp/bpf_trace_printk")
int hand_over(struct bpf_raw_tracepoint_args *ctx)
{
	struct printed *line = bpf_ringbuf_reserve(&lines, sizeof(*line), 0);
	long size;

	if (!line) {
		__sync_fetch_and_add(&lost, 1);
		return 0;
	}
	size = bpf_get_stack(ctx, line->frames, sizeof(line->frames), 0);
	line->nr_frames = size > 0 ? size / sizeof(line->frames[0]) : 0;
	if (bpf_probe_read_kernel_str(line->text, sizeof(line->text),
				      (void *)ctx->args[0]) < 0)
		line->text[0] = '\0';
	bpf_ringbuf_submit(line, 0);
	return 0;
}
