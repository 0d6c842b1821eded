/* SPDX-License-Identifier: GPL-2.0-only */
/* A tracepoint, for what one costs. */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM opsmod_bench

#if !defined(_TRACE_OPSMOD_BENCH_H) || defined(TRACE_HEADER_MULTI_READ)
#define _TRACE_OPSMOD_BENCH_H

#include <linux/tracepoint.h>

/* clang-format off */

TRACE_EVENT(opsmod_bench_call,
	TP_PROTO(int value),
	TP_ARGS(value),
	TP_STRUCT__entry(
		__field(int, value)
	),
	TP_fast_assign(
		__entry->value = value;
	),
	TP_printk("value=%d", __entry->value)
);

/* clang-format on */

#endif /* _TRACE_OPSMOD_BENCH_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE opsmod_bench_trace
#include <trace/define_trace.h>
