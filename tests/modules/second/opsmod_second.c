// SPDX-License-Identifier: GPL-2.0-only
/*
 * Two more struct_ops types, for tests of tools that must know nothing of any one
 * type. Unlike bpf_testmod_ops they take any number of tables at once, and
 * never call one: so nothing has to wait for calls. docs/provider.md has the
 * reasons for the rest.
 */
#include "opsmod/compat.h"

#include <linux/bpf.h>
#include <linux/bpf_verifier.h>
#include <linux/btf.h>
#include <linux/init.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/string.h>

#include "opsmod_second.h"

/* Tables of either type. */
static int attached;
module_param(attached, int, 0444);

/* Whether the kernel has made the types of the module's BTF. */
static bool has_types;

static int second_ops__first(void)
{
	return 0;
}

static int second_ops__second(int a)
{
	return 0;
}

static struct second_ops second_stubs = {
	.first = second_ops__first,
	.second = second_ops__second,
};

static int second_other_ops__only(void)
{
	return 0;
}

static struct second_other_ops other_stubs = {
	.only = second_other_ops__only,
};

static int second_init(struct btf *btf)
{
	has_types = true;
	return 0;
}

static bool second_is_valid_access(int off, int size, enum bpf_access_type type,
				   const struct bpf_prog *prog,
				   struct bpf_insn_access_aux *info)
{
	return bpf_tracing_btf_ctx_access(off, size, type, prog, info);
}

static const struct bpf_verifier_ops verifier_ops = {
	.get_func_proto = bpf_base_func_proto,
	.is_valid_access = second_is_valid_access,
};

static int second_check_member(const struct btf_type *t,
			       const struct btf_member *member,
			       const struct bpf_prog *prog)
{
	return prog->sleepable ? -EINVAL : 0;
}

static int second_init_member(const struct btf_type *t,
			      const struct btf_member *member, void *kdata,
			      const void *udata)
{
	const struct second_ops *from = udata;
	struct second_ops *ops = kdata;

	switch (__btf_member_bit_offset(t, member) / 8) {
	case offsetof(struct second_ops, level):
		ops->level = from->level;
		return 1;
	case offsetof(struct second_ops, limit):
		ops->limit = from->limit;
		return 1;
	case offsetof(struct second_ops, name):
		return strscpy_pad(ops->name, from->name) < 0 ? -EINVAL : 1;
	}

	return 0;
}

/* The kernel calls this one without asking whether it is there. */
static int other_init_member(const struct btf_type *t,
			     const struct btf_member *member, void *kdata,
			     const void *udata)
{
	return 0;
}

/* Runs under the lock that readers of the parameter take, too. */
static void count(int change)
{
	kernel_param_lock(THIS_MODULE);
	attached += change;
	kernel_param_unlock(THIS_MODULE);
}

static int second_reg(void *kdata, struct bpf_link *link)
{
	count(1);
	return 0;
}

static void second_unreg(void *kdata, struct bpf_link *link)
{
	count(-1);
}

static int second_update(void *kdata, void *old_kdata, struct bpf_link *link)
{
	return 0;
}

static struct bpf_struct_ops second_struct_ops = {
	.verifier_ops = &verifier_ops,
	.init = second_init,
	.check_member = second_check_member,
	.init_member = second_init_member,
	.reg = second_reg,
	.unreg = second_unreg,
	.update = second_update,
	.cfi_stubs = &second_stubs,
	.name = "second_ops",
	.owner = THIS_MODULE,
};

/* No update: the kernel refuses a swap by itself. */
static struct bpf_struct_ops other_struct_ops = {
	.verifier_ops = &verifier_ops,
	.init = second_init,
	.check_member = second_check_member,
	.init_member = other_init_member,
	.reg = second_reg,
	.unreg = second_unreg,
	.cfi_stubs = &other_stubs,
	.name = "second_other_ops",
	.owner = THIS_MODULE,
};

static int __init opsmod_second_init(void)
{
	int err;

	err = register_bpf_struct_ops(&second_struct_ops, second_ops);
	if (err)
		return err;

	err = register_bpf_struct_ops(&other_struct_ops, second_other_ops);
	if (err)
		return err;

	if (!has_types) {
		pr_err("no BTF, or BTF that this kernel rejected\n");
		return -ENODATA;
	}

	return 0;
}

/* Without an exit the kernel would never unload it. */
static void __exit opsmod_second_exit(void)
{
}

module_init(opsmod_second_init);
module_exit(opsmod_second_exit);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("The opsmod authors");
MODULE_DESCRIPTION("Struct_ops types for tests of the opsmod tools");
