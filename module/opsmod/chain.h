/* SPDX-License-Identifier: GPL-2.0-only */
/* A model: tables in order for each of many targets, any of which may go before them. */
#ifndef OPSMOD_CHAIN_H
#define OPSMOD_CHAIN_H

#include <linux/kref.h>
#include <linux/mutex.h>
#include <linux/rculist.h>
#include <linux/srcu.h>
#include "type.h"

extern const struct opsmod_model opsmod_chain_model;

/**
 * struct opsmod_chain_node - the model's part of a table: its OPSMOD_PRIVATE() member
 * @list: in the chain
 * @chain: NULL except from attach until no call is inside. It is NULL in a new map
 *	   (bpf_struct_ops_map_alloc()), and nobody but the model clears it later
 * @link: NULL if there is none, or if it is taken to be detached
 * @priority: as in the table
 */
struct opsmod_chain_node {
	struct list_head list;
	struct opsmod_chain *chain;
	struct bpf_link *link;
	s32 priority;
};

/**
 * struct opsmod_chain - the tables of one target
 * @tables: lower priorities first; of equal ones, the table that came first
 * @srcu: held by who is inside: one for each target, as one call goes through many tables
 * @refs: one of the target, of each table, and of each opsmod_chain_get()
 * @list: in the targets that are there
 * @target: its number
 * @count: tables in @tables
 * @gone: the target is: calls find no table
 * @idle: it is, and no call is inside any more
 */
struct opsmod_chain {
	struct list_head tables;
	struct srcu_struct srcu;
	struct kref refs;
	struct list_head list;
	u32 target;
	u32 count;
	bool gone;
	bool idle;
};

/**
 * struct opsmod_chains - all targets of a type: static OPSMOD_CHAINS()
 * @lock: lists and nodes are written under it
 * @list: the targets that are there
 * @what: what a table calls its target, for the log
 * @target: where in a table that is
 * @priority: likewise
 * @node: likewise
 * @max: how many tables a target can have
 */
struct opsmod_chains {
	struct mutex lock;
	struct list_head list;
	const char *what;
	u32 target;
	u32 priority;
	u32 node;
	u32 max;
};

/* clang-format off */
#define OPSMOD_CHAINS(name, table, target_, priority_, node_, max_)                   \
	struct opsmod_chains name = {                                                 \
		.lock = __MUTEX_INITIALIZER(name.lock),                               \
		.list = LIST_HEAD_INIT(name.list), .what = #target_,                  \
		.target = OPSMOD_CHAIN_AT(table, target_, u32),                       \
		.priority = OPSMOD_CHAIN_AT(table, priority_, s32),                   \
		.node = OPSMOD_CHAIN_AT(table, node_, struct opsmod_chain_node),      \
		.max = max_,                                                          \
	}
#define OPSMOD_CHAIN_AT(table, member, of)                                            \
	(offsetof(struct table, member) +                                             \
	 OPSMOD_CHECK(__same_type(((struct table *)0)->member, of),                   \
		      #table "." #member " is no " #of))
/* clang-format on */

/* A target comes, without tables. Returns 0, -EEXIST or -ENOMEM. May sleep. */
int opsmod_chain_add(const struct opsmod_type *type, u32 target);

/*
 * It goes. On return no call is inside its tables, none will be, and their links are
 * detached, which user space sees as POLLHUP; a table without a link is not called any
 * more. Returns 0 or -ENODEV. May sleep, and waits for all calls: not from within one.
 */
int opsmod_chain_remove(const struct opsmod_type *type, u32 target);

/* In module exit: all that are left. */
void opsmod_chain_remove_all(const struct opsmod_type *type);

/*
 * The chain of a target, or NULL. It stays until it is put, target or not. Both may sleep.
 */
struct opsmod_chain *opsmod_chain_get(const struct opsmod_type *type, u32 target);
void opsmod_chain_put(struct opsmod_chain *chain);

/* In between, tables stay. Not for NMIs. */
static inline int opsmod_chain_enter(struct opsmod_chain *chain)
{
	return srcu_read_lock(&chain->srcu);
}

static inline void opsmod_chain_exit(struct opsmod_chain *chain, int idx)
{
	srcu_read_unlock(&chain->srcu, idx);
}

/* The tables in order. The module leaves the loop where one has decided. */
#define opsmod_chain_for_each(ops, chain, node)                            \
	if (READ_ONCE((chain)->gone)) {                                    \
	} else                                                             \
		list_for_each_entry_srcu(ops, &(chain)->tables, node.list, \
					 srcu_read_lock_held(&(chain)->srcu))

#endif /* OPSMOD_CHAIN_H */
