/* SPDX-License-Identifier: GPL-2.0-only */
/* What sleepy.bpf.c tells user space, through its ring buffer. */
#ifndef SLEEPY_H
#define SLEEPY_H

#define SLEEPY_ARG_LEN 64

/**
 * struct sleepy_record - who wrote a message
 * @pid: the process
 * @len: bytes in the message
 * @arg: the beginning of its argv[0], NUL-terminated
 */
struct sleepy_record {
	__u32 pid;
	__u32 len;
	char arg[SLEEPY_ARG_LEN];
};

#endif /* SLEEPY_H */
