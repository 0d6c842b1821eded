// SPDX-License-Identifier: GPL-2.0-only
/*
 * Programs that call permit_nap(), allowed or not. tests/host/twins.awk compares each
 * program that must be refused with the twin that loads.
 */
#include "programs.h"

#include "../modules/second/opsmod_permit.h"

extern void bpf_rcu_read_lock(void) __ksym;
extern void bpf_rcu_read_unlock(void) __ksym;

int seen;

#define TABLE_OF(type, member, prog) \
	SEC("?.struct_ops.link")     \
	struct type table_of_##prog = { .member = (void *)prog }

SEC("struct_ops.s/granted")
int BPF_PROG(granted_naps)
{
	return permit_nap();
}
TABLE_OF(permit_ops, granted, granted_naps);

SEC("struct_ops/granted")
int BPF_PROG(granted_awake_naps)
{
	return permit_nap();
}
TABLE_OF(permit_ops, granted, granted_awake_naps);

SEC("struct_ops.s/denied")
int BPF_PROG(denied_naps)
{
	return permit_nap();
}
TABLE_OF(permit_ops, denied, denied_naps);

SEC("struct_ops.s/first")
int BPF_PROG(first_naps)
{
	return permit_nap();
}
TABLE_OF(permit_other_ops, first, first_naps);

SEC("struct_ops.s/second")
int BPF_PROG(second_naps)
{
	return permit_nap();
}
TABLE_OF(permit_other_ops, second, second_naps);

SEC("struct_ops.s/prepare")
int BPF_PROG(prepare_naps)
{
	return permit_nap();
}
TABLE_OF(bpf_testmod_ops, prepare, prepare_naps);

SEC("?socket")
int socket_stays_awake(void *ctx)
{
	return 0;
}

SEC("?socket")
int socket_naps(void *ctx)
{
	return permit_nap();
}

SEC("?tp_btf/task_newtask")
int BPF_PROG(tracer_stays_awake, struct task_struct *task)
{
	return 0;
}

SEC("?tp_btf/task_newtask")
int BPF_PROG(tracer_naps, struct task_struct *task)
{
	return permit_nap();
}

SEC("?syscall")
int syscall_stays_awake(void *ctx)
{
	return 0;
}

SEC("?syscall")
int syscall_naps(void *ctx)
{
	return permit_nap();
}

/* The verifier checks this function by itself, after its callers. */
__weak int naps(void)
{
	return permit_nap();
}

SEC("struct_ops.s/granted")
int BPF_PROG(naps_after_rcu)
{
	bpf_rcu_read_lock();
	seen = 1;
	bpf_rcu_read_unlock();
	return naps();
}
TABLE_OF(permit_ops, granted, naps_after_rcu);

SEC("struct_ops.s/granted")
int BPF_PROG(naps_under_rcu)
{
	bpf_rcu_read_lock();
	seen = naps();
	bpf_rcu_read_unlock();
	return naps();
}
TABLE_OF(permit_ops, granted, naps_under_rcu);
