// SPDX-License-Identifier: GPL-2.0-only
/* A model: many tables, found by their names; each user holds one, or none. */
#include "named.h"

#include <linux/string.h>

static struct opsmod_named_node *find(const struct opsmod_type *type,
				      const char *name)
{
	struct opsmod_named *named = type->object;
	struct opsmod_named_node *node;

	list_for_each_entry(node, &named->tables, list) {
		if (!strcmp(opsmod_table_name(type, node->table), name))
			return node;
	}
	return NULL;
}

/* Two links on one map can bring a table twice, and while calls are still inside. */
static int take(const struct opsmod_type *type, void *table,
		struct opsmod_named_node *node, const struct bpf_link *link)
{
	if (node->taken)
		return opsmod_refuse(
			-EBUSY,
			"table \"%s\" refused: it is attached, or calls are inside; load its object once more",
			opsmod_table_name(type, table));
#ifndef OPSMOD_HAVE_STRUCT_OPS_GET
	if (init_srcu_struct(&node->srcu))
		return -ENOMEM;
#endif
	INIT_LIST_HEAD(&node->users);
	node->table = table;
	node->link = link;
	node->taken = true;
	return 0;
}

/* After nobody finds it any more. Waits without the lock, perhaps for long. */
static void give_up(struct opsmod_named *named, struct opsmod_named_node *node)
{
#ifndef OPSMOD_HAVE_STRUCT_OPS_GET
	/* First for those who are about to take SRCU. */
	synchronize_rcu();
	synchronize_srcu(&node->srcu);
	cleanup_srcu_struct(&node->srcu);
#endif
	guard(mutex)(&named->lock);
	node->taken = false;
}

static int named_attach(const struct opsmod_type *type, void *table,
			struct bpf_link *link)
{
	const char *name = opsmod_table_name(type, table);
	struct opsmod_named *named = type->object;
	struct opsmod_named_node *node = table + named->node, *other;
	int err;

	if (name == opsmod_unnamed)
		return opsmod_refuse(-EINVAL, "table refused: it has no name");

	guard(mutex)(&named->lock);
	other = find(type, name);
	if (other && other != node) /* The id is set just after the attach. */
		return opsmod_refuse(
			-EEXIST,
			"table \"%s\" refused: the one of link %u has this name (0: it has no link); detach that one first",
			name, other->link ? READ_ONCE(other->link->id) : 0);
	err = take(type, table, node, link);
	if (err)
		return err;

	list_add_tail(&node->list, &named->tables);
	opsmod_attached(type, table, link);
	return 0;
}

/* In one store: calls meanwhile meet the table before or the one after. */
static void change(struct opsmod_named_user *user, struct opsmod_named_node *node)
{
	if (rcu_access_pointer(user->node))
		list_del(&user->list);
	rcu_assign_pointer(user->node, node);
	if (node)
		list_add(&user->list, &node->users);
}

/* All who hold the one table get the other, or none. */
static void hand_over(struct opsmod_named_node *from, struct opsmod_named_node *to)
{
	struct opsmod_named_user *user, *next;

	list_for_each_entry_safe(user, next, &from->users, list)
		change(user, to);
}

static void named_detach(const struct opsmod_type *type, void *table)
{
	struct opsmod_named *named = type->object;
	struct opsmod_named_node *node = table + named->node;

	scoped_guard(mutex, &named->lock) {
		list_del(&node->list);
		hand_over(node, NULL);
		opsmod_detached(type, table);
	}
	give_up(named, node);
}

static int named_replace(const struct opsmod_type *type, void *table, void *old)
{
	struct opsmod_named *named = type->object;
	struct opsmod_named_node *node = table + named->node;
	struct opsmod_named_node *old_node = old + named->node;
	const char *name = opsmod_table_name(type, table);
	const char *old_name = opsmod_table_name(type, old);
	int err;

	/* Users have chosen a name. */
	if (strcmp(name, old_name))
		return opsmod_refuse(
			-EINVAL,
			"table \"%s\" refused: it cannot replace \"%s\", which has another name; attach it, then detach the other",
			name, old_name);

	scoped_guard(mutex, &named->lock) {
		err = take(type, table, node, old_node->link);
		if (err)
			return err;
		opsmod_swapped(type, table, old);
		list_replace(&old_node->list, &node->list);
		hand_over(old_node, node);
	}
	give_up(named, old_node);
	return 0;
}

const struct opsmod_model opsmod_named_model = {
	.attach = named_attach,
	.detach = named_detach,
	.replace = named_replace,
};

int opsmod_named_choose(const struct opsmod_type *type,
			struct opsmod_named_user *user, const char *name)
{
	struct opsmod_named *named = type->object;
	struct opsmod_named_node *node;

	guard(mutex)(&named->lock);
	node = find(type, name);
	if (node)
		change(user, node);
	return node ? 0 : -ENOENT;
}

void opsmod_named_drop(const struct opsmod_type *type,
		       struct opsmod_named_user *user)
{
	struct opsmod_named *named = type->object;

	guard(mutex)(&named->lock);
	change(user, NULL);
}
