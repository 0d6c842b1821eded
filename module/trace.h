/* SPDX-License-Identifier: GPL-2.0-only */
/* Tracepoints for perf, bpftrace, trace-cmd and programs. */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM MODULE_WORD

#if !defined(_TRACE_BPF_TESTMOD_H) || defined(TRACE_HEADER_MULTI_READ)
#define _TRACE_BPF_TESTMOD_H

#include <linux/string.h>
#include <linux/tracepoint.h>

#include "internal.h"

/* clang-format off */

/* These do not show the table itself: it holds the addresses of its programs. */
DECLARE_EVENT_CLASS(bpf_testmod_table,
	TP_PROTO(const char *name, u32 flags, const char *old),
	TP_ARGS(name, flags, old),

	TP_STRUCT__entry(
		__array(char, name, BPF_TESTMOD_NAME_LEN)
		__field(u32, flags)
		__array(char, old, BPF_TESTMOD_NAME_LEN)
	),

	TP_fast_assign(
		strscpy_pad(__entry->name, name);
		__entry->flags = flags;
		strscpy_pad(__entry->old, old);
	),

	TP_printk("name=\"%s\" flags=%#x old=\"%s\"",
		  __entry->name, __entry->flags, __entry->old)
);

/* A table was attached, detached or swapped; calls may still be inside the old one. */
#define TABLE_EVENT(event)						\
	DEFINE_EVENT(bpf_testmod_table, event,				\
		TP_PROTO(const char *name, u32 flags, const char *old),	\
		TP_ARGS(name, flags, old))
TABLE_EVENT(bpf_testmod_attach);
TABLE_EVENT(bpf_testmod_detach);
TABLE_EVENT(bpf_testmod_swap);

/* A message went through the attached table. */
TRACE_EVENT(bpf_testmod_trigger,
	TP_PROTO(const struct bpf_testmod_event *event,
		 const struct bpf_testmod_run *run, u32 len),
	TP_ARGS(event, run, len),

	TP_STRUCT__entry(
		__field(u64, cookie)
		__field(u32, len)
		__field(int, err)
		__array(char, called, 64)
		__array(char, rejected, 32)
		__field(bool, dropped)
	),

	TP_fast_assign(
		__entry->cookie = event->cookie;
		__entry->len = len;
		__entry->err = run->err;
		name_members(__entry->called, sizeof(__entry->called), run->called);
		name_members(__entry->rejected, sizeof(__entry->rejected), run->rejected);
		__entry->dropped = run->dropped;
	),

	TP_printk("len=%u err=%d dropped=%d called=%s rejected=%s cookie=%#llx",
		  __entry->len, __entry->err, __entry->dropped,
		  __entry->called, __entry->rejected, __entry->cookie)
);

/* clang-format on */

#endif /* _TRACE_BPF_TESTMOD_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
