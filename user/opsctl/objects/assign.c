// SPDX-License-Identifier: GPL-2.0-only
#include "assign.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "enumerators.h"
#include "functions.h"
#include "member.h"
#include "object.h"
#include "value.h"
#include "base/memory.h"
#include "base/naming.h"
#include "base/nearest.h"
#include "base/output.h"
#include "kernel/kernel_btf.h"

static const char *no_program(struct bpf_object *obj, const char *name)
{
	struct nearest nearest = { .wanted = name };
	static char problem[512];
	struct bpf_program *prog;
	char *near;

	bpf_object__for_each_program(prog, obj) {
		if (bpf_program__type(prog) == BPF_PROG_TYPE_STRUCT_OPS)
			nearest_offer(&nearest, bpf_program__name(prog));
	}
	near = nearest_text(&nearest);
	snprintf(problem, sizeof(problem),
		 "it is a function, and the object has no program '%s'%s", name,
		 near);
	free(near);
	return problem;
}

/* Puts a program in the place of a function; an empty name leaves the function out. */
static const char *set_function(struct bpf_object *obj, struct bpf_map *map,
				const struct btf_member *member, const char *name)
{
	struct bpf_program *prog = NULL, *old = function_of(obj, map, member);
	char *at = function_at(map, member);
	struct place place;

	if (!at)
		return "it is outside the table";
	if (*name) {
		prog = bpf_object__find_program_by_name(obj, name);
		if (!prog)
			return no_program(obj, name);
		if (bpf_program__type(prog) != BPF_PROG_TYPE_STRUCT_OPS)
			return "that program is no struct_ops";
		bpf_program__set_autoload(prog, true);
	}
	memcpy(at, &prog, sizeof(prog));
	if (old && !find_place(obj, old, &place))
		bpf_program__set_autoload(old, false);
	return NULL;
}

/* Sets one member of one table; returns NULL, or in words what is wrong. */
static const char *set_member(struct bpf_object *obj, struct bpf_map *map,
			      const struct btf_member *member, const char *name,
			      const char *value)
{
	struct btf *btf = bpf_object__btf(obj);
	const struct value_names names = { enumerator_find, btf };

	if (member_is_function(btf, member))
		return set_function(obj, map, member, value);
	return table_set(obj, map, name, value, &names);
}

static int no_member(struct bpf_object *obj, const char *set, const char *member)
{
	const struct btf *btf = bpf_object__btf(obj);
	struct nearest nearest = { .wanted = member };
	struct bpf_map *map = NULL;
	char *near;
	int i;

	while ((map = object_next_table(obj, map))) {
		const struct btf_type *type = table_struct(obj, map);

		for (i = 0; i < btf_vlen(type); i++)
			nearest_offer(&nearest,
				      btf__name_by_offset(
					      btf, btf_members(type)[i].name_off));
	}
	near = nearest_text(&nearest);
	refused("no table of the object has the member of '%s'%s", shown(set),
		near);
	free(near);
	return EXIT_REFUSED;
}

/* Sets the member in each table that has it. */
static int set_in_tables(struct bpf_object *obj, const char *set)
{
	char *member = strndup(set, strcspn(set, "="));
	const char *wrong = NULL;
	const struct btf_member *m;
	struct bpf_map *map = NULL;
	int status = EXIT_OK;
	bool found = false;

	if (!member)
		abort();
	while ((map = object_next_table(obj, map)) && !wrong) {
		m = member_find(bpf_object__btf(obj), table_struct(obj, map),
				member);
		if (!m)
			continue;
		found = true;
		wrong = set_member(obj, map, m, member, strchr(set, '=') + 1);
		if (wrong)
			status = refused("cannot set %s in table %s: %s",
					 shown(set), shown(bpf_map__name(map)),
					 shown(wrong));
	}
	if (!found)
		status = no_member(obj, set, member);
	free(member);
	return status;
}

static bool same_member(struct bpf_object *obj, const struct place *a,
			const struct place *b)
{
	char *type = xstrdup(table_type_name(obj, a->map));
	bool same = !strcmp(type, table_type_name(obj, b->map)) &&
		    !strcmp(place_name(obj, a), place_name(obj, b));

	free(type);
	return same;
}

/* The kernel loads a program for one member of one type, and it can be that alone. */
static int check_places(struct bpf_object *obj)
{
	struct place place = PLACE_BEGIN, first;
	const struct bpf_program *prog;

	while ((prog = next_function(obj, &place))) {
		if (!find_place(obj, prog, &first) ||
		    same_member(obj, &first, &place))
			continue;
		return refused(
			"program %s cannot be %s of table %s: it is %s of table %s already, and one program is one member only",
			shown(bpf_program__name(prog)),
			shown(place_name(obj, &place)),
			shown(bpf_map__name(place.map)),
			shown(place_name(obj, &first)),
			shown(bpf_map__name(first.map)));
	}
	return EXIT_OK;
}

int assign_members(struct bpf_object *obj, const char *const *sets, int count)
{
	int i, status = EXIT_OK;

	for (i = 0; i < count && status == EXIT_OK; i++)
		status = set_in_tables(obj, sets[i]);
	/* Two programs may trade their places: one is looked at after the other. */
	if (status == EXIT_OK && count)
		status = check_places(obj);
	return status;
}
