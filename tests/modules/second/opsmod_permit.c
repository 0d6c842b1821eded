// SPDX-License-Identifier: GPL-2.0-only
/*
 * A kfunc that sleeps, which one member of one of two struct_ops types may call. It is
 * for a test of the data on which such a permission must and must not rest. No table
 * can be attached. docs/provider.md has the reasons for the rest.
 */
#include "opsmod/compat.h"

#include <linux/bpf.h>
#include <linux/bpf_verifier.h>
#include <linux/btf.h>
#include <linux/btf_ids.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/string.h>
#include <linux/version.h>

#include "opsmod_permit.h"

/*
 * The filter is "right", or "naive": it then goes by prog->aux->st_ops alone. With
 * "none" there is no kfunc: 7.x does not take a second one of the same name.
 */
static char *filter = "right";
module_param(filter, charp, 0444);

/*
 * Whether the module's own set of kfuncs has the id that the filter was last asked
 * about, as it came, and moved back by what the id of the program's type has moved.
 */
static int id_in_set = -1;
module_param(id_in_set, int, 0444);
static int moved_id_in_set = -1;
module_param(moved_id_in_set, int, 0444);

/* The module's BTF, which is set once the kernel has made the types of it. */
static struct btf *type_btf;

/* The ids from the module's build; in its BTF the kernel gives other ids. */
BTF_ID_LIST_SINGLE(ops_ids, struct, permit_ops)
BTF_ID_LIST_SINGLE(nap_ids, func, permit_nap)

static int permit_ops__denied(void)
{
	return 0;
}

static int permit_ops__granted(void)
{
	return 0;
}

static struct permit_ops stubs = {
	.denied = permit_ops__denied,
	.granted = permit_ops__granted,
};

static int permit_other_ops__first(void)
{
	return 0;
}

static int permit_other_ops__second(void)
{
	return 0;
}

static struct permit_other_ops other_stubs = {
	.first = permit_other_ops__first,
	.second = permit_other_ops__second,
};

static int permit_init(struct btf *btf)
{
	type_btf = btf;
	return 0;
}

static bool permit_is_valid_access(int off, int size, enum bpf_access_type type,
				   const struct bpf_prog *prog,
				   struct bpf_insn_access_aux *info)
{
	return bpf_tracing_btf_ctx_access(off, size, type, prog, info);
}

static const struct bpf_verifier_ops verifier_ops = {
	.get_func_proto = bpf_base_func_proto,
	.is_valid_access = permit_is_valid_access,
};

static int permit_init_member(const struct btf_type *t,
			      const struct btf_member *member, void *kdata,
			      const void *udata)
{
	return 0;
}

static int permit_reg(void *kdata, struct bpf_link *link)
{
	return -EOPNOTSUPP;
}

static void permit_unreg(void *kdata, struct bpf_link *link)
{
}

static struct bpf_struct_ops permit_struct_ops = {
	.verifier_ops = &verifier_ops,
	.init = permit_init,
	.init_member = permit_init_member,
	.reg = permit_reg,
	.unreg = permit_unreg,
	.cfi_stubs = &stubs,
	.name = "permit_ops",
	.owner = THIS_MODULE,
};

static struct bpf_struct_ops other_struct_ops = {
	.verifier_ops = &verifier_ops,
	.init = permit_init,
	.init_member = permit_init_member,
	.reg = permit_reg,
	.unreg = permit_unreg,
	.cfi_stubs = &other_stubs,
	.name = "permit_other_ops",
	.owner = THIS_MODULE,
};

__bpf_kfunc_start_defs();

/**
 * permit_nap() - sleep
 *
 * Context: Any program that may sleep, of the member granted of permit_ops.
 * Return: 0.
 */
__bpf_kfunc int permit_nap(void)
{
	might_sleep();
	return 0;
}

__bpf_kfunc_end_defs();

BTF_KFUNCS_START(kfunc_ids)
BTF_ID_FLAGS(func, permit_nap, KF_SLEEPABLE)
BTF_KFUNCS_END(kfunc_ids)

/* The index that a member of permit_ops has: pointers alone stand before it. */
#define MEMBER(name) (offsetof(struct permit_ops, name) / sizeof(void *))

/*
 * The verifier asks more than once, and the first time before it has looked at the
 * type: prog->aux->st_ops (from 6.16 on) and attach_func_proto are still NULL. If
 * it hears no then, it takes the kfunc for one without flags, and goes on. So this
 * goes by what a program has from the start: the BTF and the id of its type, and
 * the index of its member, which is in expected_attach_type.
 *
 * All ids of the module's BTF have moved by the same number (btf_relocate()), which
 * is told by the one kfunc that there is. With several, it has to be known before:
 * id_shift in module/opsmod/type.c.
 */
static int right_filter(const struct bpf_prog *prog, u32 kfunc_id)
{
	u32 moved = kfunc_id - nap_ids[0];

	if (prog->aux->attach_btf != type_btf ||
	    prog->aux->attach_btf_id != ops_ids[0] + moved ||
	    prog->expected_attach_type != MEMBER(granted))
		return -EACCES;

	return 0;
}

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 16, 0)
#define HAS_ST_OPS true

static int naive_filter(const struct bpf_prog *prog)
{
	return prog->aux->st_ops == &permit_struct_ops ? 0 : -EACCES;
}
#else
#define HAS_ST_OPS false

static int naive_filter(const struct bpf_prog *prog)
{
	return -EACCES;
}
#endif

/* Sets in the kernel's own code are looked into in this way; a module's are not. */
static void note_what_the_set_has(const struct bpf_prog *prog, u32 kfunc_id)
{
	u32 moved = prog->aux->attach_btf_id - ops_ids[0];

	id_in_set = !!btf_id_set8_contains(&kfunc_ids, kfunc_id);
	moved_id_in_set = !!btf_id_set8_contains(&kfunc_ids, kfunc_id - moved);
}

static int permit_filter(const struct bpf_prog *prog, u32 kfunc_id)
{
	note_what_the_set_has(prog, kfunc_id);
	return !strcmp(filter, "naive") ? naive_filter(prog)
					: right_filter(prog, kfunc_id);
}

static const struct btf_kfunc_id_set kfunc_set = {
	.owner = THIS_MODULE,
	.set = &kfunc_ids,
	.filter = permit_filter,
};

static int __init opsmod_permit_init(void)
{
	int err;

	if (!strcmp(filter, "naive") && !HAS_ST_OPS)
		return -EOPNOTSUPP;

	err = register_bpf_struct_ops(&permit_struct_ops, permit_ops);
	if (err)
		return err;

	err = register_bpf_struct_ops(&other_struct_ops, permit_other_ops);
	if (err)
		return err;

	if (!type_btf)
		return -ENODATA;

	if (!strcmp(filter, "none"))
		return 0;

	return register_btf_kfunc_id_set(BPF_PROG_TYPE_STRUCT_OPS, &kfunc_set);
}

/* Without an exit the kernel would never unload it. */
static void __exit opsmod_permit_exit(void)
{
}

module_init(opsmod_permit_init);
module_exit(opsmod_permit_exit);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("The opsmod authors");
MODULE_DESCRIPTION("A kfunc for one member of one type, for tests of opsmod");
