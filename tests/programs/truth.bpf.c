// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tables for sched_ext and HID, and congestion controls that TCP cannot take. Each type has a
 * flavour: this file is also compiled where the kernel lacks it.
 */
#include "congestion.h"

struct sched_ext_ops___own {
	__s32 (*select_cpu)(struct task_struct *p, __s32 prev_cpu,
			    __u64 wake_flags);
	__s32 (*init)(void);
	__u64 flags;
	__u32 timeout_ms;
	char name[128];
};

/* A kernel takes one that has a name and nothing else: it does as the kernel does. */
SEC("?.struct_ops.link")
struct sched_ext_ops___own plain = { .name = "plain" };

SEC("?.struct_ops.link")
struct sched_ext_ops___own other = { .name = "other" };

SEC("struct_ops.s/init")
int BPF_PROG(init_fails)
{
	return -22;
}

/* Its link is made, though it is never enabled. */
SEC("?.struct_ops.link")
struct sched_ext_ops___own no_init = {
	.init = (void *)init_fails,
	.name = "no_init",
};

SEC("struct_ops/select_cpu")
__s32 BPF_PROG(no_such_cpu, struct task_struct *p, __s32 prev_cpu,
	       __u64 wake_flags)
{
	return 1 << 20;
}

/* The kernel disables it as soon as a task wakes up. */
SEC("?.struct_ops.link")
struct sched_ext_ops___own lost = {
	.select_cpu = (void *)no_such_cpu,
	.name = "lost",
};

/* There is no such device, and HID does not say so. */
struct hid_bpf_ctx;

struct hid_bpf_ops___own {
	int hid_id;
	__u32 flags;
	int (*hid_rdesc_fixup)(struct hid_bpf_ctx *ctx);
};

SEC("struct_ops/hid_rdesc_fixup")
int BPF_PROG(no_fixup, struct hid_bpf_ctx *report)
{
	return 0;
}

SEC("?.struct_ops.link")
struct hid_bpf_ops___own no_device = {
	.hid_rdesc_fixup = (void *)no_fixup,
	.hid_id = 4711,
};

/* TCP has no such member, on no kernel. */
struct tcp_congestion_ops___own {
	__u32 (*ssthresh)(struct sock *sk);
	void (*cong_avoid)(struct sock *sk, __u32 ack, __u32 acked);
	__u32 (*undo_cwnd)(struct sock *sk);
	__u32 (*of_the_future)(struct sock *sk);
	char name[16];
};

SEC("?struct_ops/of_the_future")
__u32 BPF_PROG(of_the_future, struct sock *sk)
{
	return 2;
}

#define TCP_PROGRAMS                                                    \
	.ssthresh = (void *)ssthresh, .cong_avoid = (void *)cong_avoid, \
	.undo_cwnd = (void *)undo_cwnd

SEC("?.struct_ops.link")
struct tcp_congestion_ops___own newer = {
	TCP_PROGRAMS,
	.of_the_future = (void *)of_the_future,
	.name = "newer",
};

SEC("?.struct_ops.link")
struct tcp_congestion_ops___own a_map_of_long_name = {
	TCP_PROGRAMS,
	.name = "own_tcp",
};

/* The kernel has one of this name built in. */
SEC("?.struct_ops.link")
struct tcp_congestion_ops___own cubic = {
	TCP_PROGRAMS,
	.name = "cubic",
};
