/* SPDX-License-Identifier: GPL-2.0-only */
/* What printed.bpf.c hands to log.c. vmlinux.h or linux/types.h has the integers. */
#ifndef PRINTED_H
#define PRINTED_H

/* The kernel's own limit of a line: BPF_TRACE_PRINTK_SIZE in kernel/trace/bpf_trace.c. */
#define PRINTED_MAX 1024
#define FRAMES_MAX 32

/**
 * struct printed - a line that bpf_printk has printed
 * @nr_frames: how many frames of the stack there are; 0 where it cannot be walked
 * @frames: the addresses, the innermost first
 * @text: the line
 */
struct printed {
	__u32 nr_frames;
	__u64 frames[FRAMES_MAX];
	char text[PRINTED_MAX];
};

#endif /* PRINTED_H */
