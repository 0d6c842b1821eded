// SPDX-License-Identifier: GPL-2.0-only
/* A model: tables in order for each of many targets, any of which may go before them. */
#include "chain.h"

#include <linux/err.h>
#include <linux/slab.h>

static struct opsmod_chain *find(const struct opsmod_chains *chains, u32 target)
{
	struct opsmod_chain *chain;

	list_for_each_entry(chain, &chains->list, list) {
		if (chain->target == target)
			return chain;
	}
	return NULL;
}

/* Sets the node up: nothing does so between two times that a table is attached. */
static int claim(const struct opsmod_type *type, void *table,
		 struct opsmod_chain *chain, struct bpf_link *link)
{
	const struct opsmod_chains *chains = type->object;
	struct opsmod_chain_node *node = table + chains->node;

	/* Each of two links on one map can bring the table. */
	if (node->chain)
		return opsmod_refuse(
			-EBUSY, "table \"%s\" refused: it is attached already",
			opsmod_table_name(type, table));
	node->chain = chain;
	node->link = link;
	node->priority = *(s32 *)(table + chains->priority);
	return 0;
}

static int chain_attach(const struct opsmod_type *type, void *table,
			struct bpf_link *link)
{
	struct opsmod_chains *chains = type->object;
	struct opsmod_chain_node *node = table + chains->node, *next;
	u32 target = *(u32 *)(table + chains->target);
	const char *name = opsmod_table_name(type, table);
	struct opsmod_chain *chain;
	int err;

	guard(mutex)(&chains->lock);
	chain = find(chains, target);
	if (!chain)
		return opsmod_refuse(-ENODEV,
				     "table \"%s\" refused: there is no %s %u",
				     name, chains->what, target);
	if (chain->count == chains->max)
		return opsmod_refuse(
			-E2BIG,
			"table \"%s\" refused: %s %u has %u, and no more are possible; detach one first",
			name, chains->what, target, chain->count);
	err = claim(type, table, chain, link);
	if (err)
		return err;

	opsmod_attached(type, table, link);
	kref_get(&chain->refs);
	chain->count++;
	list_for_each_entry(next, &chain->tables, list) {
		if (next->priority > node->priority)
			break;
	}
	/* Before that one; it is the list's head if there was none. */
	list_add_tail_rcu(&node->list, &next->list);
	return 0;
}

/* For a table that has left the list. Not with the lock. */
static void wait_for_calls(struct opsmod_chains *chains,
			   struct opsmod_chain_node *node)
{
	/* The kernel frees the table next, and calls go on from it until then. */
	if (!smp_load_acquire(&node->chain->idle))
		synchronize_srcu(&node->chain->srcu);
	guard(mutex)(&chains->lock);
	node->chain = NULL;
}

static void chain_detach(const struct opsmod_type *type, void *table)
{
	struct opsmod_chains *chains = type->object;
	struct opsmod_chain_node *node = table + chains->node;
	struct opsmod_chain *chain = node->chain;

	scoped_guard(mutex, &chains->lock) {
		list_del_rcu(&node->list);
		chain->count--;
		opsmod_detached(type, table);
	}
	wait_for_calls(chains, node);
	opsmod_chain_put(chain);
}

static int chain_replace(const struct opsmod_type *type, void *table, void *old)
{
	struct opsmod_chains *chains = type->object;
	struct opsmod_chain_node *node = table + chains->node;
	struct opsmod_chain_node *old_node = old + chains->node;
	const char *name = opsmod_table_name(type, table);
	const char *old_name = opsmod_table_name(type, old);
	int err;

	scoped_guard(mutex, &chains->lock) {
		if (*(u32 *)(table + chains->target) != old_node->chain->target ||
		    *(s32 *)(table + chains->priority) != old_node->priority)
			return opsmod_refuse(
				-EINVAL,
				"table \"%s\" refused: it has not the %s and priority of \"%s\"; attach it, then detach that one",
				name, chains->what, old_name);
		err = claim(type, table, old_node->chain, old_node->link);
		if (err)
			return err;
		opsmod_swapped(type, table, old);
		/* In one step: a call meets the old table or the new one. */
		list_replace_rcu(&old_node->list, &node->list);
	}
	wait_for_calls(chains, old_node);
	return 0;
}

const struct opsmod_model opsmod_chain_model = {
	.attach = chain_attach,
	.detach = chain_detach,
	.replace = chain_replace,
};

int opsmod_chain_add(const struct opsmod_type *type, u32 target)
{
	struct opsmod_chains *chains = type->object;
	struct opsmod_chain *chain;

	guard(mutex)(&chains->lock);
	if (find(chains, target))
		return -EEXIST;
	chain = kzalloc(sizeof(*chain), GFP_KERNEL);
	if (!chain || init_srcu_struct(&chain->srcu)) {
		kfree(chain);
		return -ENOMEM;
	}
	INIT_LIST_HEAD(&chain->tables);
	kref_init(&chain->refs);
	chain->target = target;
	list_add_tail(&chain->list, &chains->list);
	return 0;
}

/* A link of a chain whose target is gone, each once, with a reference; or NULL. */
static struct bpf_link *take_link(struct opsmod_chains *chains,
				  const struct opsmod_chain *chain)
{
	struct opsmod_chain_node *node;
	struct bpf_link *link;

	guard(mutex)(&chains->lock);
	list_for_each_entry(node, &chain->tables, list) {
		link = node->link;
		node->link = NULL;
		/* Without references, it is being freed, which begins with detach. */
		if (link && !IS_ERR(bpf_link_inc_not_zero(link)))
			return link;
	}
	return NULL;
}

int opsmod_chain_remove(const struct opsmod_type *type, u32 target)
{
	struct opsmod_chains *chains = type->object;
	struct opsmod_chain_node *node;
	struct opsmod_chain *chain;
	struct bpf_link *link;

	scoped_guard(mutex, &chains->lock) {
		chain = find(chains, target);
		if (!chain)
			return -ENODEV;
		list_del(&chain->list);
		WRITE_ONCE(chain->gone, true);
		list_for_each_entry(node, &chain->tables, list) {
			if (!node->link)
				pr_notice("table \"%s\" is not called any more, as %s %u is gone: it has no link, so remove it with 'bpftool map delete id ID key 0 0 0 0'\n",
					  opsmod_table_name(
						  type,
						  (void *)node - chains->node),
					  chains->what, target);
		}
	}
	/*
	 * Once for all, and now: the kernel calls detach() below under its mutex for the
	 * links of all types, which nobody should hold while a program sleeps.
	 */
	synchronize_srcu(&chain->srcu);
	smp_store_release(&chain->idle, true);
	while ((link = take_link(chains, chain))) {
		link->ops->detach(link);
		bpf_link_put(link);
	}
	opsmod_chain_put(chain);
	return 0;
}

void opsmod_chain_remove_all(const struct opsmod_type *type)
{
	const struct opsmod_chains *chains = type->object;
	const struct opsmod_chain *chain, *next;

	list_for_each_entry_safe(chain, next, &chains->list, list)
		opsmod_chain_remove(type, chain->target);
}

struct opsmod_chain *opsmod_chain_get(const struct opsmod_type *type, u32 target)
{
	struct opsmod_chains *chains = type->object;
	struct opsmod_chain *chain;

	guard(mutex)(&chains->lock);
	chain = find(chains, target);
	if (chain)
		kref_get(&chain->refs);
	return chain;
}

static void chain_free(struct kref *refs)
{
	struct opsmod_chain *chain =
		container_of(refs, struct opsmod_chain, refs);

	cleanup_srcu_struct(&chain->srcu);
	kfree(chain);
}

void opsmod_chain_put(struct opsmod_chain *chain)
{
	kref_put(&chain->refs, chain_free);
}
