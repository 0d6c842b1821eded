// SPDX-License-Identifier: GPL-2.0-only
#include "variables.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "enumerators.h"
#include "member.h"
#include "value.h"
#include "base/memory.h"
#include "base/nearest.h"
#include "base/output.h"

/* The section whose initial values a map has; NULL for any other map. */
static const struct btf_type *section_of(const struct btf *btf,
					 const struct bpf_map *map)
{
	const struct btf_type *type;

	if (!bpf_map__is_internal(map))
		return NULL;
	type = btf__type_by_id(btf, bpf_map__btf_value_type_id(map));
	return type && btf_is_datasec(type) ? type : NULL;
}

static void add_variables_of(struct variables *all, const struct btf *btf,
			     const struct btf_type *section, char *data,
			     size_t size)
{
	const struct btf_var_secinfo *info = btf_var_secinfos(section);
	const char *name = btf__name_by_offset(btf, section->name_off);
	int i;

	for (i = 0; i < btf_vlen(section); i++, info++) {
		const struct btf_type *var = btf__type_by_id(btf, info->type);

		/* Those of .kconfig are extern: libbpf fills them in. */
		if (!var || !btf_is_var(var) ||
		    btf_var(var)->linkage == BTF_VAR_GLOBAL_EXTERN ||
		    info->offset >= size)
			continue;
		all->items = xgrow(all->items, all->count, sizeof(*all->items));
		all->items[all->count++] = (struct variable){
			.name = btf__name_by_offset(btf, var->name_off),
			.section = name,
			.type = var->type,
			.at = data + info->offset,
			.room = size - info->offset,
			.constant = !strncmp(name, ".rodata", 7),
		};
	}
}

/* Tells whether it is declared as a number that is to be filled in. */
static bool is_to_be_filled(const struct btf *btf, const struct variable *v)
{
	int id = btf__resolve_type(btf, v->type);
	__u64 value;

	if (!v->constant || strncmp(v->name, "__", 2) || id < 0 ||
	    !btf_is_int(btf__type_by_id(btf, id)) ||
	    btf__resolve_size(btf, id) != sizeof(value) ||
	    v->room < sizeof(value))
		return false;
	memcpy(&value, v->at, sizeof(value));
	return !value;
}

static bool fill_by_name(void *ctx, const char *name, struct number number)
{
	struct variables *all = ctx;
	__u64 value = number.bits;
	int i;

	for (i = 0; i < all->count; i++) {
		struct variable *v = &all->items[i];

		if (!v->filled || strcmp(v->name + 2, name))
			continue;
		memcpy(v->at, &value, sizeof(value));
	}
	return false;
}

static bool note_name(void *ctx, const char *name, struct number number)
{
	struct variables *all = ctx;
	int i;

	(void)number;
	for (i = 0; i < all->count; i++)
		all->items[i].filled |= !strncmp(all->items[i].name, "__", 2) &&
					!strcmp(all->items[i].name + 2, name);
	return false;
}

static void fill_in(struct variables *all, const struct btf *btf)
{
	bool any = false;
	int i;

	for (i = 0; i < all->count; i++)
		any |= is_to_be_filled(btf, &all->items[i]);
	/* Most objects have none: the kernel's BTF is large. */
	if (!any)
		return;
	enumerators_each(note_name, all);
	for (i = 0; i < all->count; i++)
		all->items[i].filled &= is_to_be_filled(btf, &all->items[i]);
	enumerators_each(fill_by_name, all);
}

void variables_read(struct variables *variables, struct bpf_object *obj)
{
	const struct btf *btf = bpf_object__btf(obj);
	const struct btf_type *section;
	struct bpf_map *map;
	size_t size;
	char *data;

	*variables = (struct variables){};
	bpf_object__for_each_map(map, obj) {
		section = section_of(btf, map);
		data = section ? bpf_map__initial_value(map, &size) : NULL;
		if (data)
			add_variables_of(variables, btf, section, data, size);
	}
	fill_in(variables, btf);
}

void variables_free(struct variables *variables)
{
	free(variables->items);
	*variables = (struct variables){};
}

/**
 * struct target - what a NAME of --var stands for, or a part of it
 * @type: the id of its type
 * @at: its initial value
 * @room: how many bytes there are
 */
struct target {
	__u32 type;
	char *at;
	size_t room;
};

/* Finds the variable with which PATH begins: dots can be in its name, too. */
static const struct variable *find_variable(const struct variables *variables,
					    const char *path, int *count)
{
	const struct variable *found = NULL, *v;
	size_t len, longest = 0;

	*count = 0;
	for (v = variables->items; v < variables->items + variables->count; v++) {
		len = strlen(v->name);
		if (!len || len < longest || strncmp(v->name, path, len) ||
		    (path[len] && path[len] != '.' && path[len] != '['))
			continue;
		*count = len > longest ? 1 : *count + 1;
		longest = len;
		found = v;
	}
	return found;
}

static bool move_on(struct target *t, const struct btf *btf, size_t offset,
		    __u32 type)
{
	if (offset > t->room || btf__resolve_size(btf, type) < 0)
		return false;
	t->at += offset;
	t->room -= offset;
	t->type = type;
	return true;
}

static bool into_member(struct target *t, const struct btf *btf,
			const struct btf_type *type, const char *name)
{
	const struct btf_member *m;
	int i;

	m = btf_is_composite(type) ? member_find(btf, type, name) : NULL;
	if (!m)
		return false;
	i = m - btf_members(type);
	return !btf_member_bitfield_size(type, i) &&
	       move_on(t, btf, btf_member_bit_offset(type, i) / 8, m->type);
}

static bool into_element(struct target *t, const struct btf *btf,
			 const struct btf_type *type, const char *digits)
{
	unsigned long index;
	long long size;
	char *end;

	if (!btf_is_array(type) || !isdigit((unsigned char)*digits))
		return false;
	index = strtoul(digits, &end, 10);
	size = btf__resolve_size(btf, btf_array(type)->type);
	return !*end && size >= 0 && index < btf_array(type)->nelems &&
	       move_on(t, btf, index * size, btf_array(type)->type);
}

/* Follows .MEMBER and [INDEX]. Returns what was left where that is not there, or NULL. */
static const char *follow(struct target *t, const struct btf *btf,
			  const char *path)
{
	const struct btf_type *type;
	char part[128];
	size_t len;
	bool is_there;
	int id;

	while (*path) {
		bool element = *path == '[';

		len = strcspn(path + 1, element ? "]" : ".[");
		id = btf__resolve_type(btf, t->type);
		if (len >= sizeof(part) || id < 0 || (element && !path[1 + len]))
			return path;
		memcpy(part, path + 1, len);
		part[len] = '\0';
		type = btf__type_by_id(btf, id);
		is_there = element ? into_element(t, btf, type, part)
				   : into_member(t, btf, type, part);
		if (!is_there)
			return path;
		path += 1 + len + element;
		if (*path && *path != '.' && *path != '[')
			return path;
	}
	return NULL;
}

static int no_variable(const struct variables *variables, const char *name)
{
	struct nearest nearest = { .wanted = name };
	char *near;
	int i;

	for (i = 0; i < variables->count; i++)
		nearest_offer(&nearest, variables->items[i].name);
	near = nearest_text(&nearest);
	refused("the object has no variable '%s'%s%s", shown(name), near,
		*near ? "" : "; 'opsctl inspect' shows those that it has");
	free(near);
	return EXIT_REFUSED;
}

static int set_variable(const struct variables *variables, const struct btf *btf,
			const char *name, const char *value)
{
	const struct value_names names = { enumerator_find, (void *)btf };
	const struct variable *v;
	const char *wrong;
	struct target t;
	int count;

	v = find_variable(variables, name, &count);
	if (!v)
		return no_variable(variables, name);
	if (count > 1)
		return refused("%d static variables of the object are called '%s'",
			       count, shown(v->name));
	t = (struct target){ v->type, v->at, v->room };
	wrong = follow(&t, btf, name + strlen(v->name));
	if (wrong)
		return refused("cannot set '%s': variable %s has no %s",
			       shown(name), shown(v->name), shown(wrong));
	wrong = value_write(t.at, t.room, btf, t.type, value, &names);
	if (wrong)
		return refused("cannot set variable %s: %s", shown(name),
			       shown(wrong));
	return EXIT_OK;
}

int variables_set(const struct variables *variables, const struct bpf_object *obj,
		  const char *const *vars, int count)
{
	const struct btf *btf = bpf_object__btf(obj);
	int i, status = EXIT_OK;
	const char *equals;
	char *name;

	for (i = 0; i < count && status == EXIT_OK; i++) {
		equals = strchr(vars[i], '=');
		name = strndup(vars[i], equals - vars[i]);
		if (!name)
			abort();
		status = set_variable(variables, btf, name, equals + 1);
		free(name);
	}
	return status;
}
