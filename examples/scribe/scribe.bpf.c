// SPDX-License-Identifier: GPL-2.0-only
/* Policies for scribe. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "scribe.h"

char LICENSE[] SEC("license") = "GPL";

SEC("struct_ops/rewrite")
int BPF_PROG(pass, struct scribe_line *line)
{
	return 0;
}

SEC(".struct_ops.link")
struct scribe_ops passing = {
	.rewrite = (void *)pass,
	.name = "passing",
};
