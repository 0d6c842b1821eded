// SPDX-License-Identifier: GPL-2.0-only
/* opsctl types: what the running kernel and its modules let programs implement. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "base/output.h"
#include "kernel/kernel_btf.h"

/* Programs and tools that look for such a type by name may get the other one. */
static bool is_ambiguous(const struct ops_types *types, int which)
{
	int i;

	for (i = 0; i < types->count; i++) {
		if (i != which &&
		    !strcmp(types->items[i].name, types->items[which].name))
			return true;
	}
	return false;
}

static void print_summary(const struct ops_types *types)
{
	int i, j, functions;

	printf("%-36s %-22s %9s %6s\n", "TYPE", "MODULE", "FUNCTIONS", "DATA");
	for (i = 0; i < types->count; i++) {
		const struct ops_type *t = &types->items[i];
		const struct btf_member *members = btf_members(t->type);

		functions = 0;
		for (j = 0; j < btf_vlen(t->type); j++)
			functions += member_is_function(t->btf, &members[j]);
		printf("%-36s %-22s %9d %6d\n", shown(t->name), shown(t->module),
		       functions, btf_vlen(t->type) - functions);
	}
}

static void print_members(const struct ops_type *t)
{
	const struct btf_member *member = btf_members(t->type);
	int i;

	printf("struct %s {\t/* %s */\n", shown(t->name), shown(t->module));
	for (i = 0; i < btf_vlen(t->type); i++, member++) {
		char *c = member_in_c(t->btf, member);

		printf("\t%s;%s\n", c,
		       member_is_function(t->btf, member) ? "" : "\t/* data */");
		free(c);
	}
	printf("};\n");
}

static struct json_object *type_to_json(const struct ops_types *types, int which)
{
	const struct ops_type *t = &types->items[which];
	const struct btf_member *member = btf_members(t->type);
	struct json_object *type = json_object_new_object();
	struct json_object *members = json_object_new_array();
	int i;

	add_text(type, "name", t->name);
	add_text(type, "module", t->module);
	add_bool(type, "ambiguous", is_ambiguous(types, which));
	for (i = 0; i < btf_vlen(t->type); i++, member++) {
		struct json_object *m = json_object_new_object();
		char *c = member_in_c(t->btf, member);

		add_text(m, "name",
			 btf__name_by_offset(t->btf, member->name_off));
		add_text(m, "kind",
			 member_is_function(t->btf, member) ? "function"
							    : "data");
		add_text(m, "declaration", c);
		json_object_array_add(members, m);
		free(c);
	}
	json_object_object_add(type, "members", members);
	return type;
}

int cmd_types(const struct request *request)
{
	const char *name = request->operands[0];
	struct ops_types types;
	struct json_object *all;
	int i;

	if (ops_types_find(&types, name))
		return refused(
			"cannot read the kernel's BTF in /sys/kernel/btf: %s",
			strerror(errno));
	if (types.skipped)
		fprintf(stderr,
			"Warning: the BTF of these modules cannot be read, their types are left out: %s\n",
			shown(types.skipped));
	if (name && !types.count) {
		ops_types_free(&types);
		return refused(
			"no struct_ops type '%s' in the kernel or a loaded module; 'opsctl types' lists them",
			shown(name));
	}

	if (settings.json) {
		all = json_object_new_array();
		for (i = 0; i < types.count; i++)
			json_object_array_add(all, type_to_json(&types, i));
		json_print(all);
	} else if (name) {
		for (i = 0; i < types.count; i++)
			print_members(&types.items[i]);
	} else {
		print_summary(&types);
	}

	for (i = 0; i < types.count && !settings.json; i++) {
		if (is_ambiguous(&types, i))
			fprintf(stderr,
				"Warning: more than one module has a type %s: libbpf may take the one of %s for another's\n",
				shown(types.items[i].name),
				shown(types.items[i].module));
	}
	ops_types_free(&types);
	return EXIT_OK;
}
