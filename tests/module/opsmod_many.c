// SPDX-License-Identifier: GPL-2.0-only
/*
 * A struct_ops type with many members, for a test of what keeps a program to the
 * arguments of its member. No table of it can be attached.
 * module/ops.c has the reasons for the rest.
 */
#include "compat.h"

#include <linux/bpf.h>
#include <linux/bpf_verifier.h>
#include <linux/btf.h>
#include <linux/init.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/types.h>

#include "ctx_access.h"

/* Without it the kernel's own check is the only one. */
static bool bounded = true;
module_param(bounded, bool, 0444);

struct many_thing {
	u64 number;
};

struct many_pair {
	u64 first;
	u64 second;
};

/* Not as clang-format has it: a line for each ten. */
/* clang-format off */

#define TEN(X, n)                                               \
	X(n##0) X(n##1) X(n##2) X(n##3) X(n##4)                 \
	X(n##5) X(n##6) X(n##7) X(n##8) X(n##9)

/*
 * X for each member, but PAIR for one. A type can have 64 members, but for those from
 * the 59th on Linux 7.3 takes no programs: their indexes are BPF_TRACE_FENTRY_MULTI,
 * BPF_TRACE_FEXIT_MULTI and BPF_TRACE_FSESSION_MULTI to it.
 */
#define ALL(X, PAIR)                                            \
	X(0) X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9)       \
	TEN(X, 1)                                               \
	X(20) X(21) X(22) X(23) X(24) X(25)                     \
	PAIR(26)                                                \
	X(27) X(28) X(29)                                       \
	TEN(X, 3)                                               \
	TEN(X, 4)                                               \
	X(50) X(51) X(52) X(53) X(54) X(55) X(56) X(57) X(58)

#define MEMBER(n) int (*m##n)(struct many_thing *thing, u64 word);
#define PAIR_MEMBER(n) int (*m##n)(struct many_pair pair, u64 word);

struct many_ops {
	ALL(MEMBER, PAIR_MEMBER)
};

#define STUB(n)                                                 \
	static int many_ops__m##n(struct many_thing *thing,     \
				  u64 word)                     \
	{                                                       \
		return 0;                                       \
	}

#define PAIR_STUB(n)                                            \
	static int many_ops__m##n(struct many_pair pair,        \
				  u64 word)                     \
	{                                                       \
		return 0;                                       \
	}

ALL(STUB, PAIR_STUB)

#define IN_STUBS(n) .m##n = many_ops__m##n,

static struct many_ops stubs = {
	ALL(IN_STUBS, IN_STUBS)
};

/* clang-format on */

/* Whether the kernel has made the type of the module's BTF. */
static bool has_type;

static int many_init(struct btf *btf)
{
	has_type = true;
	return 0;
}

static struct bpf_struct_ops many_struct_ops;

static bool many_is_valid_access(int off, int size, enum bpf_access_type type,
				 const struct bpf_prog *prog,
				 struct bpf_insn_access_aux *info)
{
	if (!bounded)
		return bpf_tracing_btf_ctx_access(off, size, type, prog, info);

	return struct_ops_ctx_access(&many_struct_ops, off, size, type, prog,
				     info);
}

static const struct bpf_verifier_ops verifier_ops = {
	.get_func_proto = bpf_base_func_proto,
	.is_valid_access = many_is_valid_access,
};

static int many_init_member(const struct btf_type *t,
			    const struct btf_member *member, void *kdata,
			    const void *udata)
{
	return 0;
}

static int many_reg(void *kdata, struct bpf_link *link)
{
	return -EOPNOTSUPP;
}

static void many_unreg(void *kdata, struct bpf_link *link)
{
}

static struct bpf_struct_ops many_struct_ops = {
	.verifier_ops = &verifier_ops,
	.init = many_init,
	.init_member = many_init_member,
	.reg = many_reg,
	.unreg = many_unreg,
	.cfi_stubs = &stubs,
	.name = "many_ops",
	.owner = THIS_MODULE,
};

static int __init opsmod_many_init(void)
{
	int err = register_bpf_struct_ops(&many_struct_ops, many_ops);

	if (err)
		return err;

	return has_type ? 0 : -ENODATA;
}

/* Without an exit the kernel would never unload it. */
static void __exit opsmod_many_exit(void)
{
}

module_init(opsmod_many_init);
module_exit(opsmod_many_exit);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("The opsmod authors");
MODULE_DESCRIPTION("A struct_ops type with many members, for tests of opsmod");
