/* SPDX-License-Identifier: GPL-2.0-only */
/* The slot that holds the attached table, and the calls through it. */
#ifndef OPS_H
#define OPS_H

#include <linux/build_bug.h>
#include <linux/jump_label.h>
#include <linux/types.h>

#include "bpf_testmod.h"

struct bpf_prog;
struct bpf_testmod_message;

/* The function members, in the order in which they run. */
enum bpf_testmod_member {
	BPF_TESTMOD_PREPARE,
	BPF_TESTMOD_FILTER,
	BPF_TESTMOD_TEST_1,
	BPF_TESTMOD_TEST_2,
	BPF_TESTMOD_TEST_3,
	BPF_TESTMOD_NR_MEMBERS,
};

/**
 * struct bpf_testmod_run - what one pass through the attached table did
 * @called: bit mask by enum bpf_testmod_member: who was called
 * @ret: by enum bpf_testmod_member: what it returned, where it was called
 * @rejected: bit mask by enum bpf_testmod_member: who refused the message
 * @dropped: the verdict was BPF_TESTMOD_DROP
 * @err: what write(2) must fail with, or 0
 * @flags: enum bpf_testmod_flags of the table
 */
struct bpf_testmod_run {
	u8 called;
	u8 rejected;
	bool dropped;
	int err;
	int ret[BPF_TESTMOD_NR_MEMBERS];
	u32 flags;
};

static_assert(BPF_TESTMOD_NR_MEMBERS <= 8, "called and rejected are too narrow");

/**
 * struct bpf_testmod_table - what is told about the attached table
 * @flags: enum bpf_testmod_flags
 * @name: NUL-terminated, may be empty
 */
struct bpf_testmod_table {
	u32 flags;
	char name[BPF_TESTMOD_NAME_LEN];
};

/**
 * struct bpf_testmod_stats - what has happened since the module was loaded
 * @calls: by enum bpf_testmod_member
 * @rejections: likewise
 * @drops: messages whose verdict was BPF_TESTMOD_DROP
 * @swaps: how often a table took the place of another
 * @in_prepare: calls of prepare begun and not ended; a detach or a swap waits for
 *		all that were under way when it began, in whichever table
 */
struct bpf_testmod_stats {
	unsigned long calls[BPF_TESTMOD_NR_MEMBERS];
	unsigned long rejections[BPF_TESTMOD_NR_MEMBERS];
	unsigned long drops;
	unsigned long swaps;
	long in_prepare;
};

DECLARE_STATIC_KEY_FALSE(bpf_testmod_attached);

bool bpf_testmod_ops_is_ours(const struct bpf_prog *prog);
bool bpf_testmod_ops_run(struct bpf_testmod_message *message);
bool bpf_testmod_ops_describe(struct bpf_testmod_table *table);
void bpf_testmod_ops_stats(struct bpf_testmod_stats *sum);
int bpf_testmod_ops_init(void);

#endif /* OPS_H */
