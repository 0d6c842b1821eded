// SPDX-License-Identifier: GPL-2.0-only
#include "btf_check.h"

#include <ctype.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Types of C nest less. Who goes through them calls itself as often. */
#define DEPTH_MAX 100

static char problem_text[160];

static const char *problem(__u32 id, const char *what)
{
	snprintf(problem_text, sizeof(problem_text), "its type %u %s", id, what);
	return problem_text;
}

static __u32 first_id(const struct btf *btf)
{
	const struct btf *base = btf__base_btf(btf);

	return base ? btf__type_cnt(base) : 1;
}

/**
 * struct walk - a walk through types, to the types that each is made of
 * @btf: the BTF
 * @depths: how deep each type nests, twice: as it is, and behind a pointer; 0 where that
 *	is not known yet
 */
struct walk {
	const struct btf *btf;
	unsigned char (*depths)[2];
};

static int depth_of(struct walk *walk, __u32 id, bool pointed, int above);

/* Tells whether something can be of that type. */
static bool is_type(const struct btf_type *t)
{
	return !btf_is_func(t) && !btf_is_var(t) && !btf_is_datasec(t) &&
	       !btf_is_decl_tag(t);
}

/* The depth of the part number I, as depth_of() has it; 0 after the last part. */
static int depth_of_part(struct walk *walk, const struct btf_type *t, int i,
			 bool pointed, int above)
{
	switch (btf_kind(t)) {
	case BTF_KIND_PTR:
		return i ? 0 : depth_of(walk, t->type, true, above);
	case BTF_KIND_TYPEDEF:
	case BTF_KIND_VOLATILE:
	case BTF_KIND_CONST:
	case BTF_KIND_RESTRICT:
	case BTF_KIND_TYPE_TAG:
	case BTF_KIND_VAR:
	case BTF_KIND_FUNC:
		return i ? 0 : depth_of(walk, t->type, pointed, above);
	case BTF_KIND_ARRAY:
		return i ? 0 : depth_of(walk, btf_array(t)->type, pointed, above);
	case BTF_KIND_FUNC_PROTO:
		if (i > btf_vlen(t))
			return 0;
		return depth_of(walk, i ? btf_params(t)[i - 1].type : t->type,
				true, above);
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		/* What is behind a pointer is called by its name, if it has one. */
		if (i >= btf_vlen(t) || (pointed && t->name_off))
			return 0;
		return depth_of(walk, btf_members(t)[i].type, pointed, above);
	}
	return 0;
}

/*
 * Returns how deep a type nests: 1 where it is made of no other. -1: too deep, or for ever,
 * or it is no type. Libbpf 1.5 takes any number for the type that a function returns.
 */
static int depth_of(struct walk *walk, __u32 id, bool pointed, int above)
{
	const struct btf_type *t = btf__type_by_id(walk->btf, id);
	int depth = 1, part, i;

	if (!t || above >= DEPTH_MAX || (above && !is_type(t)))
		return -1;
	if (walk->depths[id][pointed]) {
		depth = walk->depths[id][pointed];
		return above + depth > DEPTH_MAX ? -1 : depth;
	}
	for (i = 0; (part = depth_of_part(walk, t, i, pointed, above + 1)); i++) {
		if (part < 0)
			return -1;
		if (part + 1 > depth)
			depth = part + 1;
	}
	walk->depths[id][pointed] = depth;
	return depth;
}

/* Tells whether each member of a struct is within it. */
static bool members_fit(const struct btf *btf, const struct btf_type *t)
{
	const struct btf_member *m = btf_members(t);
	unsigned long long begin, bits;
	long long size;
	int i;

	for (i = 0; i < btf_vlen(t); i++, m++) {
		begin = btf_member_bit_offset(t, i);
		bits = btf_member_bitfield_size(t, i);
		size = btf__resolve_size(btf, m->type);
		/* An old bitfield has its bits in the type, and begins within a byte. */
		if (!bits && size > 0 && begin % 8 == 0)
			bits = 8ULL * size;
		if (begin + bits > 8ULL * t->size)
			return false;
	}
	return true;
}

/* Libbpf 1.5 adds offsets and sizes in 32 bits, without a look at the carry. */
static bool is_too_large(const struct btf_type *t)
{
	const struct btf_var_secinfo *var = btf_var_secinfos(t);
	int i;

	if (btf_is_composite(t))
		return t->size > INT_MAX;
	for (i = 0; btf_is_datasec(t) && i < btf_vlen(t); i++, var++) {
		if (var->offset > INT_MAX || var->size > INT_MAX)
			return true;
	}
	return false;
}

static const char *type_problem(struct walk *walk, __u32 id)
{
	const struct btf_type *t = btf__type_by_id(walk->btf, id);

	if (depth_of(walk, id, false, 0) < 0 || depth_of(walk, id, true, 0) < 0)
		return problem(
			id,
			"nests too deep, is a part of itself, or has a part that is no type");
	if (btf_is_composite(t) && !members_fit(walk->btf, t))
		return problem(id, "is smaller than its members");
	if (is_too_large(t))
		return problem(id, "is larger than any memory");
	if (btf_is_fwd(t) && t->type)
		return problem(id, "has no members, and refers to a type");
	return NULL;
}

const char *btf_problem(const struct btf *btf)
{
	struct walk walk = { .btf = btf };
	__u32 id, end = btf__type_cnt(btf);
	const char *wrong = NULL;

	walk.depths = calloc(end, sizeof(*walk.depths));
	if (!walk.depths)
		abort();
	for (id = first_id(btf); id < end && !wrong; id++)
		wrong = type_problem(&walk, id);
	free(walk.depths);
	return wrong;
}

/* Tells whether it is a word of C, in which there may also be the bytes MORE; or none. */
static bool is_c(const struct btf *btf, __u32 name_off, const char *more)
{
	const char *name = btf__name_by_offset(btf, name_off);

	if (isdigit((unsigned char)*name))
		return false;
	for (; *name; name++) {
		if (!isascii((unsigned char)*name) ||
		    (!isalnum((unsigned char)*name) && *name != '_' &&
		     !strchr(more, *name)))
			return false;
	}
	return true;
}

static bool parts_are_c(const struct btf *btf, const struct btf_type *t)
{
	__u32 name;
	int i;

	for (i = 0; i < btf_vlen(t); i++) {
		if (btf_is_composite(t))
			name = btf_members(t)[i].name_off;
		else if (btf_is_enum(t))
			name = btf_enum(t)[i].name_off;
		else if (btf_is_enum64(t))
			name = btf_enum64(t)[i].name_off;
		else if (btf_is_func_proto(t))
			name = btf_params(t)[i].name_off;
		else
			return true;
		if (!is_c(btf, name, ""))
			return false;
	}
	return true;
}

const char *btf_name_problem(const struct btf *btf)
{
	__u32 id, end = btf__type_cnt(btf);
	const char *more;

	for (id = first_id(btf); id < end; id++) {
		const struct btf_type *t = btf__type_by_id(btf, id);

		/* Only types are declared: gcc calls functions of its own f.part.0. */
		if (!is_type(t))
			continue;
		/* As in "long unsigned int", and in "address_space(1)". */
		more = btf_is_int(t) || btf_is_float(t) ? " "
		       : btf_is_type_tag(t)		? "()"
							: "";
		if (!is_c(btf, t->name_off, more) || !parts_are_c(btf, t))
			return problem(id, "has a name that is none of C");
	}
	return NULL;
}
