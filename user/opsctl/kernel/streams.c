// SPDX-License-Identifier: GPL-2.0-only
#include "streams.h"

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

/* BPF_PROG_STREAM_READ_BY_FD and its arguments, which older headers lack. */
#define STREAM_READ_BY_FD 37

struct stream_read_attr {
	__u64 buffer;
	__u32 size;
	__u32 stream;
	__u32 program;
	__u32 zero;
};

ssize_t stream_read(int program, int stream, char *buffer, __u32 size)
{
	struct stream_read_attr attr = {
		.buffer = (unsigned long)buffer,
		.size = size,
		.stream = stream,
		.program = program,
	};
	long n = syscall(__NR_bpf, STREAM_READ_BY_FD, &attr, sizeof(attr));

	return n < 0 ? -errno : n;
}
