// SPDX-License-Identifier: GPL-2.0-only
/* One call through each model of the kit, with what it takes to enter and to leave. */
#include "opsmod/slot.h"

#include <linux/slab.h>

#include "models.h"
#include "opsmod_bench.h"

/* Without the barrier gcc would see that a stub does nothing, and leave out the call. */
#define STUB(table)                             \
	static noinline int table##__call(void) \
	{                                       \
		barrier();                      \
		return 0;                       \
	}
STUB(opsmod_bench_slot_ops)
STUB(opsmod_bench_named_ops)
STUB(opsmod_bench_chain_ops)

static const struct opsmod_member slot_members[] = {
	OPSMOD_MEMBER(opsmod_bench_slot_ops, call, .mandatory = true),
};

static const struct opsmod_member named_members[] = {
	OPSMOD_MEMBER(opsmod_bench_named_ops, call, .mandatory = true),
	OPSMOD_NAME(opsmod_bench_named_ops, name),
	OPSMOD_PRIVATE(opsmod_bench_named_ops, node),
};

static const struct opsmod_member chain_members[] = {
	OPSMOD_MEMBER(opsmod_bench_chain_ops, call, .mandatory = true),
	OPSMOD_DATA(opsmod_bench_chain_ops, target),
	OPSMOD_DATA(opsmod_bench_chain_ops, priority),
	OPSMOD_PRIVATE(opsmod_bench_chain_ops, node),
};

OPSMOD_SLOT(model_slot);
OPSMOD_TYPE(opsmod_bench_slot_ops, &opsmod_slot_model, &model_slot, slot_members);

OPSMOD_NAMED(model_named, opsmod_bench_named_ops, node);
OPSMOD_TYPE(opsmod_bench_named_ops, &opsmod_named_model, &model_named,
	    named_members);

static OPSMOD_CHAINS(model_chains, opsmod_bench_chain_ops, target, priority,
		     node, OPSMOD_BENCH_TABLES_MAX);
OPSMOD_TYPE(opsmod_bench_chain_ops, &opsmod_chain_model, &model_chains,
	    chain_members);

ssize_t bench_write_slot(struct file *file, const char __user *buf, size_t len,
			 loff_t *pos)
{
	const struct opsmod_bench_slot_ops *ops;
	size_t i;
	int idx;

	for (i = 0; i < len; i++) {
		ONE_ROUND(i);
		if (!static_branch_unlikely(&model_slot.attached))
			continue;
		ops = opsmod_slot_enter(&model_slot, &idx);
		opsmod_call(opsmod_bench_slot_ops, ops, call);
		opsmod_slot_exit(&model_slot, idx);
	}
	return len;
}

int bench_open_named(struct inode *inode, struct file *file)
{
	struct opsmod_named_user *user = kzalloc(sizeof(*user), GFP_KERNEL);

	if (!user)
		return -ENOMEM;
	/* If there is no such table, the user is one without. */
	opsmod_named_choose(&opsmod_bench_named_ops_type, user, "measured");
	file->private_data = user;
	return 0;
}

int bench_release_named(struct inode *inode, struct file *file)
{
	opsmod_named_drop(&opsmod_bench_named_ops_type, file->private_data);
	kfree(file->private_data);
	return 0;
}

ssize_t bench_write_named(struct file *file, const char __user *buf, size_t len,
			  loff_t *pos)
{
	struct opsmod_named_user *user = file->private_data;
	const struct opsmod_bench_named_ops *ops;
	size_t i;
	int idx;

	for (i = 0; i < len; i++) {
		ONE_ROUND(i);
		ops = opsmod_named_enter(user, &idx);
		opsmod_call(opsmod_bench_named_ops, ops, call);
		opsmod_named_exit(&model_named, ops, idx);
	}
	return len;
}

/* As a module would keep it in what its target is: a call need not look for it. */
int bench_open_chain(struct inode *inode, struct file *file)
{
	file->private_data = opsmod_chain_get(&opsmod_bench_chain_ops_type, 0);
	return file->private_data ? 0 : -ENODEV;
}

int bench_release_chain(struct inode *inode, struct file *file)
{
	opsmod_chain_put(file->private_data);
	return 0;
}

/* Calls the tables in order, until one decides. */
static void ask(struct opsmod_chain *chain)
{
	const struct opsmod_bench_chain_ops *ops;
	int idx;

	idx = opsmod_chain_enter(chain);
	opsmod_chain_for_each(ops, chain, node) {
		/* cppcheck-suppress uninitvar ; the loop sets it */
		if (opsmod_call(opsmod_bench_chain_ops, ops, call))
			break;
	}
	opsmod_chain_exit(chain, idx);
}

ssize_t bench_write_chain(struct file *file, const char __user *buf, size_t len,
			  loff_t *pos)
{
	size_t i;

	for (i = 0; i < len; i++) {
		ONE_ROUND(i);
		ask(file->private_data);
	}
	return len;
}

int __init bench_models_init(void)
{
	u32 target;
	int err;

	err = opsmod_register(opsmod_bench_slot_ops)
		?: opsmod_register(opsmod_bench_named_ops)
		?: opsmod_register(opsmod_bench_chain_ops);
	if (err)
		return err;

	for (target = 0; !err && target <= OPSMOD_BENCH_OTHERS; target++)
		err = opsmod_chain_add(&opsmod_bench_chain_ops_type, target);
	if (err)
		bench_models_exit();
	return err;
}

void bench_models_exit(void)
{
	opsmod_chain_remove_all(&opsmod_bench_chain_ops_type);
}
