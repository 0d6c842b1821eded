// SPDX-License-Identifier: GPL-2.0-only
/*
 * Holds up a change of tables where the kit tells of it, which it does with the model's
 * lock: for ten seconds at most.
 */
#include "programs.h"

__u32 held;
__u32 let_go;
__u32 went;

static long hold(__u64 i, __u64 *until)
{
	return *(volatile __u32 *)&let_go || bpf_ktime_get_ns() > *until;
}

static long hold_long(__u64 i, __u64 *until)
{
	bpf_loop(1 << 20, hold, until, 0);
	return hold(i, until);
}

static int hold_up(void)
{
	__u64 until = bpf_ktime_get_ns() + 10000000000;

	/* Only the first one: the other change tells of itself, too. */
	if (__sync_fetch_and_add(&held, 1))
		return 0;
	bpf_loop(1 << 20, hold_long, &until, 0);
	went = let_go;
	return 0;
}

SEC("?fentry/opsmod_attached")
int BPF_PROG(hold_attach)
{
	return hold_up();
}

SEC("?fentry/opsmod_detached")
int BPF_PROG(hold_detach)
{
	return hold_up();
}

SEC("?fentry/opsmod_swapped")
int BPF_PROG(hold_swap)
{
	return hold_up();
}
