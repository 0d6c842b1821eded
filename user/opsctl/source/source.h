/* SPDX-License-Identifier: GPL-2.0-only */
/* Prints the C source of a BPF object with a table of a type. */
#ifndef SOURCE_H
#define SOURCE_H

#include "command.h"
#include "kernel/kernel_btf.h"

/**
 * struct source - what to print
 * @type: the type
 * @btf: the file that has its BTF, for the comment that says how to build
 * @base: the file with the BTF that this goes on from, or NULL if bpftool finds it by itself
 * @request: which members; all of them if it names none
 * @why: for source_print() alone: why each member is left out, or NULL
 */
struct source {
	const struct ops_type *type;
	const char *btf;
	const char *base;
	const struct request *request;
	const char **why;
};

void source_print(struct source *source);

#endif /* SOURCE_H */
