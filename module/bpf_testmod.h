/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The bpf_testmod_ops table: shared by the module, by the BPF programs that implement it
 * (after vmlinux.h) and by user space.
 */
#ifndef BPF_TESTMOD_H
#define BPF_TESTMOD_H

#if !defined(__VMLINUX_H__)
#include <linux/types.h>
#endif

#ifdef __bpf__
#pragma clang attribute push(__attribute__((preserve_access_index)), \
			     apply_to = record)
#endif

/* The largest message, in bytes, that one write(2) can carry. */
#define BPF_TESTMOD_MSG_MAX 4095

/* The size of a table's name, its terminating NUL included. */
#define BPF_TESTMOD_NAME_LEN 16

/**
 * enum bpf_testmod_flags - flags of a table
 * @BPF_TESTMOD_F_QUIET: log no line when a trigger runs this table
 */
enum bpf_testmod_flags {
	BPF_TESTMOD_F_QUIET = 1U << 0,
};

/**
 * enum bpf_testmod_verdict - what happens to a message
 * @BPF_TESTMOD_PASS: go on
 * @BPF_TESTMOD_DROP: write(2) succeeds, but test_1, test_2 and test_3 do not run
 */
enum bpf_testmod_verdict {
	BPF_TESTMOD_PASS,
	BPF_TESTMOD_DROP,
};

/**
 * struct bpf_testmod_event - what programs are shown of a message
 * @len: bytes in the message; read-only
 * @verdict: enum bpf_testmod_verdict, written by programs; looked at once, after filter.
 *	     Anything else fails write(2) with EINVAL
 * @cookie: for the programs alone; goes from prepare to filter and to the tracepoint
 * @data: the message, for bpf_testmod_event_data(); read-only. It also keeps a program
 *	  from making an event of its own: where a kfunc takes a struct without pointers,
 *	  the verifier takes any memory for it
 *
 * The module reads back verdict and cookie, each once, and nothing else: for the rest it
 * uses what module/internal.h keeps next to the event.
 */
struct bpf_testmod_event {
	__u32 len;
	__s32 verdict;
	__u64 cookie;
	char *data;
};

/**
 * struct bpf_testmod_ops - the table that BPF programs implement
 * @test_1: called after prepare and filter; its result is logged
 * @test_2: called next, with 10 and 20; its result is logged
 * @test_3: called last, with the written message; its result is ignored. @buf is
 *	    followed by a NUL that @len does not count. To a program it is a plain number:
 *	    read through it with bpf_probe_read_kernel()
 * @prepare: called before all others; the only member that may sleep. 0 goes on; a
 *	     negative errno down to -511 fails write(2) with it, anything else fails it
 *	     with EINVAL, and nothing else runs
 * @filter: called after prepare; its result means the same
 * @flags: enum bpf_testmod_flags; a table with an unknown bit is refused
 * @name: printable ASCII, NUL-terminated, may be empty; shown where the table is shown
 *
 * Every function is optional, but a table needs at least one. They are called in process
 * context, in the thread that writes to the trigger file (with io_uring a worker of that
 * process), under SRCU and no lock; only prepare may sleep. The first three never move,
 * so that a program compiled against a shorter struct still loads.
 */
struct bpf_testmod_ops {
	int (*test_1)(void);
	int (*test_2)(int a, int b);
	int (*test_3)(const char *buf, int len);
	int (*prepare)(struct bpf_testmod_event *event);
	int (*filter)(struct bpf_testmod_event *event);
	__u32 flags;
	char name[BPF_TESTMOD_NAME_LEN];
};

#ifdef __bpf__
#pragma clang attribute pop

/* The message's bytes: see module/main.c. */
extern __u8 *bpf_testmod_event_data(struct bpf_testmod_event *event,
				    __u32 offset, const size_t rdwr_buf_size)
	__attribute__((section(".ksyms")));
#endif

#endif /* BPF_TESTMOD_H */
