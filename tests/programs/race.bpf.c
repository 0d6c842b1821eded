// SPDX-License-Identifier: GPL-2.0-only
/*
 * Two tables that refuse every message with an errno of their own: each writer
 * knows which table it met, or that it met none, or two.
 */
#include "programs.h"

#include "../races/race_tables.h"

#define PROGRAMS(id)                                                         \
	SEC("struct_ops/prepare")                                            \
	int BPF_PROG(prepare_##id, struct bpf_testmod_event *event)          \
	{                                                                    \
		event->cookie = id;                                          \
		return 0;                                                    \
	}                                                                    \
	SEC("struct_ops/filter")                                             \
	int BPF_PROG(filter_##id, struct bpf_testmod_event *event)           \
	{                                                                    \
		return event->cookie == id ? -(RACE_MET + id) : -RACE_MIXED; \
	}                                                                    \
	TABLE table_##id = {                                                 \
		.prepare = (void *)prepare_##id,                             \
		.filter = (void *)filter_##id,                               \
		.name = "race" #id,                                          \
	}

PROGRAMS(0);
PROGRAMS(1);
