/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tables of one name: links that attach, swap and detach while a user chooses, calls
 * and drops. With -DREFS as on kernels that export bpf_struct_ops_get() to modules,
 * otherwise with an SRCU for each table.
 *
 * models module/opsmod/named.c: take give_up named_attach named_detach named_replace
 * models module/opsmod/named.c: change hand_over opsmod_named_choose opsmod_named_drop
 * models module/opsmod/named.h: opsmod_named_enter opsmod_named_exit
 *
 * It holds that no call meets a table whose memory is freed, or an SRCU that is not set
 * up; that no SRCU is taken down with somebody inside, or set up twice; that no two
 * tables have the name; that a detach leaves the table with no user; that a user
 * who has a table loses it to a detach alone, not for a moment to a swap; and that a
 * user whose table is without references has another one by then, so that enter ends.
 *
 * It cannot say: what happens on a CPU that sees stores late (publish.c and wait.c do),
 * what another name does, and what comes after more steps than these: 2 links on 2
 * tables, with a swap each, and a user with 2 calls.
 *
 * Each twin lacks a line, or has it elsewhere, and must be found:
 * twin NO_WAIT_RCU: give_up: synchronize_rcu();
 * twin NO_WAIT_SRCU: give_up: synchronize_srcu(&node->srcu);
 * twin SRCU_FIRST: give_up: synchronize_rcu();
 * twin TAKEN_FIRST: give_up: node->taken = false;
 * twin NO_TAKEN: take: if (node->taken)
 * twin NO_NAME_CHECK: named_attach: if (other && other != node)
 * twin NO_LOCK_ATTACH: named_attach: guard(mutex)(&named->lock);
 * twin NO_LOCK_CHOOSE: opsmod_named_choose: guard(mutex)(&named->lock);
 * twin NO_LOCK_DETACH: named_detach: scoped_guard(mutex, &named->lock) {
 * twin NO_LOCK_REPLACE: named_replace: scoped_guard(mutex, &named->lock) {
 * twin LISTED: named_detach: list_del(&node->list);
 * twin NOT_TAKEN_AWAY: named_detach: hand_over(node, NULL);
 * twin NOT_HANDED_OVER: named_replace: hand_over(old_node, node);
 * twin TWO_STORES: change: rcu_assign_pointer(user->node, node);
 * twin NO_RCU: opsmod_named_enter: guard(rcu)();
 * twin NO_ENTER: opsmod_named_enter: *idx = srcu_read_lock(&node->srcu);
 *
 * and of the other way to hold a table:
 * twin REFS,NO_GET: opsmod_named_enter: if (!bpf_struct_ops_get(node->table))
 * twin REFS,NO_RCU: opsmod_named_enter: guard(rcu)();
 * twin REFS,NO_LOCK_CHOOSE: opsmod_named_choose: guard(mutex)(&named->lock);
 * twin REFS,NOT_TAKEN_AWAY: named_detach: hand_over(node, NULL);
 * twin REFS,TWO_STORES: change: rcu_assign_pointer(user->node, node);
 * healthy REFS
 */
#define TABLES 2
#define CALLS 2
#include "kernel.pml"

bit named_lock;
bool listed[TABLES + 1], taken[TABLES + 1], srcu_up[TABLES + 1];
domain srcu[TABLES + 1];
/* The user's node, and whether a detach or its own drop is what takes it away. */
byte user_node;
bool user_loses;

inline take(t)
{
	ok = 0;
	if
#ifdef NO_TAKEN
	:: true ->
#else
	:: !taken[t] ->
#endif
		assert(!srcu_up[t]);
		srcu_up[t] = true;
		taken[t] = true;
		ok = 1
#ifndef NO_TAKEN
	:: else
#endif
	fi
}

inline give_up(t, waiter)
{
#ifdef TAKEN_FIRST
	taken[t] = false;
#endif
#ifndef REFS
#if !defined(NO_WAIT_RCU) && !defined(SRCU_FIRST)
	synchronize(rcu, waiter);
#endif
#ifndef NO_WAIT_SRCU
	synchronize(srcu[t], waiter);
#endif
#ifdef SRCU_FIRST
	synchronize(rcu, waiter);
#endif
	assert(srcu[t].inside == 0); /* cleanup_srcu_struct() */
#endif
	srcu_up[t] = false;
#ifndef TAKEN_FIRST
	lock(named_lock);
	taken[t] = false;
	unlock(named_lock)
#endif
}

inline named_attach(t)
{
	ok = 0;
#ifndef NO_LOCK_ATTACH
	lock(named_lock);
#endif
	if
#ifdef NO_NAME_CHECK
	:: true ->
#else
	/* The other table has the same name. */
	:: !listed[3 - t] ->
#endif
		take(t);
		if
		:: ok ->
			d_step { assert(!listed[3 - t]); listed[t] = true }
		:: else
		fi
#ifndef NO_NAME_CHECK
	:: else
#endif
	fi;
#ifndef NO_LOCK_ATTACH
	unlock(named_lock)
#endif
}

/* All users of a table: there is one user. */
inline hand_over(from, to)
{
	if
	:: user_node == from ->
#ifdef TWO_STORES
		user_node = 0;
#endif
		user_node = to
	:: else
	fi
}

inline named_detach(t, waiter)
{
#ifndef NO_LOCK_DETACH
	lock(named_lock);
#endif
#ifndef LISTED
	listed[t] = false;
#endif
	if
	:: user_node == t -> user_loses = true
	:: else
	fi;
#ifndef NOT_TAKEN_AWAY
	hand_over(t, 0);
#endif
	assert(user_node != t);
#ifndef NO_LOCK_DETACH
	unlock(named_lock);
#endif
#ifdef LISTED
	listed[t] = false;
#endif
	give_up(t, waiter)
}

inline named_replace(t, old, waiter)
{
#ifndef NO_LOCK_REPLACE
	lock(named_lock);
#endif
	take(t);
	if
	:: ok ->
		d_step { listed[old] = false; listed[t] = true };
#ifndef NOT_HANDED_OVER
		hand_over(old, t)
#endif
	:: else
	fi;
#ifndef NO_LOCK_REPLACE
	unlock(named_lock);
#endif
	if
	:: ok -> give_up(old, waiter)
	:: else
	fi
}

proctype link(byte me)
{
	byte mine, new;
	bit ok, last;

	atomic {
		if
		:: NO_MAP_IS_LEFT -> goto end
		:: else -> map_get_any(mine)
		fi
	};
	named_attach(mine);
	if
	:: !ok -> goto put
	:: else
	fi;
	if
	:: true ->
		map_get_any(new);
		named_replace(new, mine, me);
		if
		:: ok -> map_put(mine, me); mine = new
		:: else -> map_put(new, me)
		fi
	:: true
	fi;
	named_detach(mine, me);
put:
	map_put(mine, me);
end:
	skip
}

inline named_choose()
{
#ifndef NO_LOCK_CHOOSE
	lock(named_lock);
#endif
	if
	:: listed[1] -> t = 1
	:: listed[2] -> t = 2
	:: else -> t = 0
	fi;
	if
	:: t ->
		/* change() */
		d_step { user_node = t; user_loses = false };
		chosen = true
	:: else
	fi;
#ifndef NO_LOCK_CHOOSE
	unlock(named_lock);
#endif
	t = 0
}

inline named_enter()
{
#ifndef NO_RCU
	read_lock(rcu, 0);
#endif
	do
	:: t = user_node;
		if
		:: t == 0 ->
			assert(!chosen || user_loses);
			break
		:: else
		fi;
		assert(!gone[t]);
#ifdef REFS
#ifdef NO_GET
		break
#else
		atomic {
			if
			:: refs[t] -> refs[t]++; break
			:: else
			fi
		};
		/* No reference is left: */
		assert(user_node != t)
#endif
#else
		assert(srcu_up[t]);
#ifndef NO_ENTER
		read_lock(srcu[t], 0);
#endif
		break
#endif
	od;
#ifndef NO_RCU
	read_unlock(rcu, 0)
#endif
}

inline named_exit()
{
#if defined(REFS) && !defined(NO_GET)
	map_put(t, 2)
#elif !defined(REFS) && !defined(NO_ENTER)
	assert(srcu_up[t]);
	read_unlock(srcu[t], 0)
#else
	skip
#endif
}

proctype user()
{
	byte calls, t;
	bool chosen;
	bit last;

	do
	:: calls < CALLS ->
		calls++;
		if
		:: true -> named_choose()
		:: true
		fi;
		named_enter();
		if
		:: t ->
			/* Two programs of one table. */
			assert(!gone[t]);
			assert(!gone[t]);
			named_exit()
		:: else
		fi;
		t = 0
	:: calls == CALLS -> break
	od;
	/* opsmod_named_drop(), when the file is closed */
	lock(named_lock);
	user_node = 0;
	unlock(named_lock)
}

init {
	atomic {
		run user();
		run link(0);
		run link(1)
	};
	_nr_pr == 1;
	assert(!listed[1] && !listed[2] && !taken[1] && !taken[2])
}
