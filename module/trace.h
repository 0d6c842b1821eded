/* SPDX-License-Identifier: GPL-2.0-only */
/* Tracepoints: what happens, for perf, bpftrace, trace-cmd and programs. */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM bpf_testmod

#if !defined(_TRACE_BPF_TESTMOD_H) || defined(TRACE_HEADER_MULTI_READ)
#define _TRACE_BPF_TESTMOD_H

#include <linux/string.h>
#include <linux/tracepoint.h>

#include "ops.h"

/* clang-format off */

TRACE_DEFINE_ENUM(BPF_TESTMOD_PREPARE);
TRACE_DEFINE_ENUM(BPF_TESTMOD_FILTER);
TRACE_DEFINE_ENUM(BPF_TESTMOD_TEST_1);
TRACE_DEFINE_ENUM(BPF_TESTMOD_TEST_2);
TRACE_DEFINE_ENUM(BPF_TESTMOD_TEST_3);

#define show_members(mask) \
	__print_flags(mask, "|", \
		{ 1 << BPF_TESTMOD_PREPARE, "prepare" }, \
		{ 1 << BPF_TESTMOD_FILTER, "filter" }, \
		{ 1 << BPF_TESTMOD_TEST_1, "test_1" }, \
		{ 1 << BPF_TESTMOD_TEST_2, "test_2" }, \
		{ 1 << BPF_TESTMOD_TEST_3, "test_3" })

/* Not the table itself, in which the addresses of its programs are. */
DECLARE_EVENT_CLASS(bpf_testmod_table,
	TP_PROTO(const char *name, u32 flags),
	TP_ARGS(name, flags),

	TP_STRUCT__entry(
		__array(char, name, BPF_TESTMOD_NAME_LEN)
		__field(u32, flags)
	),

	TP_fast_assign(
		memcpy(__entry->name, name, sizeof(__entry->name));
		__entry->flags = flags;
	),

	TP_printk("name=\"%s\" flags=%#x", __entry->name, __entry->flags)
);

/* A table was attached to the empty slot. */
DEFINE_EVENT(bpf_testmod_table, bpf_testmod_attach,
	TP_PROTO(const char *name, u32 flags),
	TP_ARGS(name, flags));

/* A table left the slot; calls may still be inside it. */
DEFINE_EVENT(bpf_testmod_table, bpf_testmod_detach,
	TP_PROTO(const char *name, u32 flags),
	TP_ARGS(name, flags));

/* A table took the place of another; calls may still be inside the old one. */
TRACE_EVENT(bpf_testmod_swap,
	TP_PROTO(const char *name, u32 flags, const char *old),
	TP_ARGS(name, flags, old),

	TP_STRUCT__entry(
		__array(char, name, BPF_TESTMOD_NAME_LEN)
		__field(u32, flags)
		__array(char, old, BPF_TESTMOD_NAME_LEN)
	),

	TP_fast_assign(
		memcpy(__entry->name, name, sizeof(__entry->name));
		__entry->flags = flags;
		memcpy(__entry->old, old, sizeof(__entry->old));
	),

	TP_printk("name=\"%s\" flags=%#x old=\"%s\"",
		  __entry->name, __entry->flags, __entry->old)
);

/* A message went through the attached table. */
TRACE_EVENT(bpf_testmod_trigger,
	TP_PROTO(const struct bpf_testmod_event *event,
		 const struct bpf_testmod_run *run, u32 len),
	TP_ARGS(event, run, len),

	TP_STRUCT__entry(
		__field(u64, cookie)
		__field(u32, len)
		__field(int, err)
		__field(u32, called)
		__field(u32, rejected)
		__field(bool, dropped)
	),

	TP_fast_assign(
		__entry->cookie = event->cookie;
		__entry->len = len;
		__entry->err = run->err;
		__entry->called = run->called;
		__entry->rejected = run->rejected;
		__entry->dropped = run->dropped;
	),

	TP_printk("len=%u err=%d dropped=%d called=%s rejected=%s cookie=%#llx",
		  __entry->len, __entry->err, __entry->dropped,
		  show_members(__entry->called),
		  show_members(__entry->rejected),
		  __entry->cookie)
);

/* clang-format on */

#endif /* _TRACE_BPF_TESTMOD_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
