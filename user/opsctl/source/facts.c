// SPDX-License-Identifier: GPL-2.0-only
#include "facts.h"

#include <stddef.h>
#include <string.h>

#include "array.h"

static const struct fact facts[] = {
	/* net/ipv4/bpf_tcp_ca.c has no stub for it. */
	{
		.types = "tcp_congestion_ops",
		.members = "get_info",
		.note = "takes no program",
		.left_out = true,
	},
	/* net/sched/bpf_qdisc.c has stubs for five members. */
	{
		.types = "Qdisc_ops",
		.members = "peek change attach change_tx_queue_len"
			   " change_real_num_tx dump dump_stats"
			   " ingress_block_set egress_block_set"
			   " ingress_block_get egress_block_get",
		.note = "takes no program",
		.left_out = true,
	},
	/* 1 is NET_XMIT_DROP, a macro (include/linux/netdevice.h). */
	{
		.types = "Qdisc_ops",
		.members = "enqueue",
		.note = "has to keep the packet or to drop it",
		.calls = "extern void bpf_qdisc_skb_drop(struct sk_buff *skb,\n"
			 "\t\t\t       struct bpf_sk_buff_ptr *to_free) __ksym;\n",
		.body = "\tbpf_qdisc_skb_drop(skb, (void *)to_free);\n"
			"\treturn 1; /* NET_XMIT_DROP */\n",
	},
	/* kernel/sched/ext.c */
	{
		.types = "sched_ext_ops",
		.members = "sub_attach sub_detach sub_caps_updated"
			   " sub_ecaps_updated",
		.note = "is for sched_ext_ops_cid",
		.left_out = true,
	},
	{
		.types = "sched_ext_ops",
		.members = "cpu_acquire cpu_release",
		.note = "is deprecated",
		.left_out = true,
	},
	{
		.types = "sched_ext_ops sched_ext_ops_cid",
		.members = "enqueue",
		.note = "has to dispatch each task",
		.left_out = true,
	},
	{
		.types = "sched_ext_ops sched_ext_ops_cid",
		.members = "update_idle",
		.note = "turns the kernel's search for idle CPUs off",
		.left_out = true,
	},
};

/* Tells whether the words hold this one. */
static bool has_word(const char *words, const char *word)
{
	size_t len = strlen(word), n;

	for (; *words; words += n + (words[n] == ' ')) {
		n = strcspn(words, " ");
		if (n == len && !strncmp(words, word, n))
			return true;
	}
	return false;
}

const struct fact *fact_of(const char *type, const char *member)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(facts); i++) {
		if (has_word(facts[i].types, type) &&
		    has_word(facts[i].members, member))
			return &facts[i];
	}
	return NULL;
}
