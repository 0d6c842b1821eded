// SPDX-License-Identifier: GPL-2.0-only
/*
 * The object of opsctl's manual: a table that is declared without a link, and a constant
 * that a loader may set. A message that is longer is refused.
 */
#include "programs.h"

#define EMSGSIZE 90

const volatile __u32 longest = 100;

SEC("struct_ops/prepare")
int BPF_PROG(refuse_long, struct bpf_testmod_event *event)
{
	return event->len > longest ? -EMSGSIZE : 0;
}

SEC(".struct_ops")
struct bpf_testmod_ops limit = {
	.prepare = (void *)refuse_long,
	.name = "limit",
};
