/* SPDX-License-Identifier: GPL-2.0-only */
/* A model: many tables, found by their names; each user holds one, or none. */
#ifndef OPSMOD_NAMED_H
#define OPSMOD_NAMED_H

#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/srcu.h>
#include "type.h"

extern const struct opsmod_model opsmod_named_model;

/**
 * struct opsmod_named_node - the model's part of a table: an OPSMOD_PRIVATE() member
 * @table: whose part it is
 * @link: NULL if the table has none
 * @list: in the @tables of all
 * @users: who holds the table
 * @taken: from attach until no call is inside. False in a new map, which is all zeros
 *	   (bpf_struct_ops_map_alloc()); later the kernel clears nothing
 * @srcu: held by who is inside, where modules cannot get references. One for each table:
 *	  so nobody waits for who sleeps in another one
 */
struct opsmod_named_node {
	const void *table;
	const struct bpf_link *link;
	struct list_head list;
	struct list_head users;
	bool taken;
#ifndef OPSMOD_HAVE_STRUCT_OPS_GET
	struct srcu_struct srcu;
#endif
};

/**
 * struct opsmod_named - where the tables are kept, from OPSMOD_NAMED()
 * @lock: for all that follows, nodes and users
 * @tables: that are attached
 * @node: where its node is in a table
 */
struct opsmod_named {
	struct mutex lock;
	struct list_head tables;
	u32 node;
};

#define OPSMOD_NAMED(name, of, member)                                      \
	extern struct opsmod_named name;                                    \
	struct opsmod_named name = {                                        \
		.lock = __MUTEX_INITIALIZER(name.lock),                     \
		.tables = LIST_HEAD_INIT(name.tables),                      \
		.node = offsetof(struct of, member) +                       \
			OPSMOD_CHECK(__same_type(((struct of *)0)->member,  \
						 struct opsmod_named_node), \
				     #of "." #member " is no node"),        \
	}

/**
 * struct opsmod_named_user - who holds a table, such as an open file; zeros: none
 * @node: of the table: to be read with opsmod_named_enter()
 * @list: in its @users
 */
struct opsmod_named_user {
	struct opsmod_named_node __rcu *node;
	struct list_head list;
};

/*
 * Gives a user the table of that name in place of any other, or returns -ENOENT if there
 * is none. A detach takes it away, a swap gives the new one. May sleep.
 */
int opsmod_named_choose(const struct opsmod_type *type,
			struct opsmod_named_user *user, const char *name);

/* Likewise takes it away, if there is one. To be done before the user goes. */
void opsmod_named_drop(const struct opsmod_type *type,
		       struct opsmod_named_user *user);

/*
 * The user's table, or NULL; opsmod_named_exit() has to follow in both cases. In between
 * the table stays. After a detach no enter gets it; with SRCU nobody is inside then, but
 * with references somebody may be. Not for NMIs, nor, as the exit may drop the last
 * reference, for hard interrupts.
 */
static inline const void *opsmod_named_enter(struct opsmod_named_user *user,
					     int *idx)
{
	struct opsmod_named_node *node;

	/* Until it is held: neither the table nor its SRCU goes under RCU. */
	guard(rcu)();
	while ((node = rcu_dereference(user->node))) {
#ifdef OPSMOD_HAVE_STRUCT_OPS_GET
		static_assert(__same_type(bpf_struct_ops_get(NULL), bool));
		/* Where no reference is left, the user has got another by now. */
		if (!bpf_struct_ops_get(node->table))
			continue;
#else
		*idx = srcu_read_lock(&node->srcu);
		__release(&node->srcu); /* for sparse, which cannot follow */
#endif
		return node->table;
	}
	return NULL;
}

static inline void opsmod_named_exit(const struct opsmod_named *named,
				     const void *table, int idx)
{
#ifdef OPSMOD_HAVE_STRUCT_OPS_GET
	if (table)
		bpf_struct_ops_put(table);
#else
	struct opsmod_named_node *node;

	if (table) {
		node = (void *)table + named->node;
		__acquire(&node->srcu);
		srcu_read_unlock(&node->srcu, idx);
	}
#endif
}

#endif /* OPSMOD_NAMED_H */
