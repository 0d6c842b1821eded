// SPDX-License-Identifier: GPL-2.0-only
/*
 * A policy in prepare, which may sleep: it reads who writes from the writer's
 * own memory. The kernel may have to bring in a page for that.
 */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "bpf_testmod.h"
#include "sleepy.h"

char LICENSE[] SEC("license") = "GPL";

extern int bpf_copy_from_user_str(void *dst, __u32 dst__sz,
				  const void *unsafe_ptr__ign,
				  __u64 flags) __ksym;

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 64 * 1024);
} records SEC(".maps");

/* Records that found the ring buffer full. */
__u64 lost;

SEC("struct_ops.s/prepare")
int BPF_PROG(prepare, struct bpf_testmod_event *event)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct sleepy_record rec = {
		.pid = bpf_get_current_pid_tgid() >> 32,
		.len = event->len,
	};
	int ret;

	ret = bpf_copy_from_user_str(rec.arg, sizeof(rec.arg),
				     (void *)task->mm->arg_start, 0);
	if (ret < 0)
		return ret;

	if (bpf_ringbuf_output(&records, &rec, sizeof(rec), 0))
		__sync_fetch_and_add(&lost, 1);
	/* A tracer of the triggers sees the writer next to each. */
	event->cookie = rec.pid;
	return 0;
}

SEC(".struct_ops.link")
struct bpf_testmod_ops sleepy = {
	.prepare = (void *)prepare,
	.name = "sleepy",
};
