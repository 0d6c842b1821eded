// SPDX-License-Identifier: GPL-2.0-only
/*
 * Two tables of one name that refuse every line with an errno of their own: each writer
 * knows which table it met, or that it met none.
 */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "../../examples/scribe/scribe.h"
#include "../races/race_tables.h"

char LICENSE[] SEC("license") = "GPL";

#define PROGRAM(id)                                          \
	SEC("struct_ops/rewrite")                            \
	int BPF_PROG(rewrite_##id, struct scribe_line *line, \
		     struct scribe_line *previous)           \
	{                                                    \
		return -(RACE_MET + id);                     \
	}                                                    \
	SEC("?.struct_ops.link")                             \
	struct scribe_ops table_##id = {                     \
		.rewrite = (void *)rewrite_##id,             \
		.name = "race",                              \
	}

PROGRAM(0);
PROGRAM(1);
