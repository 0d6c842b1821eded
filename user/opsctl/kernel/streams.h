/* SPDX-License-Identifier: GPL-2.0-only */
/* The streams of a BPF program, which Linux has from 6.17 on. */
#ifndef STREAMS_H
#define STREAMS_H

#include <linux/types.h>
#include <sys/types.h>

/* enum bpf_stream_id, which older headers lack. */
enum { STREAM_STDOUT = 1, STREAM_STDERR = 2 };

/**
 * stream_read() - take text out of a stream of a program
 * @program: a descriptor
 * @stream: which one
 * @buffer: where it goes, without a NUL
 * @size: of @buffer
 *
 * What is read is gone: two readers share what there is (kernel/bpf/stream.c).
 *
 * Return: how many bytes, 0 if there is none now, or -errno: -EINVAL from a kernel
 * without streams.
 */
ssize_t stream_read(int program, int stream, char *buffer, __u32 size);

#endif /* STREAMS_H */
