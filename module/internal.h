/* SPDX-License-Identifier: GPL-2.0-only */
/* What the parts of the module share: a message, and the slot that it goes through. */
#ifndef INTERNAL_H
#define INTERNAL_H

#include <linux/percpu.h>
#include <linux/seq_file.h>

#include "opsmod/slot.h"
#include "bpf_testmod.h"

/* The index of a function among the members. No function comes after flags and name. */
#define MEMBER_INDEX(m) (offsetof(struct bpf_testmod_ops, m) / sizeof(void *))
#define NR_MEMBERS MEMBER_INDEX(flags)
static_assert(round_up(offsetofend(struct bpf_testmod_ops, name),
		       sizeof(void *)) == sizeof(struct bpf_testmod_ops),
	      "functions have to stand before flags");

/**
 * struct bpf_testmod_run - what one pass through the attached table did
 * @called: which members were called: BIT() of each MEMBER_INDEX()
 * @rejected: which of them refused the message, in the same way
 * @dropped: the verdict was BPF_TESTMOD_DROP
 * @err: what write(2) must fail with, or 0
 * @ret: what each member that was called returned, by MEMBER_INDEX()
 * @flags: enum bpf_testmod_flags of the table
 */
struct bpf_testmod_run {
	u32 called;
	u32 rejected;
	bool dropped;
	int err;
	int ret[NR_MEMBERS];
	u32 flags;
};
static_assert(NR_MEMBERS <= 32, "called and rejected are too narrow");

/**
 * struct bpf_testmod_message - one message in the kernel
 * @event: programs get a pointer to it, and may have written to all that they reach of
 *	   it: only the verdict and the cookie are read back, each once
 * @len: bytes in the message
 * @run: what the table did with it
 * @data: the message and a NUL, in a page of their own
 *
 * All but @event is private, and the module relies on that alone. A program that has a
 * pointer to @event cannot write past it: btf_struct_walk() ends with the struct for reads,
 * and for what a global function gets; for stores the verifier asks opsmod_access() alone.
 */
struct bpf_testmod_message {
	struct bpf_testmod_event event;
	u32 len;
	struct bpf_testmod_run run;
	char data[BPF_TESTMOD_MSG_MAX + 1] __aligned(PAGE_SIZE);
};

/* Triggers that the rate limit kept out of the log. */
DECLARE_PER_CPU(unsigned long, bpf_testmod_unlogged);

extern struct opsmod_type bpf_testmod_ops_type;
extern struct opsmod_slot bpf_testmod_slot;

bool bpf_testmod_ops_run(struct bpf_testmod_message *message);
int bpf_testmod_ops_show(struct seq_file *m, void *v);
__u8 *bpf_testmod_event_data(struct bpf_testmod_event *event, u32 offset,
			     const size_t rdwr_buf_size);

#endif /* INTERNAL_H */
