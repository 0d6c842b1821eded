/* SPDX-License-Identifier: GPL-2.0-only */
/* A model with one table at a time, which another table can replace. */
#ifndef OPSMOD_SLOT_H
#define OPSMOD_SLOT_H

#include <linux/jump_label.h>
#include <linux/mutex.h>
#include <linux/srcu.h>
#include "type.h"

extern const struct opsmod_model opsmod_slot_model;

/**
 * struct opsmod_slot - where the table is kept, from OPSMOD_SLOT()
 * @attached: on while there is a table; test it with static_branch_unlikely()
 * @table: read with opsmod_slot_enter(), written under @lock
 * @srcu: held while calls are inside. RCU would not do: the kernel frees a table after RCU
 *	  and RCU-tasks, and neither waits for a sleeper (bpf_struct_ops_map_free())
 * @lock: see @table
 */
struct opsmod_slot {
	struct static_key_false attached;
	void __rcu *table;
	struct srcu_struct *srcu;
	struct mutex lock;
};

#define OPSMOD_SLOT(name)                               \
	DEFINE_STATIC_SRCU(name##_srcu);                \
	extern struct opsmod_slot name;                 \
	struct opsmod_slot name = {                     \
		.attached = STATIC_KEY_FALSE_INIT,      \
		.srcu = &name##_srcu,                   \
		.lock = __MUTEX_INITIALIZER(name.lock), \
	}

/*
 * Returns the table, or NULL; opsmod_slot_exit() has to follow in both cases. Between the
 * two all calls go to one table, which stays: a detach waits for them. Not for use in NMIs.
 */
static __always_inline const void *opsmod_slot_enter(struct opsmod_slot *slot,
						     int *idx)
{
	*idx = srcu_read_lock(slot->srcu);
	return srcu_dereference(slot->table, slot->srcu);
}

static __always_inline void opsmod_slot_exit(struct opsmod_slot *slot, int idx)
{
	srcu_read_unlock(slot->srcu, idx);
}

#endif /* OPSMOD_SLOT_H */
