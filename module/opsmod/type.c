// SPDX-License-Identifier: GPL-2.0-only
/* Registers a described type, checks it against its BTF, and checks its tables. */
#include "type.h"

#include <linux/ctype.h>
#include <linux/string.h>

/* The module's types, and its BTF, which the kernel gives to opsmod_init(). */
static struct opsmod_type *types __ro_after_init;
static struct btf *module_btf __ro_after_init;

/* How far the kernel has moved the ids of that BTF from what resolve_btfids wrote. */
static u32 id_shift __ro_after_init;
static const u32 *kfunc_ids __ro_after_init;
static const struct opsmod_permit *const *kfunc_permits __ro_after_init;

/* Whether @id of @btf is the module's own type or function that was built with id *@built. */
bool opsmod_is(const u32 *built, const struct btf *btf, u32 id)
{
	return btf == module_btf && *built + id_shift == id;
}

int opsmod_init(struct btf *btf)
{
	module_btf = btf;
	return 0;
}

void opsmod_set_stubs(struct opsmod_type *type)
{
	const struct opsmod_member *m;

	opsmod_for_each_function(m, type)
		*(void **)(type->stubs + m->offset) = m->stub;
	if (!type->model->replace)
		type->ops.update = NULL;
}

/*
 * A module cannot ask for a type by its name, but the kernel moves all ids of a module's
 * own types by the same number (btf_relocate()): so it is enough to find this one, by a
 * size that no other has. The module's types come after the kernel's.
 */
struct opsmod_mark {
	char bytes[1999999973];
};
BTF_ID_LIST_SINGLE(mark_id, struct, opsmod_mark)

static const struct btf_type *find_type(struct opsmod_type *type)
{
	const struct btf_type *t;
	u32 id;

	BTF_TYPE_EMIT(struct opsmod_mark);
	for (id = 1; (t = btf_type_by_id(module_btf, id)); id++) {
		if (btf_type_is_struct(t) && t->size == sizeof(struct opsmod_mark))
			id_shift = id - *mark_id;
	}
	type->id = *type->built_id + id_shift;
	t = btf_type_by_id(module_btf, type->id);
	return t && btf_type_is_struct(t) && t->size == type->size ? t : NULL;
}

/* What the description says of the member with that index in BTF, or NULL. */
const struct opsmod_member *opsmod_member(const struct opsmod_type *type,
					  u32 index)
{
	const struct btf_type *t = type ? btf_type_by_id(module_btf, type->id)
					: NULL;
	const struct opsmod_member *m;
	u32 offset;

	if (!t || index >= btf_type_vlen(t))
		return NULL;
	offset = __btf_member_bit_offset(t, btf_type_member(t) + index) / 8;
	opsmod_for_each_member(m, type) {
		if (m->offset == offset)
			return m;
	}
	return NULL;
}

/* Runs after register_bpf_struct_ops(), which without BTF does nothing and returns 0. */
int opsmod_check(struct opsmod_type *type)
{
	const struct btf_type *t = module_btf ? find_type(type) : NULL;
	const struct opsmod_type *other;
	const struct opsmod_member *m;
	const char *before = "its {";
	u32 i;

	if (!t)
		return opsmod_refuse(
			-ENODATA,
			"no BTF, or BTF that this kernel rejected: build the module against this kernel's own headers, with vmlinux among them");

	for (i = 0; i < btf_type_vlen(t); i++) {
		m = opsmod_member(type, i);
		if (!m || !m->size)
			return opsmod_refuse(
				-EINVAL,
				"the description of %s leaves out the member after %s",
				type->name, before);
		before = m->name;
	}
	/* If two types shared an object, calls of the one would get tables of the other. */
	for (other = types; other; other = other->next) {
		if (type->object && other->object == type->object)
			return opsmod_refuse(-EINVAL, "%s and %s have one object",
					     type->name, other->name);
	}
	type->next = types;
	types = type;
	return 0;
}

/* The kernel sets the two fields before it asks anything about a program. */
const struct opsmod_type *opsmod_type_of(const struct bpf_prog *prog)
{
	const struct opsmod_type *type = types;

	while (type && (prog->aux->attach_btf != module_btf ||
			prog->aux->attach_btf_id != type->id))
		type = type->next;
	return type;
}

/*
 * The kernel first asks when prog->aux->st_ops and attach_func_proto are not set, and takes
 * a refusal to mean that the function does not sleep: so the first answer has to be right.
 */
static int kfunc_filter(const struct bpf_prog *prog, u32 id)
{
	/* Nothing has checked these yet: they are what user space wrote. */
	const struct opsmod_type *type = opsmod_type_of(prog);
	const struct opsmod_member *m =
		opsmod_member(type, prog->expected_attach_type);
	const struct opsmod_permit *permit;
	unsigned int i;

	for (i = 0; m && kfunc_permits[i]; i++) {
		if (!opsmod_is(&kfunc_ids[i], module_btf, id))
			continue;
		for (permit = kfunc_permits[i]; permit->type; permit++) {
			if (permit->type == type && permit->offset == m->offset)
				return 0;
		}
	}
	return -EACCES;
}

/*
 * Whether the module's BTF has a struct bpf_prog_aux besides the kernel's. The verifier
 * does not know a parameter of such a type (is_kfunc_arg_prog_aux()): a kfunc would get
 * what its register happens to hold, and opsmod_caller() would follow it. A module cannot
 * read names, but no other struct has as many members and bytes. Types that the kernel's
 * BTF and the module's share are at one address.
 */
static bool has_own_prog_aux(void)
{
	const struct btf_type *t, *aux;
	struct btf *kernel = NULL;
	u32 id;
	s32 aux_id;

	/* This keeps a reference to the kernel's BTF, which is never freed anyway. */
	aux_id = bpf_find_btf_id("bpf_prog_aux", BTF_KIND_STRUCT, &kernel);
	if (aux_id < 0)
		return true;
	aux = btf_type_by_id(kernel, aux_id);
	for (id = 1; (t = btf_type_by_id(module_btf, id)); id++) {
		if (t != btf_type_by_id(kernel, id) && t->info == aux->info &&
		    t->size == aux->size)
			return true;
	}
	return false;
}

int opsmod_register_kfunc_set(struct btf_id_set8 *set, const u32 *ids,
			      const struct opsmod_permit *const *permits)
{
	static struct btf_kfunc_id_set kfuncs = {
		.owner = THIS_MODULE,
		.filter = kfunc_filter,
	};
	u32 i, flags = 0;

	for (i = 0; i < set->cnt; i++)
		flags |= set->pairs[i].flags;
	if (flags & OPSMOD_KF_CALLER && has_own_prog_aux())
		return opsmod_refuse(
			-EINVAL,
			"the module's BTF has a struct bpf_prog_aux of its own, so its kfuncs would not learn who calls: build it with the kernel's own compiler and pahole");

	kfuncs.set = set;
	kfunc_ids = ids;
	kfunc_permits = permits;
	return register_btf_kfunc_id_set(BPF_PROG_TYPE_STRUCT_OPS, &kfuncs);
}

const char opsmod_unnamed[] = "(unnamed)";

/* Returns the name for the log, or the above. */
const char *opsmod_table_name(const struct opsmod_type *type, const void *table)
{
	const struct opsmod_member *m;

	opsmod_for_each_member(m, type) {
		if (m->is_name && *(const char *)(table + m->offset))
			return table + m->offset;
	}
	return opsmod_unnamed;
}

/* Models tell the log and the module, with the lock under which the table changed. */
static void tell(const struct opsmod_type *type, void *table, const void *old)
{
	if (type->event)
		type->event(table, old);
}

void opsmod_attached(const struct opsmod_type *type, void *table,
		     const struct bpf_link *link)
{
	const char *name = opsmod_table_name(type, table);

	pr_info("%s registered: %s\n", type->name, name);
	if (!link)
		pr_notice("table \"%s\" has no link and outlives its loader: find its id with 'bpftool map list', remove it with 'bpftool map delete id ID key 0 0 0 0'\n",
			  name);
	tell(type, table, NULL);
}

void opsmod_detached(const struct opsmod_type *type, const void *table)
{
	pr_info("%s unregistered: %s\n", type->name,
		opsmod_table_name(type, table));
	tell(type, NULL, table);
}

void opsmod_swapped(const struct opsmod_type *type, void *table, const void *old)
{
	pr_info("%s swapped: %s for %s\n", type->name,
		opsmod_table_name(type, table), opsmod_table_name(type, old));
	tell(type, table, old);
}

/* The kernel's isprint() takes Latin-1 letters too. */
static bool is_name(const char *name, size_t size)
{
	size_t i = 0;

	while (i < size && isascii(name[i]) && isprint(name[i]))
		i++;
	return i < size && !name[i];
}

/* Returns 1 for what it filled. The kernel fills functions, and wants zeros in all else. */
int opsmod_init_member(const struct opsmod_type *type, const struct btf_type *t,
		       const struct btf_member *member, void *kdata,
		       const void *udata)
{
	const struct opsmod_member *m =
		opsmod_member(type, member - btf_type_member(t));
	const char *why = NULL;
	int err;

	if (!m)
		return -EINVAL;
	if (m->is_private && memchr_inv(udata + m->offset, 0, m->size))
		why = "is not for user space";
	else if (m->is_name && !is_name(udata + m->offset, m->size))
		why = "is not printable ASCII that a NUL ends";
	if (why)
		return opsmod_refuse(-EINVAL, "table refused: its %s %s",
				     m->name, why);

	err = m->check ? m->check(udata) : 0;
	if (err || m->stub || m->is_private)
		return err;
	memcpy(kdata + m->offset, udata + m->offset, m->size);
	return 1;
}

static int __maybe_unused is_foreign(struct bpf_prog *prog, void *unused)
{
	return prog->aux->attach_btf != module_btf;
}

int opsmod_validate(const struct opsmod_type *type, void *table)
{
	const char *wrong = "no program for", *what = "any member";
	const struct opsmod_member *m;

	opsmod_for_each_function(m, type) {
		if (*(void **)(table + m->offset)) {
			wrong = NULL;
		} else if (m->mandatory) {
			wrong = "no program for";
			what = m->name;
			break;
		}
	}
	/* The kernel compares their ids, which are numbers in any module's BTF. */
	if (bpf_struct_ops_for_each_prog(table, is_foreign, NULL)) {
		wrong = "a program that was loaded for";
		what = "another module";
	}
	if (!wrong)
		return 0;
	return opsmod_refuse(-EINVAL, "table \"%s\" refused: it has %s %s",
			     opsmod_table_name(type, table), wrong, what);
}
