// SPDX-License-Identifier: GPL-2.0-only
/*
 * A table is filled before it is published: a call that finds it finds its programs.
 *
 * models module/opsmod/slot.c: slot_attach slot_replace
 * models module/opsmod/named.c: change
 * models module/opsmod/chain.c: chain_attach
 *
 * These publish by rcu_assign_pointer(), which is a release: here a fence between two
 * stores. The pointer is a number, as CBMC does not follow shared pointers.
 *
 * It cannot say: what a CPU does that reorders loads. A call's two loads depend on each
 * other, which every CPU that Linux runs on keeps in order.
 *
 * twin PLAIN_STORE sc=holds tso=holds pso=fails: slot_attach: rcu_assign_pointer(slot->table, table);
 * twin PUBLISHED_FIRST sc=fails tso=fails pso=fails: slot_replace: rcu_assign_pointer(slot->table, table);
 */
#include <assert.h>

static int program, table;

static void attach(void)
{
#ifdef PUBLISHED_FIRST
	table = 1;
	program = 1;
#else
	program = 1;
#ifndef PLAIN_STORE
	__CPROVER_fence("WWfence");
#endif
	table = 1;
#endif
}

static void call(void)
{
	if (table)
		assert(program);
}

int main(void)
{
__CPROVER_ASYNC_1:
	call();
	attach();
	return 0;
}
