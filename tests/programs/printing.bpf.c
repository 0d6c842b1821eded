// SPDX-License-Identifier: GPL-2.0-only
/* Programs that print: those of a table, and others that print at the same time. */
#include "congestion.h"

/* From Linux 6.17 on; the flavour, for vmlinux.h may have it. */
extern int bpf_stream_vprintk___own(int stream_id, const char *fmt__str,
				    const void *args,
				    __u32 len__sz) __weak __ksym;

static const char to_stdout[] = "to stdout: %d\n";
static const char to_stderr[] = "to stderr: %d, and no newline";

static __noinline int print_below(int a)
{
	bpf_printk("below: %d", a);
	return a;
}

SEC("struct_ops/test_1")
int BPF_PROG(says_1)
{
	bpf_printk("test_1 says\ntwo lines");
	return 0;
}

SEC("struct_ops/test_2")
int BPF_PROG(says_2, int a, int b)
{
	print_below(a);
	return 0;
}

/* What a stream said to a line: 0, or -errno. */
int streamed;

SEC("?struct_ops/init")
void BPF_PROG(streams, struct sock *sk)
{
	__u64 number = 7;

	bpf_printk("not in a stream");
	streamed =
		bpf_stream_vprintk___own(1, to_stdout, &number, sizeof(number));
	bpf_stream_vprintk___own(2, to_stderr, &number, sizeof(number));
}

TABLE printing = {
	.test_1 = (void *)says_1,
	.test_2 = (void *)says_2,
	.name = "printing",
};

/* A connection begins with init. */
SEC("?.struct_ops.link")
struct tcp_congestion_ops streaming = {
	.init = (void *)streams,
	.ssthresh = (void *)ssthresh,
	.cong_avoid = (void *)cong_avoid,
	.undo_cwnd = (void *)undo_cwnd,
	.name = "streaming",
};

/* How many lines these have printed, which are none of the table's. */
int printed_inside;
int printed_outside;

/* Runs inside says_1. */
SEC("?fentry/says_1")
int inner(void *ctx)
{
	if (bpf_printk("printed by another, inside") > 0)
		printed_inside++;
	return 0;
}

SEC("?raw_tp/sys_enter")
int outer(void *ctx)
{
	if (bpf_printk("printed by another") > 0)
		printed_outside++;
	return 0;
}
