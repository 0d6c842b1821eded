// SPDX-License-Identifier: GPL-2.0-only
/* prepare and filter: they return and write what the test asks for. */
#include "programs.h"

extern int bpf_copy_from_user_str(void *dst, __u32 dst__sz,
				  const void *unsafe_ptr__ign,
				  __u64 flags) __ksym;

/* The programs do this... */
int prepare_ret;
int filter_ret;
int prepare_verdict;
int filter_verdict;
__u64 cookie_in;
__u64 user_string;

/* ...and saw this. */
__u64 cookie_out;
__u32 len_seen;
char string_seen[8];
__u64 tests;

SEC("struct_ops/prepare")
int BPF_PROG(prepare, struct bpf_testmod_event *event)
{
	event->cookie = cookie_in;
	event->verdict = prepare_verdict;
	return prepare_ret;
}

SEC("struct_ops.s/prepare")
int BPF_PROG(prepare_asleep, struct bpf_testmod_event *event)
{
	/* Sleeps for as long as the page is missing. */
	return bpf_copy_from_user_str(string_seen, sizeof(string_seen),
				      (void *)user_string, 0) < 0
		       ? -14
		       : 0;
}

SEC("struct_ops/filter")
int BPF_PROG(filter, struct bpf_testmod_event *event)
{
	cookie_out = event->cookie;
	len_seen = event->len;
	if (filter_verdict)
		event->verdict = filter_verdict;
	return filter_ret;
}

SEC("struct_ops/test_1")
int BPF_PROG(count)
{
	__sync_fetch_and_add(&tests, 1);
	return 0;
}

TABLE decide = {
	.prepare = (void *)prepare,
	.filter = (void *)filter,
	.test_1 = (void *)count,
	.name = "decide",
};

TABLE only_prepare = { .prepare = (void *)prepare, .name = "only_prepare" };
TABLE only_filter = { .filter = (void *)filter, .name = "only_filter" };

TABLE asleep = {
	.prepare = (void *)prepare_asleep,
	.test_1 = (void *)count,
	.name = "asleep",
};
