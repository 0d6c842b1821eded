/* SPDX-License-Identifier: GPL-2.0-only */
/* What the kernel tells about a BPF program. */
#ifndef PROGRAMS_H
#define PROGRAMS_H

#include <linux/bpf.h>
#include <stdbool.h>

/* As text. */
#define TAG_LEN (2 * BPF_TAG_SIZE + 1)

/* Reads it; false if there is no such program any more. */
bool program_read(__u32 id, struct bpf_prog_info *info);

void program_tag(const struct bpf_prog_info *info, char tag[TAG_LEN]);

/*
 * The name of a program, as its source has it: the kernel's own is cut to 15 characters.
 * The caller frees it.
 */
char *program_name(const struct bpf_prog_info *info);

#endif /* PROGRAMS_H */
