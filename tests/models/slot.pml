/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One table at a time: links that attach, swap and detach while calls enter and exit.
 *
 * models module/opsmod/slot.c: slot_attach slot_detach slot_replace
 * models module/opsmod/slot.h: opsmod_slot_enter opsmod_slot_exit
 *
 * It holds that no call meets a table whose memory is freed; that attach, swap and
 * detach are told in the order in which they happen; that slot_detach() finds its own
 * table; and that the static key is on while a table is attached, and off in the end.
 *
 * It cannot say: what happens on a CPU that sees stores late (publish.c and wait.c do),
 * how SRCU is made, and what comes after more steps than these: 2 links on 3 tables, with
 * a swap each, and 2 calls of one reader (readers never change what another one sees).
 *
 * Each twin lacks a line, and must be found:
 * twin NO_WAIT_DETACH: slot_detach: synchronize_srcu(slot->srcu);
 * twin NO_WAIT_REPLACE: slot_replace: synchronize_srcu(slot->srcu);
 * twin WAIT_FIRST: slot_detach: RCU_INIT_POINTER(slot->table, NULL);
 * twin NO_LOCK_ATTACH: slot_attach: guard(mutex)(&slot->lock);
 * twin NO_LOCK_DETACH: slot_detach: mutex_lock(&slot->lock);
 * twin NO_HOLDER: slot_attach: if (holder)
 * twin KEY_UNLOCKED: slot_detach: static_branch_disable(&slot->attached);
 * twin NO_ENTER: opsmod_slot_enter: *idx = srcu_read_lock(slot->srcu);
 * twin EXIT_FIRST: opsmod_slot_exit: srcu_read_unlock(slot->srcu, idx);
 *
 * Without these nothing goes wrong: who swaps is the link whose table is attached, the
 * kernel lets only one update or detach of a link in at a time (update_mutex in
 * bpf_struct_ops.c), and nobody else changes a slot that has a table.
 * same NO_LOCK_REPLACE: slot_replace: mutex_lock(&slot->lock);
 * same NO_OLD_CHECK: slot_replace: if (rcu_access_pointer(slot->table) == old) {
 */
#define TABLES 3
#define CALLS 2
#include "kernel.pml"

byte table, told;
bit attached, slot_lock;
domain srcu;

inline slot_attach(t)
{
#ifndef NO_LOCK_ATTACH
	lock(slot_lock);
#endif
	holder = table;
#ifdef NO_HOLDER
	holder = 0;
#endif
	ok = 0;
	if
	:: holder == 0 ->
		table = t;
		attached = 1;
		d_step { assert(told == 0); told = t };
		ok = 1
	:: else
	fi;
#ifndef NO_LOCK_ATTACH
	unlock(slot_lock)
#endif
}

inline slot_detach(t, waiter)
{
#ifdef WAIT_FIRST
	synchronize(srcu, waiter);
#endif
#ifndef NO_LOCK_DETACH
	lock(slot_lock);
#endif
	assert(table == t); /* WARN_ON_ONCE() */
#ifndef KEY_UNLOCKED
	attached = 0;
#endif
	table = 0;
	d_step { assert(told == t); told = 0 };
#ifndef NO_LOCK_DETACH
	unlock(slot_lock);
#endif
#ifdef KEY_UNLOCKED
	attached = 0;
#endif
#if !defined(NO_WAIT_DETACH) && !defined(WAIT_FIRST)
	synchronize(srcu, waiter)
#endif
}

/* It stops for good, which SPIN finds, if another table than the old one is there. */
inline slot_replace(t, old, waiter)
{
#ifndef NO_LOCK_REPLACE
	lock(slot_lock);
#endif
	if
#ifdef NO_OLD_CHECK
	:: true ->
#else
	:: table == old ->
#endif
		table = t;
		d_step { assert(told == old); told = t }
	fi;
#ifndef NO_LOCK_REPLACE
	unlock(slot_lock);
#endif
#ifndef NO_WAIT_REPLACE
	synchronize(srcu, waiter)
#endif
}

proctype link(byte me)
{
	byte mine, new, holder;
	bit ok, last;

	atomic {
		if
		:: NO_MAP_IS_LEFT -> goto end
		:: else -> map_get_any(mine)
		fi
	};
	slot_attach(mine);
	if
	:: !ok -> goto put
	:: else
	fi;
	if
	:: true ->
		map_get_any(new);
		slot_replace(new, mine, me);
		map_put(mine, me);
		mine = new
	:: true
	fi;
	assert(attached); /* so writers call it */
	slot_detach(mine, me);
put:
	map_put(mine, me);
end:
	skip
}

proctype reader(byte me)
{
	byte calls, t;

	do
	:: calls < CALLS ->
		calls++;
#ifndef NO_ENTER
		read_lock(srcu, me);
#endif
		t = table;
#ifdef EXIT_FIRST
		read_unlock(srcu, me);
#endif
		/* Two programs of one table. */
		assert(!gone[t]);
		assert(!gone[t]);
		t = 0;
#if !defined(NO_ENTER) && !defined(EXIT_FIRST)
		read_unlock(srcu, me)
#endif
	:: calls == CALLS -> break
	od
}

init {
	atomic {
		run reader(0);
		run link(0);
		run link(1)
	};
	_nr_pr == 1;
	assert(table == 0 && told == 0 && attached == 0)
}
