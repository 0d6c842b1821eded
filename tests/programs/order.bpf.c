// SPDX-License-Identifier: GPL-2.0-only
/*
 * Holds up a change of tables where the kit tells of it, which it does with the model's
 * lock; and a call where it enters a table's SRCU.
 */
#include "programs.h"

#include "hold.h"

__u32 went;
__u32 held_process;

static int hold_first(void)
{
	if (bpf_get_current_pid_tgid() >> 32 != held_process)
		return 0;
	/* The other change tells of itself, too. */
	if (!__sync_fetch_and_add(&held, 1))
		went = hold_up();
	return 0;
}

SEC("?fentry/opsmod_attached")
int BPF_PROG(hold_attach)
{
	return hold_first();
}

SEC("?fentry/opsmod_detached")
int BPF_PROG(hold_detach)
{
	return hold_first();
}

SEC("?fentry/opsmod_swapped")
int BPF_PROG(hold_swap)
{
	return hold_first();
}

SEC("?fentry/__srcu_read_lock")
int BPF_PROG(hold_enter)
{
	return hold_first();
}
