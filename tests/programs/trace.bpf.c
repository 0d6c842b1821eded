// SPDX-License-Identifier: GPL-2.0-only
/* Programs on the module's tracepoints. */
#include "programs.h"

/* The members of the module's own struct that are read here. */
struct bpf_testmod_run {
	int err;
} __attribute__((preserve_access_index));

__u64 triggers;
__u32 last_len;
int last_err;
__u64 last_cookie;

__u64 attaches;
char last_name[BPF_TESTMOD_NAME_LEN];

/* The verifier assumes that a pointer of a module's tracepoint may be NULL. */
SEC("tp_btf/bpf_testmod_trigger")
int BPF_PROG(on_trigger, const struct bpf_testmod_event *event,
	     const struct bpf_testmod_run *run)
{
	if (!event || !run)
		return 0;

	__sync_fetch_and_add(&triggers, 1);
	last_len = event->len;
	last_err = run->err;
	last_cookie = event->cookie;
	return 0;
}

SEC("tp_btf/bpf_testmod_attach")
int BPF_PROG(on_attach, const char *name, __u32 flags)
{
	__sync_fetch_and_add(&attaches, 1);
	bpf_probe_read_kernel_str(last_name, sizeof(last_name), name);
	return 0;
}
