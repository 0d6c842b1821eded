// SPDX-License-Identifier: GPL-2.0-only
/*
 * A struct_ops type with many members, for a test of the bound that keeps a program
 * to the arguments of its member. No table of it can be attached, and so its model keeps
 * none: it has no object. Neither has the type after it.
 */
#include "opsmod/type.h"

#include <linux/moduleparam.h>

#include "many.h"

/* If this is off, the kernel's own check is the only one. */
static bool bounded = true;
module_param(bounded, bool, 0444);

struct many_thing {
	u64 number;
};

struct many_pair {
	u64 first;
	u64 second;
};

/* Each line has ten of them, which clang-format would change. */
/* clang-format off */

#define TEN(X, n)                                               \
	X(n##0) X(n##1) X(n##2) X(n##3) X(n##4)                 \
	X(n##5) X(n##6) X(n##7) X(n##8) X(n##9)

/*
 * X stands for each member, PAIR for one. A type can have 64 members, but Linux 7.3
 * takes no programs for the 59th and later: to it their indexes are
 * BPF_TRACE_FENTRY_MULTI, BPF_TRACE_FEXIT_MULTI and BPF_TRACE_FSESSION_MULTI.
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

#define STUB(n) OPSMOD_STUB(many_ops, m##n, struct many_thing *thing, u64 word)
#define PAIR_STUB(n) OPSMOD_STUB(many_ops, m##n, struct many_pair pair, u64 word)
ALL(STUB, PAIR_STUB)

#define LINE(n) OPSMOD_MEMBER(many_ops, m##n),
static const struct opsmod_member members[] = { ALL(LINE, LINE) };

/* clang-format on */

static int many_attach(const struct opsmod_type *type, void *table,
		       struct bpf_link *link)
{
	return -EOPNOTSUPP;
}

static void many_detach(const struct opsmod_type *type, void *table)
{
}

static const struct opsmod_model no_model = {
	.attach = many_attach,
	.detach = many_detach,
};

OPSMOD_TYPE(many_ops, &no_model, NULL, members);

struct few_ops {
	int (*only)(void);
};

OPSMOD_STUB(few_ops, only, void)

static const struct opsmod_member few_members[] = {
	OPSMOD_MEMBER(few_ops, only),
};

OPSMOD_TYPE(few_ops, &no_model, NULL, few_members);

int many_init(void)
{
	if (!bounded)
		many_ops_type.verifier_ops.is_valid_access =
			bpf_tracing_btf_ctx_access;
	return opsmod_register(many_ops) ?: opsmod_register(few_ops);
}
