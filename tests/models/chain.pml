/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tables in order for a target that goes: links that attach, swap and detach, and a
 * table without a link, while a call asks them in order and the target is removed.
 *
 * models module/opsmod/chain.c: claim chain_attach wait_for_calls chain_detach
 * models module/opsmod/chain.c: chain_replace take_link opsmod_chain_remove
 * models module/opsmod/chain.c: opsmod_chain_get opsmod_chain_put chain_free
 * models module/opsmod/chain.h: opsmod_chain_enter opsmod_chain_exit
 * models module/opsmod/chain.h: opsmod_chain_for_each
 *
 * The list is modelled by its next pointers, as list_add_tail_rcu(), list_del_rcu() and
 * list_replace_rcu() write them; of the kernel's bpf_struct_ops.c: update_mutex, a link's
 * references and its map, which detach and the last put race for.
 *
 * It holds that no call meets a table whose memory is freed; that a chain, or a link, is
 * not used after it was freed; that a chain is freed with nobody inside, and in the end;
 * that no table is attached twice; and that a table with a living link is detached when
 * opsmod_chain_remove() returns.
 *
 * It cannot say: what happens on a CPU that sees stores late (publish.c, wait.c and idle.c
 * do), what the order by priority is, what a second target does, and what comes after more
 * steps than these: a remove, 2 tables, and either a link that swaps, a table without
 * link and a call, or two links that swap.
 *
 * Each twin lacks a line, or has it elsewhere, and must be found:
 * twin NO_GONE: opsmod_chain_for_each: if (READ_ONCE((chain)->gone))
 * twin NO_WAIT: wait_for_calls: synchronize_srcu(&node->chain->srcu);
 * twin NO_WAIT_REMOVE: opsmod_chain_remove: synchronize_srcu(&chain->srcu);
 * twin IDLE_FIRST: opsmod_chain_remove: smp_store_release(&chain->idle, true);
 * twin NO_ENTER: opsmod_chain_enter: return srcu_read_lock(&chain->srcu);
 * twin NO_CLAIM: claim: if (node->chain)
 * twin NO_LOCK_ATTACH: chain_attach: guard(mutex)(&chains->lock);
 * twin NO_LOCK_DETACH: chain_detach: scoped_guard(mutex, &chains->lock) {
 * twin NO_LOCK_REPLACE: chain_replace: scoped_guard(mutex, &chains->lock) {
 * twin NO_LOCK_GET: opsmod_chain_get: guard(mutex)(&chains->lock);
 * twin NO_REF_TABLE: chain_attach: kref_get(&chain->refs);
 * twin NO_REF_CALL: opsmod_chain_get: kref_get(&chain->refs);
 * twin PUT_FIRST: chain_detach: wait_for_calls(chains, node);
 * twin NO_PUT: chain_detach: opsmod_chain_put(chain);
 * twin NO_LINK_REF: take_link: if (link && !IS_ERR(bpf_link_inc_not_zero(link)))
 * twin LINK_LOST: chain_replace: err = claim(type, table, old_node->chain, old_node->link);
 * twin STAYS_LISTED: opsmod_chain_remove: list_del(&chain->list);
 * healthy TWO_LINKS
 *
 * A detach by opsmod_chain_remove() never waits, nor frees the chain; a swap finds the old
 * table first in the list, as two tables are all there are.
 * unreached 4
 */
#define TABLES 2
#define LINKS 2
#include "kernel.pml"

bit chains_lock, update_mutex;

/* The chain. */
byte chain_refs = 1; /* the target's */
bool chain_listed = true, chain_gone, chain_idle, chain_freed;
domain srcu;
/* next[0] is the list's head. */
byte next[TABLES + 1];

/* Nodes: their chain, their link and, for the proof alone, whether they are listed. */
bool claimed[TABLES + 1], in_list[TABLES + 1];
byte node_link[TABLES + 1];

/* Links, from 1 on: references, the table they have, and whether they are freed. */
byte link_refs[LINKS + 1], link_map[LINKS + 1];
bool link_freed[LINKS + 1];

inline kref_get()
{
	d_step { assert(chain_refs > 0); chain_refs++ }
}

inline opsmod_chain_put()
{
	atomic {
		assert(chain_refs > 0);
		chain_refs--;
		if
		:: chain_refs == 0 ->
			assert(srcu.inside == 0);
			chain_freed = true
		:: else
		fi
	}
}

inline find_before(entry)
{
	before = 0;
	do
	:: next[before] == entry -> break
	:: else -> before = next[before]
	od;
	skip
}

/* With the lock; sets ok. */
inline claim(t, link_)
{
	ok = 0;
	if
#ifdef NO_CLAIM
	:: true ->
#else
	:: !claimed[t] ->
#endif
		claimed[t] = true;
		node_link[t] = link_;
		ok = 1
#ifndef NO_CLAIM
	:: else
#endif
	fi
}

inline chain_attach(t, link_)
{
	ok = 0;
#ifndef NO_LOCK_ATTACH
	lock(chains_lock);
#endif
	if
	:: chain_listed ->
		assert(!chain_freed);
		claim(t, link_);
		if
		:: ok ->
#ifndef NO_REF_TABLE
			kref_get();
#endif
			/* list_add_tail_rcu(), at the end or at the beginning */
			if
			:: find_before(0)
			:: before = 0
			fi;
			d_step {
				assert(!in_list[t]);
				in_list[t] = true;
				next[t] = next[before]
			};
			next[before] = t
		:: else
		fi
	:: else
	fi;
#ifndef NO_LOCK_ATTACH
	unlock(chains_lock);
#endif
	before = 0
}

inline wait_for_calls(t, waiter)
{
	assert(!chain_freed);
	if
	:: chain_idle
#ifdef NO_WAIT
	:: else
#else
	:: else -> synchronize(srcu, waiter)
#endif
	fi;
	lock(chains_lock);
	claimed[t] = false;
	unlock(chains_lock)
}

inline chain_detach(t, waiter)
{
#ifndef NO_LOCK_DETACH
	lock(chains_lock);
#endif
	/* list_del_rcu() leaves the node's own next as it was. */
	find_before(t);
	d_step { in_list[t] = false; next[before] = next[t] };
#ifndef NO_LOCK_DETACH
	unlock(chains_lock);
#endif
	before = 0;
#ifdef PUT_FIRST
	opsmod_chain_put();
#endif
	wait_for_calls(t, waiter);
#if !defined(PUT_FIRST) && !defined(NO_REF_TABLE) && !defined(NO_PUT)
	opsmod_chain_put()
#endif
}

inline chain_replace(t, old, waiter)
{
#ifndef NO_LOCK_REPLACE
	lock(chains_lock);
#endif
	assert(!chain_freed);
#ifdef LINK_LOST
	claim(t, 0);
#else
	claim(t, node_link[old]);
#endif
	if
	:: ok ->
		/* list_replace_rcu() */
		d_step { in_list[t] = true; next[t] = next[old] };
		find_before(old);
		d_step { in_list[old] = false; next[before] = t };
		before = 0
	:: else
	fi;
#ifndef NO_LOCK_REPLACE
	unlock(chains_lock);
#endif
	if
	:: ok -> wait_for_calls(old, waiter)
	:: else
	fi
}

/* bpf_link_put() of who made the link, and bpf_struct_ops_map_link_dealloc(): no mutex. */
inline close_link(link_, waiter)
{
	atomic { link_refs[link_]--; last = (link_refs[link_] == 0) };
	if
	:: last ->
		if
		:: link_map[link_] ->
			chain_detach(link_map[link_], waiter);
			map_put(link_map[link_], waiter)
		:: else
		fi;
		d_step { link_freed[link_] = true; link_map[link_] = 0 }
	:: else
	fi
}

/* Who attaches a table, swaps it and closes the link; the kernel makes the link. */
proctype link(byte me)
{
	byte new, before;
	bit ok, last;

	atomic {
		if
		:: NO_MAP_IS_LEFT -> goto end
		:: else -> map_get_any(new)
		fi
	};
	link_refs[me] = 1;
	lock(update_mutex);
	chain_attach(new, me);
	if
	:: ok -> link_map[me] = new
	:: else
	fi;
	unlock(update_mutex);
	if
	:: !ok -> d_step { link_refs[me] = 0; link_freed[me] = true }; map_put(new, me); goto end
	:: else
	fi;
	/* The link has a reference on the map. User space closes its own. */
	if
	:: atomic { !NO_MAP_IS_LEFT -> map_get_any(new) };
		/* bpf_struct_ops_map_link_update() */
		lock(update_mutex);
		if
		:: link_map[me] == 0 -> unlock(update_mutex); map_put(new, me)
		:: else ->
			chain_replace(new, link_map[me], me);
			if
			:: ok ->
				d_step { ok = 0; before = link_map[me]; link_map[me] = new; new = before };
			:: else
			fi;
			before = 0;
			unlock(update_mutex);
			map_put(new, me)
		fi
	:: true
	fi;
	close_link(me, me);
end:
	skip
}

#ifndef TWO_LINKS
/* A table without a link: bpf_map_update_elem() and bpf_map_delete_elem(). */
proctype loader(byte me)
{
	byte mine, before;
	bit ok, last;

	atomic {
		if
		:: NO_MAP_IS_LEFT -> goto end
		:: else -> map_get_any(mine)
		fi
	};
	chain_attach(mine, 0);
	if
	:: ok -> chain_detach(mine, me)
	:: else
	fi;
	map_put(mine, me);
end:
	skip
}


/* A call asks each table of the chain. */
proctype call()
{
	byte t;
	bool found;

	/* opsmod_chain_get() */
#ifndef NO_LOCK_GET
	lock(chains_lock);
#endif
	found = chain_listed;
	if
	:: found ->
#ifndef NO_REF_CALL
		kref_get()
#else
		skip
#endif
	:: else
	fi;
#ifndef NO_LOCK_GET
	unlock(chains_lock);
#endif
	if
	:: !found -> goto end
	:: else
	fi;

	/* opsmod_chain_enter() */
	assert(!chain_freed);
#ifndef NO_ENTER
	read_lock(srcu, 0);
#endif
	if
#ifndef NO_GONE
	:: chain_gone
#endif
	:: else ->
		t = next[0];
		do
		:: t == 0 -> break
		:: else ->
			assert(!gone[t]); /* its program */
			assert(!gone[t]); /* its node */
			t = next[t]
		od
	fi;
	assert(!chain_freed);
#ifndef NO_ENTER
	read_unlock(srcu, 0);
#endif
#ifndef NO_REF_CALL
	opsmod_chain_put();
#endif
end:
	skip
}
#endif

/* opsmod_chain_remove() */
proctype remove()
{
	byte t, taken, before;
	bit last;

	lock(chains_lock);
#ifndef STAYS_LISTED
	chain_listed = false;
#endif
	chain_gone = true;
	unlock(chains_lock);
#ifdef IDLE_FIRST
	chain_idle = true;
#endif
#ifndef NO_WAIT_REMOVE
	synchronize(srcu, 0);
#endif
#ifndef IDLE_FIRST
	chain_idle = true;
#endif
	do
	:: true ->
		/* take_link() */
		lock(chains_lock);
		t = next[0];
		taken = 0;
		do
		:: t == 0 || taken -> break
		:: else ->
			taken = node_link[t];
			node_link[t] = 0;
			if
			:: taken ->
				assert(!link_freed[taken]);
				/* bpf_link_inc_not_zero() */
#ifndef NO_LINK_REF
				atomic {
					if
					:: link_refs[taken] -> link_refs[taken]++
					:: else -> taken = 0
					fi
				}
#endif
			:: else
			fi;
			t = next[t]
		od;
		unlock(chains_lock);
		t = 0;
		if
		:: !taken -> break
		:: else
		fi;
		/* link->ops->detach(): bpf_struct_ops_map_link_detach() */
		lock(update_mutex);
		assert(!link_freed[taken]);
		if
		:: link_map[taken] ->
			chain_detach(link_map[taken], 0);
			t = link_map[taken];
			link_map[taken] = 0;
			unlock(update_mutex);
			map_put(t, 0)
		:: else -> unlock(update_mutex)
		fi;
		t = 0;
#ifndef NO_LINK_REF
		/* bpf_link_put(): if it is the last, nothing is left to be detached. */
		d_step {
			link_refs[taken]--;
			assert(link_refs[taken] || !link_map[taken]);
			link_freed[taken] = (link_refs[taken] == 0)
		}
#endif
	od;
	/* The links that live have no table any more. */
	atomic {
		assert(!link_map[1] || !link_refs[1]);
		assert(!link_map[2] || !link_refs[2])
	};
	opsmod_chain_put()
}

init {
	atomic {
		run link(1);
#ifdef TWO_LINKS
		run link(2);
#else
		run loader(2);
		run call();
#endif
		run remove()
	};
	_nr_pr == 1;
	assert(chain_freed && next[0] == 0)
}
