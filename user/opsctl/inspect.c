// SPDX-License-Identifier: GPL-2.0-only
/* opsctl inspect: what a file holds, and what of it this kernel lacks. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "member.h"
#include "command.h"
#include "kernel_btf.h"
#include "memory.h"
#include "naming.h"
#include "object.h"
#include "output.h"
#include "preflight.h"

static bool is_zero(const char *data, long long size)
{
	while (size > 0 && !*data)
		data++, size--;
	return size <= 0;
}

/* What a member would be, in words; NULL where it is zero. The caller frees it. */
static char *member_value(const struct bpf_object *obj,
			  const struct bpf_map *map, int i)
{
	const struct btf *btf = bpf_object__btf(obj);
	const struct btf_type *type = table_struct(obj, map);
	const struct btf_member *m = btf_members(type) + i;
	long long length = btf__resolve_size(btf, m->type);
	__u32 offset = btf_member_bit_offset(type, i) / 8;
	const struct bpf_program *prog;
	size_t size;
	const char *data = bpf_map__initial_value(map, &size);
	char text[NAME_SIZE];

	if (!data || length < 0 || offset + length > (long long)size ||
	    is_zero(data + offset, length))
		return NULL;
	if (member_is_function(btf, m)) {
		memcpy(&prog, data + offset, sizeof(prog));
		return xasprintf("program %s", bpf_program__name(prog));
	}
	if (type->size <= size &&
	    member_text(btf, type, data, btf__name_by_offset(btf, m->name_off),
			text, sizeof(text)))
		return xasprintf("\"%s\"", text);
	return data_in_c(btf, m, data + offset);
}

static struct json_object *members_to_json(const struct bpf_object *obj,
					   const struct bpf_map *map)
{
	const struct btf *btf = bpf_object__btf(obj);
	const struct btf_type *type = table_struct(obj, map);
	struct json_object *members = json_object_new_array(), *m;
	char *value;
	int i;

	for (i = 0; i < btf_vlen(type); i++) {
		const struct btf_member *member = btf_members(type) + i;

		m = json_object_new_object();
		value = member_value(obj, map, i);
		add_text(m, "name", btf__name_by_offset(btf, member->name_off));
		add_text(m, "kind",
			 member_is_function(btf, member) ? "function" : "data");
		add_text(m, "value", value);
		json_object_array_add(members, m);
		free(value);
	}
	return members;
}

static struct json_object *table_in_json(const struct bpf_object *obj,
					 const struct bpf_map *map)
{
	struct json_object *table = json_object_new_object();
	char *problem = table_problem(obj, map), name[NAME_SIZE];

	object_naming(obj, map, name);
	add_text(table, "name", name);
	add_text(table, "map", bpf_map__name(map));
	add_text(table, "type", table_type_name(obj, map));
	add_bool(table, "has_link", bpf_map__map_flags(map) & BPF_F_LINK);
	add_bool(table, "optional", !bpf_map__autocreate(map));
	add_text(table, "problem", problem);
	json_object_object_add(table, "members", members_to_json(obj, map));
	free(problem);
	return table;
}

static void print_table_of(const struct bpf_object *obj, const struct bpf_map *map)
{
	const struct btf *btf = bpf_object__btf(obj);
	const struct btf_type *type = table_struct(obj, map);
	char *problem = table_problem(obj, map), *value, name[NAME_SIZE];
	int i;

	object_naming(obj, map, name);
	printf("table %s  %s%s%s\n\tmap %s\n", shown(name),
	       shown(table_type_name(obj, map)),
	       bpf_map__map_flags(map) & BPF_F_LINK ? "" : "  without a link",
	       bpf_map__autocreate(map) ? "" : "  optional",
	       shown(bpf_map__name(map)));
	if (problem)
		printf("\tcannot be loaded: %s\n", problem);
	for (i = 0; i < btf_vlen(type); i++) {
		value = member_value(obj, map, i);
		if (value)
			printf("\t.%s = %s\n",
			       shown(btf__name_by_offset(
				       btf, btf_members(type)[i].name_off)),
			       shown(value));
		free(value);
	}
	free(problem);
}

/* Tells whether the kernel or a module has the function. */
static bool kernel_has_function(const char *name)
{
	return kernel_btf_has(name, BTF_KIND_FUNC);
}

/*
 * Calls SHOW with each kfunc that the file calls and this kernel lacks. The file's own BTF
 * has them: libbpf changes that of the object as soon as it is open.
 */
static void each_missing_kfunc(const struct btf *btf,
			       void (*show)(const char *name, void *ctx),
			       void *ctx)
{
	const struct btf_var_secinfo *var;
	const struct btf_type *section, *t;
	const char *name;
	int i, id;

	id = btf__find_by_name_kind(btf, ".ksyms", BTF_KIND_DATASEC);
	if (id < 0)
		return;
	section = btf__type_by_id(btf, id);
	var = btf_var_secinfos(section);
	for (i = 0; i < btf_vlen(section); i++, var++) {
		t = btf__type_by_id(btf, var->type);
		if (!t || !btf_is_func(t))
			continue;
		name = btf__name_by_offset(btf, t->name_off);
		if (!kernel_has_function(name))
			show(name, ctx);
	}
}

static void print_kfunc(const char *name, void *ctx)
{
	(void)ctx;
	printf("kfunc %s: this kernel and its modules lack it\n", shown(name));
}

static void add_kfunc(const char *name, void *ctx)
{
	json_object_array_add(ctx, json_text(name));
}

static bool is_other_program(const struct bpf_program *prog)
{
	return bpf_program__type(prog) != BPF_PROG_TYPE_STRUCT_OPS;
}

static bool is_table_map(const struct bpf_map *map)
{
	return bpf_map__type(map) == BPF_MAP_TYPE_STRUCT_OPS;
}

static void print_object(struct bpf_object *obj, const struct btf *btf)
{
	struct bpf_program *prog;
	struct bpf_map *map;

	bpf_object__for_each_map(map, obj) {
		if (is_table_map(map))
			print_table_of(obj, map);
	}
	bpf_object__for_each_program(prog, obj) {
		if (is_other_program(prog))
			printf("program %s (%s): attach does not attach it\n",
			       shown(bpf_program__name(prog)),
			       shown(bpf_program__section_name(prog)));
	}
	each_missing_kfunc(btf, print_kfunc, NULL);
}

static void print_object_as_json(struct bpf_object *obj, const struct btf *btf)
{
	struct json_object *all = json_object_new_object();
	struct json_object *tables = json_object_new_array();
	struct json_object *others = json_object_new_array();
	struct json_object *missing = json_object_new_array();
	struct bpf_program *prog;
	struct bpf_map *map;

	bpf_object__for_each_map(map, obj) {
		if (is_table_map(map))
			json_object_array_add(tables, table_in_json(obj, map));
	}
	bpf_object__for_each_program(prog, obj) {
		if (is_other_program(prog))
			json_object_array_add(
				others, json_text(bpf_program__name(prog)));
	}
	each_missing_kfunc(btf, add_kfunc, missing);
	json_object_object_add(all, "tables", tables);
	json_object_object_add(all, "other_programs", others);
	json_object_object_add(all, "missing_kfuncs", missing);
	json_print(all);
}

int cmd_inspect(const struct request *request)
{
	const char *file = request->operands[0];
	struct bpf_object *obj;
	struct btf *btf;
	int status;

	status = object_open(file, &obj);
	if (status != EXIT_OK)
		return status;
	btf = btf__parse(file, NULL);
	if (!btf) {
		status = refused("cannot read the BTF of %s: %s", shown(file),
				 strerror(errno));
		goto close;
	}
	if (settings.json)
		print_object_as_json(obj, btf);
	else
		print_object(obj, btf);
	btf__free(btf);
close:
	bpf_object__close(obj);
	return status;
}
