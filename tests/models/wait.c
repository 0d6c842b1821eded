// SPDX-License-Identifier: GPL-2.0-only
/*
 * A detach and a call that enters at that moment: the detach sees the call and waits, or
 * the call sees that the table is gone. Each side stores, then loads what the other one
 * stores, so each needs a full barrier: SRCU has them (srcu_read_lock(), smp_mb() B and C,
 * and synchronize_srcu(), smp_mb() A and D, in kernel/rcu/srcutree.c).
 *
 * models module/opsmod/slot.c: slot_detach slot_replace
 * models module/opsmod/slot.h: opsmod_slot_enter opsmod_slot_exit
 * models module/opsmod/named.c: give_up
 * models module/opsmod/chain.c: opsmod_chain_remove
 *
 * In chain.c what the call reads is @gone, and the rest is the same.
 *
 * It cannot say: what a CPU does that reorders loads, how SRCU adds its counters of all
 * CPUs up and flips their index.
 *
 * twin NO_WAIT sc=fails tso=fails pso=fails: slot_detach: synchronize_srcu(slot->srcu);
 * twin FREED_FIRST sc=fails tso=fails pso=fails: slot_detach: RCU_INIT_POINTER(slot->table, NULL);
 * twin NO_BARRIER_ENTER sc=holds tso=fails pso=fails: opsmod_slot_enter: *idx = srcu_read_lock(slot->srcu);
 * twin NO_BARRIER_WAIT sc=holds tso=fails pso=fails: slot_detach: synchronize_srcu(slot->srcu);
 * twin NO_BARRIER_EXIT sc=holds tso=holds pso=fails: opsmod_slot_exit: srcu_read_unlock(slot->srcu, idx);
 */
#include <assert.h>

#define smp_mb() __CPROVER_fence("WWfence", "RRfence", "RWfence", "WRfence")

/* Whether there is a table, calls that entered and that left, and what a call wrote. */
static int table = 1, entered, left, written, freed;

static void call(void)
{
	entered = 1;
#ifndef NO_BARRIER_ENTER
	smp_mb();
#endif
	if (table) {
		assert(!freed);
		written = 1;
	}
#ifndef NO_BARRIER_EXIT
	smp_mb();
#endif
	left = 1;
}

static void detach(void)
{
	int out, in;

#ifdef FREED_FIRST
	freed = 1;
#endif
	table = 0;
#ifndef NO_BARRIER_WAIT
	smp_mb();
#endif
	out = left;
	in = entered;
#ifndef NO_WAIT
	/* It looks again until this is so. */
	__CPROVER_assume(in == out);
#endif
#ifndef NO_BARRIER_WAIT
	smp_mb();
#endif
	freed = 1;
	/* Who was inside has written all that it writes to the table. */
	if (in && out) {
		int seen = written;

		smp_mb();
		assert(written == seen);
	}
}

int main(void)
{
__CPROVER_ASYNC_1:
	call();
	detach();
	return 0;
}
