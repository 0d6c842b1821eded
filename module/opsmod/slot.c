// SPDX-License-Identifier: GPL-2.0-only
/* A model with one table at a time, which another table can replace. */
#include "slot.h"

static int slot_attach(const struct opsmod_type *type, void *table,
		       struct bpf_link *link)
{
	struct opsmod_slot *slot = type->object;
	const void *holder;

	guard(mutex)(&slot->lock);
	holder = rcu_dereference_protected(slot->table,
					   lockdep_is_held(&slot->lock));
	if (holder)
		return opsmod_refuse(
			-EEXIST,
			"table \"%s\" refused: \"%s\" is attached; detach that one first",
			opsmod_table_name(type, table),
			opsmod_table_name(type, holder));

	opsmod_attached(type, table, link);
	rcu_assign_pointer(slot->table, table);
	static_branch_enable(&slot->attached);
	return 0;
}

static void slot_detach(const struct opsmod_type *type, void *table)
{
	struct opsmod_slot *slot = type->object;

	mutex_lock(&slot->lock);
	WARN_ON_ONCE(rcu_access_pointer(slot->table) != table);
	static_branch_disable(&slot->attached);
	RCU_INIT_POINTER(slot->table, NULL);
	opsmod_detached(type, table);
	mutex_unlock(&slot->lock);
	/* Wait without the lock. The kernel frees the table next: no call may be inside. */
	synchronize_srcu(slot->srcu);
}

static int slot_replace(const struct opsmod_type *type, void *table, void *old)
{
	struct opsmod_slot *slot = type->object;
	int err = -EINVAL;

	mutex_lock(&slot->lock);
	if (rcu_access_pointer(slot->table) == old) {
		opsmod_swapped(type, table, old);
		/* This is one store: a call gets all of the old table, or all of the new. */
		rcu_assign_pointer(slot->table, table);
		err = 0;
	}
	mutex_unlock(&slot->lock);
	/* Wait for the calls in the old one, as slot_detach() does. */
	if (!err)
		synchronize_srcu(slot->srcu);
	return err;
}

const struct opsmod_model opsmod_slot_model = {
	.attach = slot_attach,
	.detach = slot_detach,
	.replace = slot_replace,
};
