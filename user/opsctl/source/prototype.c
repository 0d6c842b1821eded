// SPDX-License-Identifier: GPL-2.0-only
#include "prototype.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "base/memory.h"

#define NULLABLE "__nullable"
#define REFERENCE "__ref"
#define ARENA "__arena"

static const struct btf_type *resolved(const struct btf *btf, __u32 id)
{
	int real = btf__resolve_type(btf, id);

	return real < 0 ? NULL : btf__type_by_id(btf, real);
}

static bool is_number(const struct btf_type *t)
{
	return btf_is_int(t) || btf_is_any_enum(t) || btf_is_float(t);
}

/* Tells whether C would have to spell out a struct, a union or an enum without a name. */
static bool is_anonymous(const struct btf *btf, __u32 id)
{
	const struct btf_type *t = btf__type_by_id(btf, id);

	while (t && (btf_is_ptr(t) || btf_is_mod(t)))
		t = btf__type_by_id(btf, t->type);
	return t && (btf_is_composite(t) || btf_is_any_enum(t)) && !t->name_off;
}

/* ... also behind a pointer to a function. */
static bool is_function_pointer(const struct btf *btf, __u32 id)
{
	const struct btf_type *t = btf__type_by_id(btf, id);

	while (t && (btf_is_ptr(t) || btf_is_mod(t)))
		t = btf__type_by_id(btf, t->type);
	return t && (btf_is_func_proto(t) || btf_is_array(t));
}

/*
 * Replaces each whole word, or words, FROM. BTF has "long unsigned int", and the kernel's
 * style is "unsigned long".
 */
static char *replace(char *text, const char *from, const char *to)
{
	size_t len = strlen(from);
	char *found, *with, *at = text;

	while ((found = strstr(at, from))) {
		if ((found != text && !strchr(" (", found[-1])) ||
		    !strchr(" *,)", found[len])) {
			at = found + 1;
			continue;
		}
		with = xasprintf("%.*s%s%s", (int)(found - text), text, to,
				 found + len);
		at = with + (found - text) + strlen(to);
		free(text);
		text = with;
	}
	return text;
}

static char *tidy(char *text)
{
	static const char *const words[][2] = {
		{ "long long unsigned int", "unsigned long long" },
		{ "long unsigned int", "unsigned long" },
		{ "short unsigned int", "unsigned short" },
		{ "long long int", "long long" },
		{ "long int", "long" },
		{ "short int", "short" },
	};
	char *found;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(words); i++)
		text = replace(text, words[i][0], words[i][1]);
	while ((found = strstr(text, "* const")))
		memmove(found + 1, found + 2, strlen(found + 2) + 1);
	return text;
}

/* The type in C, or one of its size where it has no name that C could say. */
static char *type_of(const struct btf *btf, __u32 id)
{
	const struct btf_type *t = resolved(btf, id);

	if (!id)
		return xstrdup("void");
	if (!is_anonymous(btf, id) && !is_function_pointer(btf, id))
		return tidy(type_in_c(btf, id, ""));
	if (!t || btf_is_ptr(t))
		return xstrdup("void *");
	return xstrdup(t->size > sizeof(int) ? "__u64" : "int");
}

static char *join(const char *type, const char *name)
{
	size_t len = strlen(type);
	const char *blank = len && type[len - 1] == '*' ? "" : " ";

	return xasprintf("%s%s%s", type, blank, name);
}

/* Cuts SUFFIX off the end of NAME, if that ends so. */
static bool cut(char *name, const char *suffix)
{
	size_t len = strlen(name), n = strlen(suffix);

	if (len <= n || strcmp(name + len - n, suffix))
		return false;
	name[len - n] = '\0';
	return true;
}

static bool is_wide(const struct btf_type *t)
{
	return btf_is_composite(t) || (btf_is_int(t) && t->size > 8);
}

/* BPF_PROG2() knows these sizes alone. */
static bool has_macro(const struct btf_type *t)
{
	return t->size <= 16 && t->size && !(t->size & (t->size - 1));
}

static const struct btf_type *prototype_of(const struct ops_type *type,
					   const struct btf_member *member)
{
	return resolved(type->btf, resolved(type->btf, member->type)->type);
}

static void name_parameter(struct parameter *p, const char *name, int i)
{
	if (!name || !*name) {
		p->name = xasprintf("arg%d", i + 1);
		return;
	}
	p->name = xstrdup(name);
	p->is_nullable = cut(p->name, NULLABLE);
	p->is_reference = cut(p->name, REFERENCE);
	p->is_in_arena = cut(p->name, ARENA);
	/* BPF_PROG() has a parameter of that name itself. */
	if (!strcmp(p->name, "ctx")) {
		free(p->name);
		p->name = xstrdup("context");
	}
}

static void read_parameter(struct parameter *p, const struct btf *btf, __u32 id,
			   const char *name, int i)
{
	const struct btf_type *t = resolved(btf, id);

	name_parameter(p, name, i);
	p->type = type_of(btf, id);
	p->is_wide = is_wide(t);
	p->declaration = join(p->type, p->name);
	if (is_function_pointer(btf, id)) {
		char *declaration = tidy(type_in_c(btf, id, p->name));

		/* A type without a name in it would be spelt out. */
		if (!strchr(declaration, '{')) {
			free(p->declaration);
			p->declaration = declaration;
		} else {
			free(declaration);
		}
	}
}

/* Tells whether two functions differ in nothing but names. */
static bool is_alike(const struct btf_type *a, const struct btf_type *b)
{
	int i;

	if (a->type != b->type || btf_vlen(a) != btf_vlen(b))
		return false;
	for (i = 0; i < btf_vlen(a); i++) {
		if (btf_params(a)[i].type != btf_params(b)[i].type)
			return false;
	}
	return true;
}

/* How many characters of NAME's end are the end of MEMBER, by whole words. */
static size_t likeness(const char *name, const char *member)
{
	size_t len = strlen(name), n;
	const char *words;

	for (words = member; words; words = strchr(words, '_')) {
		words += *words == '_';
		n = strlen(words);
		if (n && n <= len && !strcmp(name + len - n, words) &&
		    (n == len || name[len - n - 1] == '_'))
			return n;
	}
	return 0;
}

/* Finds a function whose parameters have the names that the member's should have. */
static const struct btf_type *find_stub(const struct ops_type *type,
					const char *member,
					const struct btf_type *proto)
{
	char *stub = xasprintf("%s__%s", type->name, member);
	__u32 id, end = btf__type_cnt(type->btf);
	const struct btf_type *found = NULL;
	size_t best = 0;

	for (id = 1; id < end; id++) {
		const struct btf_type *t = btf__type_by_id(type->btf, id);
		const struct btf_type *its;
		const char *name;
		size_t like;

		if (!btf_is_func(t))
			continue;
		its = btf__type_by_id(type->btf, t->type);
		name = btf__name_by_offset(type->btf, t->name_off);
		if (btf_vlen(its) == btf_vlen(proto) && !strcmp(name, stub)) {
			found = its;
			break;
		}
		if (!is_alike(its, proto))
			continue;
		like = likeness(name, member);
		if (like > best) {
			best = like;
			found = its;
		}
	}
	free(stub);
	return found;
}

const char *prototype_problem(const struct ops_type *type,
			      const struct btf_member *member)
{
	const struct btf_type *proto = prototype_of(type, member), *t;
	const struct btf_type *result = resolved(type->btf, proto->type);
	int i;

	if (btf_vlen(proto) > PARAMETERS_MAX)
		return "has more parameters than a program can have";
	for (i = 0; i < btf_vlen(proto); i++) {
		if (!btf_params(proto)[i].type)
			return "has a variable number of parameters";
		t = resolved(type->btf, btf_params(proto)[i].type);
		if (!t || (is_wide(t) && !has_macro(t)))
			return "has a parameter of a size that libbpf has no macro for";
	}
	if (proto->type && !(result && (is_number(result) || btf_is_ptr(result))))
		return "returns neither a number nor a pointer";
	return NULL;
}

static const char *nothing(const struct btf *btf, __u32 id)
{
	const struct btf_type *t = resolved(btf, id);

	if (!id)
		return NULL;
	/* vmlinux.h has false only where the kernel's C has no such keyword. */
	return btf_is_ptr(t) ? "NULL" : "0";
}

void prototype_read(struct prototype *p, const struct ops_type *type,
		    const struct btf_member *member)
{
	const struct btf *btf = type->btf;
	const char *name = btf__name_by_offset(btf, member->name_off);
	const struct btf_type *proto = prototype_of(type, member);
	const struct btf_type *named;
	char *result;
	int i;

	*p = (struct prototype){};
	named = find_stub(type, name, proto) ?: proto;
	p->count = btf_vlen(proto);
	for (i = 0; i < p->count; i++)
		read_parameter(
			&p->parameters[i], btf, btf_params(proto)[i].type,
			btf__name_by_offset(btf, btf_params(named)[i].name_off),
			i);
	result = type_of(btf, proto->type);
	p->result = join(result, "");
	p->returns = nothing(btf, proto->type);
	free(result);
}

void prototype_free(struct prototype *p)
{
	int i;

	for (i = 0; i < p->count; i++) {
		free(p->parameters[i].name);
		free(p->parameters[i].type);
		free(p->parameters[i].declaration);
	}
	free(p->result);
	*p = (struct prototype){};
}
