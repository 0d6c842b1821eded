/* SPDX-License-Identifier: GPL-2.0-only */
/* Shared by the module, its programs (after vmlinux.h) and user space. */
#ifndef SCRIBE_H
#define SCRIBE_H

#ifndef __VMLINUX_H__
#include <linux/types.h>
#endif
#ifdef __KERNEL__
#include "opsmod/named.h"
#endif

/* Bytes in a line, at most. */
#define SCRIBE_MAX 64

#ifdef __bpf__
#pragma clang attribute push(__attribute__((preserve_access_index)), \
			     apply_to = record)
#endif

/**
 * struct scribe_line - what programs are shown of a line; they write nothing of it
 * @len: its bytes
 * @text: for scribe_byte(). A struct without a pointer could be forged
 */
struct scribe_line {
	__u32 len;
	const char *text;
};

/**
 * struct scribe_note - a copy of a line, which a program can keep in a map
 * @line: that one
 */
struct scribe_note {
	struct scribe_line line;
};

/**
 * struct scribe_ops - a policy
 * @check: returns 0, or the errno for which write(2) refuses the line
 * @rewrite: changes the line; returns as check does. May sleep. @previous is the last
 *	     one of the same file, as it was read back, or NULL
 * @name: by which it is chosen
 * @node: the module's
 */
struct scribe_ops {
	int (*check)(struct scribe_line *line);
	int (*rewrite)(struct scribe_line *line, struct scribe_line *previous);
	char name[16];
#ifdef __KERNEL__
	struct opsmod_named_node node;
#endif
};

#ifdef __bpf__
#pragma clang attribute pop

#define SCRIBE_KFUNC extern __attribute__((section(".ksyms")))
#else
#define SCRIBE_KFUNC
#endif

SCRIBE_KFUNC int scribe_byte(struct scribe_line *line, __u32 at);
SCRIBE_KFUNC int scribe_set_byte(struct scribe_line *line, __u32 at, __u8 byte);
SCRIBE_KFUNC struct scribe_note *scribe_note_new(struct scribe_line *line);
SCRIBE_KFUNC void scribe_note_copy(struct scribe_note *note,
				   struct scribe_line *line);
SCRIBE_KFUNC void scribe_note_put(struct scribe_note *note);

#endif /* SCRIBE_H */
