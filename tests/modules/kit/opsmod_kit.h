/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The tables of the module opsmod_kit: shared by the module and by the BPF programs
 * that implement them (after vmlinux.h).
 */
#ifndef OPSMOD_KIT_H
#define OPSMOD_KIT_H

#ifdef __KERNEL__
#include <linux/atomic.h>
#endif

#ifdef __bpf__
#pragma clang attribute push(__attribute__((preserve_access_index)), \
			     apply_to = record)
#endif

/**
 * struct kit_event - what programs are shown of a run
 * @len: the number that was written
 * @verdict: written by programs of kit_gate_ops
 * @cookie: likewise
 * @data: read-only, and where kit_note has what may be written
 */
struct kit_event {
	__u32 len;
	__s32 verdict;
	__u64 cookie;
	char *data;
};

/**
 * struct kit_note - a second struct, whose one window is where kit_event has none
 * @width: read-only
 * @lines: read-only, where kit_event has its verdict
 * @text: read-only, where kit_event has its cookie
 * @mark: written by programs of kit_gate_ops and kit_note_ops
 * @event: read-only: the event that the note is of
 */
struct kit_note {
	__u32 width;
	__u32 lines;
	char *text;
	__u64 mark;
	struct kit_event *event;
};

/**
 * struct kit_gate_ops - a table of all that can be described
 * @admit: every table has it
 * @pair: @note is NULL where the number is even
 * @nap: may sleep
 * @limit: at most KIT_LIMIT
 * @name: for the log
 * @uses: the module's: how often this table was run
 */
struct kit_gate_ops {
	int (*admit)(struct kit_event *event);
	int (*pair)(struct kit_event *event, struct kit_note *note);
	int (*nap)(struct kit_event *event);
	__u32 limit;
	char name[12];
#ifdef __KERNEL__
	atomic_t uses;
#endif
};

#define KIT_LIMIT 64

/**
 * struct kit_note_ops - another table, whose programs may do less, and other things
 * @look: may write nothing of the event
 * @mark: may write kit_note.mark
 * @task: is given a struct of the kernel: the task that runs the table
 */
struct kit_note_ops {
	int (*look)(struct kit_event *event);
	int (*mark)(struct kit_note *note);
	int (*task)(struct task_struct *task);
};

/**
 * struct kit_left_ops - one of two tables that only their names tell apart
 * @decide: its programs may call what those of kit_right_ops may not
 */
struct kit_left_ops {
	int (*decide)(struct kit_event *event);
};

/**
 * struct kit_right_ops - the other
 * @decide: as above
 */
struct kit_right_ops {
	int (*decide)(struct kit_event *event);
};

#ifdef __bpf__
#pragma clang attribute pop

#define KIT_KFUNC extern __attribute__((section(".ksyms")))
#else
#define KIT_KFUNC
#endif

KIT_KFUNC __u32 kit_event_len(struct kit_event *event);
KIT_KFUNC __u32 kit_event_twice(struct kit_event *event);
KIT_KFUNC int kit_nap(void);
KIT_KFUNC int kit_left(void);

#endif /* OPSMOD_KIT_H */
