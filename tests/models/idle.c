// SPDX-License-Identifier: GPL-2.0-only
/*
 * A target goes: one waits for all calls and says so, and who detaches a table
 * after that need not wait. What the last call wrote to the table was written by then.
 *
 * models module/opsmod/chain.c: opsmod_chain_remove wait_for_calls
 *
 * The last call and the wait for it are one thread here, as SRCU has put them in order
 * (wait.c).
 *
 * It cannot say: what a CPU does that reorders loads: smp_load_acquire() is there for it.
 *
 * twin PLAIN_STORE sc=holds tso=holds pso=fails: opsmod_chain_remove: smp_store_release(&chain->idle, true);
 * twin IDLE_FIRST sc=fails tso=fails pso=fails: opsmod_chain_remove: smp_store_release(&chain->idle, true);
 * twin NOT_LOOKED_AT sc=fails tso=fails pso=fails: wait_for_calls: if (!smp_load_acquire(&node->chain->idle))
 */
#include <assert.h>

static int written, idle;

static void call_and_remove(void)
{
#ifdef IDLE_FIRST
	idle = 1;
#endif
	written = 1;
#ifndef PLAIN_STORE
	__CPROVER_fence("WWfence");
#endif
	idle = 1;
}

static void detach(void)
{
#ifndef NOT_LOOKED_AT
	if (!idle)
		return;
#endif
	assert(written);
}

int main(void)
{
__CPROVER_ASYNC_1:
	call_and_remove();
	detach();
	return 0;
}
