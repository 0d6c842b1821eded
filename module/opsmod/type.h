/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A struct_ops type, described in data. Nothing in this directory knows a table: a module
 * takes it unchanged, and defines pr_fmt() in its Kbuild. docs/provider.md is the manual,
 * with a reason for each rule. The functions that the kernel calls here may sleep.
 */
#ifndef OPSMOD_TYPE_H
#define OPSMOD_TYPE_H

#include "compat.h"

#include <linux/bpf.h>
#include <linux/bpf_verifier.h>
#include <linux/btf.h>
#include <linux/btf_ids.h>
#include <linux/module.h>

/* clang-format off */
/**
 * struct opsmod_member - a member of the table, as the macros below describe it
 * @name: as in the table
 * @offset: in the table, in bytes
 * @size: likewise
 * @stub: of a function: the module's TABLE__MEMBER, not inlined. The kernel reads from it
 *	  the prototype, annotations such as __nullable (prepare_arg_info()), and the kCFI
 *	  type; opsmod_call() calls it where a table has no program
 * @may_sleep: of a function: its programs may sleep
 * @mandatory: of a function: a table without it is refused
 * @missing: of a function: why its programs are refused, or NULL: see compat.h
 * @check: of data, with no pointer in it: gets the table as user space wrote it, where
 *	   functions are numbers. Returns 0, or an errno after it said in dmesg why
 * @is_name: of data: printable ASCII and a NUL, for the log
 * @is_private: of data: the module's own, where user space must have zeros. Its model or
 *		its type's event sets it up at each attach: nothing clears it in between
 * @own: for the module to use as it likes
 */
struct opsmod_member {
	const char *name;
	u32 offset;
	u32 size;
	void *stub;
	bool may_sleep;
	bool mandatory;
	const char *missing;
	int (*check)(const void *table);
	bool is_name;
	bool is_private;
	unsigned long own;
};
#define OPSMOD_ANY(table, member, ...)                                                \
	{ .name = #member, .offset = offsetof(struct table, member),                  \
	  .size = sizeof_field(struct table, member), __VA_ARGS__ }
#define OPSMOD_PRIVATE(table, member) OPSMOD_ANY(table, member, .is_private = true)

/* A member that user space writes. It does not compile if this is a pointer, not an array. */
#define OPSMOD_DATA(table, member, ...)                                               \
	OPSMOD_ANY(table, member, .is_private = OPSMOD_CHECK(                         \
		!OPSMOD_IS_POINTER(((struct table *)0)->member),                      \
		#table "." #member " is a pointer"), ##__VA_ARGS__)
#define OPSMOD_NAME(table, member) OPSMOD_DATA(table, member, .is_name = true)
#ifdef __CHECKER__ /* sparse has no such builtin */
#define __builtin_classify_type(x) 0
#endif
#define OPSMOD_IS_POINTER(x) \
	(__builtin_classify_type(x) == 5 && __same_type(x, ((void)0, (x))))
#define OPSMOD_CHECK(holds, why) sizeof(struct { static_assert(holds, why); })

/* A function. It does not compile if the stub is missing, or has another type. */
#define OPSMOD_MEMBER(table, member, ...)                                             \
	OPSMOD_ANY(table, member, .stub = _Generic(&table##__##member,               \
		typeof(((struct table *)0)->member): (void *)table##__##member),      \
		__VA_ARGS__)

/* A stub that returns 0, with these parameters. */
#define OPSMOD_STUB(table, member, ...)                                               \
	static noinline int table##__##member(__VA_ARGS__) { return 0; }

/* A member of one of the module's own structs, which programs may write as a whole. */
struct opsmod_window {
	const u32 *id;
	const char *name;
	u32 offset;
	u32 size;
};
#define OPSMOD_STRUCT(of) BTF_ID_LIST_SINGLE(of##_id, struct, of)
#define OPSMOD_WINDOW(of, member)                                                     \
	{ of##_id, #of "." #member, offsetof(struct of, member), sizeof_field(struct of, member) + \
	  OPSMOD_CHECK(offsetofend(struct of, member) <= sizeof(struct of),           \
		       #of "." #member " is past its struct") }

struct opsmod_type;
/**
 * struct opsmod_model - how many tables there are, and how long they live: see slot.h
 * @attach: takes a table; @link is NULL if the table outlives its loader. Returns 0, or an
 *	    errno for user space after it said in dmesg why, but for -ENOMEM
 * @detach: gives a table up; returns when no call is inside it, and none can come. Who
 *	    calls with a reference may be late: it keeps the table
 * @replace: puts @table in the place of @old, in one step, and gives @old up. Returns
 *	     what @attach does. If it is NULL, user space gets EOPNOTSUPP
 *
 * With two links on one map, @attach can get a table twice, at the same time. There is no
 * lock that the kernel holds in all three (bpf_struct_ops_map_link_dealloc()).
 */
struct opsmod_model {
	int (*attach)(const struct opsmod_type *type, void *table, struct bpf_link *link);
	void (*detach)(const struct opsmod_type *type, void *table);
	int (*replace)(const struct opsmod_type *type, void *table, void *old);
};

/**
 * struct opsmod_type - OPSMOD_TYPE(TABLE, model, object, members, ...) defines TABLE_type
 * @members: all of the table, in the order in which the module wants them listed
 * @windows: what its programs may write
 * @helpers: which of bpf_base_func_proto()'s helpers they may call, in place of the list
 *	     in verifier.c
 * @event: told that @table is attached (@old is NULL), that @old was detached (@table
 *	   is NULL), or that the one takes the place of the other, with the model's lock
 *	   held. No call finds @table before, so private members can be set up here. Calls
 *	   may still be inside @old, and in a swap even enter it; with references they may
 *	   be inside @table from an earlier attach. May be NULL
 * @model: how its tables live
 * @object: where @model keeps them
 */
struct opsmod_type {
	const struct opsmod_member *members;
	const struct opsmod_window *windows;
	const enum bpf_func_id *helpers;
	void (*event)(void *table, const void *old);
	const struct opsmod_model *model;
	void *object;
	/* private: the kit's */
	unsigned int nr_members;
	unsigned int nr_windows;
	const char *name;
	size_t size;
	const u32 *built_id;
	u32 id;
	struct opsmod_type *next;
	void *stubs;
	struct bpf_verifier_ops verifier_ops;
	struct bpf_struct_ops ops;
};
#define OPSMOD_LIST(what, array) .what = array, .nr_##what = ARRAY_SIZE(array)
#define OPSMOD_HELPERS(...) .helpers = (const enum bpf_func_id[]){ __VA_ARGS__, 0 }
#define opsmod_for_each_member(m, type) \
	for (m = (type)->members; m < (type)->members + (type)->nr_members; m++)
#define opsmod_for_each_function(m, type) opsmod_for_each_member(m, type) if (!m->stub) {} else

/* The kernel does not tell these callbacks which type it means, so each type has its own. */
#define OPSMOD_CALLBACK(returns, what, table, parameters, function, ...)              \
	static returns opsmod_##what##_##table parameters                             \
	{ return function(&table##_type, __VA_ARGS__); }
#define OPSMOD_TYPE(table, model_, object_, array, ...)                               \
	BTF_ID_LIST_SINGLE(table##_type_id, struct, table)                            \
	extern struct opsmod_type table##_type;                                       \
	OPSMOD_CALLBACK(int, access, table, (struct bpf_verifier_log *log,            \
			const struct bpf_reg_state *reg, int off, int size),          \
			opsmod_access, log, reg, off, size)                           \
	OPSMOD_CALLBACK(int, init_member, table, (const struct btf_type *t,           \
			const struct btf_member *m, void *kdata, const void *udata),  \
			opsmod_init_member, t, m, kdata, udata)                       \
	OPSMOD_CALLBACK(int, validate, table, (void *kdata), opsmod_validate, kdata)  \
	OPSMOD_CALLBACK(int, reg, table, (void *kdata, struct bpf_link *link),        \
			table##_type.model->attach, kdata, link)                      \
	OPSMOD_CALLBACK(void, unreg, table, (void *kdata, struct bpf_link *link),     \
			table##_type.model->detach, kdata)                            \
	OPSMOD_CALLBACK(int, update, table, (void *kdata, void *old, struct bpf_link *link), \
			table##_type.model->replace, kdata, old)                      \
	static struct table table##_stubs __ro_after_init;                            \
	struct opsmod_type table##_type __ro_after_init = {                           \
		OPSMOD_LIST(members, array), .model = model_, .object = object_,      \
		.name = #table, .size = sizeof(struct table),                         \
		.built_id = table##_type_id, .stubs = &table##_stubs,                 \
		.verifier_ops.get_func_proto = opsmod_func_proto,                     \
		.verifier_ops.is_valid_access = opsmod_ctx_access,                    \
		.verifier_ops.btf_struct_access = opsmod_access_##table,              \
		.ops = {                                                              \
			.name = #table, .owner = THIS_MODULE,                         \
			.verifier_ops = &table##_type.verifier_ops,                   \
			.cfi_stubs = &table##_stubs,                                  \
			.init = opsmod_init,                                          \
			.check_member = opsmod_check_member,                          \
			.init_member = opsmod_init_member_##table,                    \
			.validate = opsmod_validate_##table,                          \
			.reg = opsmod_reg_##table,                                    \
			.unreg = opsmod_unreg_##table,                                \
			.update = opsmod_update_##table,                              \
		},                                                                    \
		__VA_ARGS__                                                           \
	}

/*
 * Call it in module init, for each type. Returns 0; -ENODATA without usable BTF; -EINVAL, with
 * a line in dmesg, for a description that leaves something out; or what the kernel
 * refuses the type with: -ENOMEM, -EINVAL, -EEXIST, -EOPNOTSUPP or -ENOENT
 * (bpf_struct_ops_desc_init()). There is no counterpart: types go with the module's BTF.
 * If it fails, so must init: the kernel may have the type already.
 */
#define opsmod_register(table)                                                        \
	({ opsmod_set_stubs(&table##_type);                                           \
	   register_bpf_struct_ops(&table##_type.ops, table) ?: opsmod_check(&table##_type); })

/* Calls the program of a member, or its stub if the table has none, or is NULL. */
#define opsmod_call(table, ops, member, ...)                                          \
	((ops) && (ops)->member ? (ops)->member(__VA_ARGS__) : table##__##member(__VA_ARGS__))

/* Programs of this member may call a kfunc. */
struct opsmod_permit {
	const struct opsmod_type *type;
	u32 offset;
	void *function;
};
#define OPSMOD_IN(table, member) { &table##_type, offsetof(struct table, member) }

/*
 * All functions that a module's programs may call. LIST is a macro that calls its argument
 * for each, with the name, the KF_ flags, and an OPSMOD_IN() for each member whose
 * programs may call it: without one, or without the function, it does not build.
 */
#define OPSMOD_KFUNCS(name, LIST)                                                     \
	BTF_KFUNCS_START(name) LIST(OPSMOD_KFUNC_FLAGS) BTF_KFUNCS_END(name)          \
	BTF_ID_LIST(name##_ids) LIST(OPSMOD_KFUNC_ID)                                 \
	static const struct opsmod_permit *const name##_permits[] =                   \
		{ LIST(OPSMOD_KFUNC_PERMITS) NULL }
#define OPSMOD_KFUNC_FLAGS(name, flags, ...) BTF_ID_FLAGS(func, name, flags)
#define OPSMOD_KFUNC_ID(name, flags, ...) BTF_ID(func, name)
#define OPSMOD_KFUNC_PERMITS(name, flags, ...)                                        \
	(const struct opsmod_permit[]){ __VA_ARGS__, { .function = name } },

/*
 * Call it once, in module init, after its types. Returns 0, -ENOMEM, or -EINVAL, -E2BIG or
 * -EOVERFLOW if the kernel does not take the set (btf_populate_kfunc_set()); also -EINVAL
 * if a kfunc could not learn who calls it, which dmesg explains.
 */
#define opsmod_register_kfuncs(name)                                                  \
	opsmod_register_kfunc_set(&name, name##_ids, name##_permits)

/* Puts the reason in dmesg; its value is @err. */
#define opsmod_refuse(err, why, ...) \
	({ pr_warn_ratelimited(why "\n", ##__VA_ARGS__); err; })

/* A refusal for user space: what is not an errno that it knows becomes EINVAL. */
static inline int opsmod_errno(int ret) { return ret < 0 && ret >= -511 ? ret : -EINVAL; }

/* Models, the macros above and the kernel call these. */
void opsmod_set_stubs(struct opsmod_type *type);
int opsmod_check(struct opsmod_type *type);
int opsmod_register_kfunc_set(struct btf_id_set8 *set, const u32 *ids,
			      const struct opsmod_permit *const *permits);
extern const char opsmod_unnamed[];
const char *opsmod_table_name(const struct opsmod_type *type, const void *table);
void opsmod_attached(const struct opsmod_type *type, void *table,
		     const struct bpf_link *link);
void opsmod_detached(const struct opsmod_type *type, const void *table);
void opsmod_swapped(const struct opsmod_type *type, void *table, const void *old);
const struct opsmod_type *opsmod_type_of(const struct bpf_prog *prog);
const struct opsmod_member *opsmod_member(const struct opsmod_type *type, u32 index);
bool opsmod_is(const u32 *built, const struct btf *btf, u32 id);
int opsmod_init(struct btf *btf);
int opsmod_init_member(const struct opsmod_type *type, const struct btf_type *t,
		       const struct btf_member *member, void *kdata, const void *udata);
int opsmod_validate(const struct opsmod_type *type, void *table);
int opsmod_check_member(const struct btf_type *t, const struct btf_member *member,
			const struct bpf_prog *prog);
const struct bpf_func_proto *opsmod_func_proto(enum bpf_func_id func_id,
					       const struct bpf_prog *prog);
bool opsmod_ctx_access(int off, int size, enum bpf_access_type access,
		       const struct bpf_prog *prog, struct bpf_insn_access_aux *info);
int opsmod_access(const struct opsmod_type *type, struct bpf_verifier_log *log,
		  const struct bpf_reg_state *reg, int off, int size);

#endif /* OPSMOD_TYPE_H */
