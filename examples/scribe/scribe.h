/* SPDX-License-Identifier: GPL-2.0-only */
/* Shared by the module, its programs (after vmlinux.h) and user space. */
#ifndef SCRIBE_H
#define SCRIBE_H

#ifdef __bpf__
#pragma clang attribute push(__attribute__((preserve_access_index)), \
			     apply_to = record)
#endif

/**
 * struct scribe_line - a line that is rewritten
 * @len: bytes in @text
 * @text: the bytes
 */
struct scribe_line {
	unsigned int len;
	char *text;
};

/**
 * struct scribe_ops - a policy
 * @rewrite: rewrites a line
 * @name: of the policy
 */
struct scribe_ops {
	int (*rewrite)(struct scribe_line *line);
	char name[16];
};

#ifdef __bpf__
#pragma clang attribute pop
#endif

#endif /* SCRIBE_H */
