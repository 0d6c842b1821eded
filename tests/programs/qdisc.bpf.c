// SPDX-License-Identifier: GPL-2.0-only
/* A qdisc that drops each packet. The type has a flavour: not every kernel has it. */
#include "programs.h"

struct bpf_sk_buff_ptr;

struct Qdisc_ops___own {
	int (*enqueue)(struct sk_buff *skb, struct Qdisc *sch,
		       struct bpf_sk_buff_ptr *to_free);
	struct sk_buff *(*dequeue)(struct Qdisc *sch);
	int (*init)(struct Qdisc *sch, struct nlattr *opt,
		    struct netlink_ext_ack *extack);
	void (*reset)(struct Qdisc *sch);
	void (*destroy)(struct Qdisc *sch);
	char id[16];
};

extern void bpf_qdisc_skb_drop___own(struct sk_buff *skb,
				     struct bpf_sk_buff_ptr *to_free) __weak __ksym;

/* NET_XMIT_DROP */
SEC("struct_ops/enqueue")
int BPF_PROG(drop, struct sk_buff *skb, struct Qdisc *sch,
	     struct bpf_sk_buff_ptr *to_free)
{
	bpf_qdisc_skb_drop___own(skb, to_free);
	return 1;
}

SEC("struct_ops/dequeue")
struct sk_buff *BPF_PROG(nothing, struct Qdisc *sch)
{
	return NULL;
}

SEC("struct_ops/init")
int BPF_PROG(begin, struct Qdisc *sch, struct nlattr *opt,
	     struct netlink_ext_ack *extack)
{
	return 0;
}

SEC("struct_ops/reset")
void BPF_PROG(reset, struct Qdisc *sch)
{
}

SEC("struct_ops/destroy")
void BPF_PROG(destroy, struct Qdisc *sch)
{
}

SEC("?.struct_ops.link")
struct Qdisc_ops___own dropper = {
	.enqueue = (void *)drop,
	.dequeue = (void *)nothing,
	.init = (void *)begin,
	.reset = (void *)reset,
	.destroy = (void *)destroy,
	.id = "own_qdisc",
};
