// SPDX-License-Identifier: GPL-2.0-only
/* opsctl inspect: what a file holds, and what of it this kernel lacks. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "member.h"
#include "base/memory.h"
#include "base/naming.h"
#include "base/output.h"
#include "kernel/kernel_btf.h"
#include "objects/embedded.h"
#include "objects/enumerators.h"
#include "objects/functions.h"
#include "objects/object.h"
#include "objects/preflight.h"
#include "objects/variables.h"

static bool is_zero(const char *data, long long size)
{
	while (size > 0 && !*data)
		data++, size--;
	return size <= 0;
}

/* How much of a value is printed. */
#define VALUE_MAX 60

static bool is_text(const struct btf *btf, const struct btf_type *type)
{
	int id;

	if (!btf_is_array(type))
		return false;
	id = btf__resolve_type(btf, btf_array(type)->type);
	return id >= 0 && btf_is_int(btf__type_by_id(btf, id)) &&
	       btf__type_by_id(btf, id)->size == 1;
}

/* Tells whether --set or --var can write a value of that type, or a part of it. */
static bool is_settable(const struct btf *btf, __u32 type_id)
{
	int id = btf__resolve_type(btf, type_id);
	const struct btf_type *type;

	if (id < 0 || btf__resolve_size(btf, id) <= 0)
		return false;
	type = btf__type_by_id(btf, id);
	return btf_is_int(type) || btf_is_any_enum(type) ||
	       btf_is_array(type) || btf_is_composite(type);
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
		prog = function_of(obj, map, m);
		return prog ? xasprintf("program %s", bpf_program__name(prog))
			    : xstrdup("?");
	}
	if (type->size <= size &&
	    member_text(btf, type, data, btf__name_by_offset(btf, m->name_off),
			text, sizeof(text)))
		return xasprintf("\"%s\"", text);
	return data_in_c(btf, m, data + offset);
}

/* --set takes programs for functions; of data no arrays but text, and no structs. */
static bool is_settable_member(const struct btf *btf,
			       const struct btf_member *member)
{
	int id = btf__resolve_type(btf, member->type);
	const struct btf_type *type;

	if (member_is_function(btf, member))
		return true;
	if (id < 0)
		return false;
	type = btf__type_by_id(btf, id);
	return btf_is_int(type) || btf_is_any_enum(type) || is_text(btf, type);
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
		add_bool(m, "settable", is_settable_member(btf, member));
		add_text(m, "value", value);
		json_object_array_add(members, m);
		free(value);
	}
	return members;
}

/* One that is declared without a link gets one, where the kernel has any. */
static bool has_link(const struct bpf_map *map)
{
	return (bpf_map__map_flags(map) & BPF_F_LINK) ||
	       kernel_has_enumerator("BPF_F_LINK");
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
	add_bool(table, "has_link", has_link(map));
	add_bool(table, "optional", !bpf_map__autocreate(map));
	add_text(table, "problem", problem);
	add_text(table, "note", table_note(obj, map));
	json_object_object_add(table, "members", members_to_json(obj, map));
	free(problem);
	return table;
}

/* Prints what is set, and what could be. */
static void print_member(const struct bpf_object *obj,
			 const struct bpf_map *map, int i)
{
	const struct btf *btf = bpf_object__btf(obj);
	const struct btf_member *m = btf_members(table_struct(obj, map)) + i;
	char *value = member_value(obj, map, i);

	if (value || (!member_is_function(btf, m) && is_settable_member(btf, m)))
		printf("\t.%s = %s\n",
		       shown(btf__name_by_offset(btf, m->name_off)),
		       value ? shown(value) : "0");
	free(value);
}

static void print_table_of(const struct bpf_object *obj, const struct bpf_map *map)
{
	const struct btf_type *type = table_struct(obj, map);
	char *problem = table_problem(obj, map), name[NAME_SIZE];
	const char *note = table_note(obj, map);
	int i;

	object_naming(obj, map, name);
	printf("table %s  %s%s%s\n\tmap %s\n", shown(name),
	       shown(table_type_name(obj, map)),
	       has_link(map) ? "" : "  without a link",
	       bpf_map__autocreate(map) ? "" : "  optional",
	       shown(bpf_map__name(map)));
	if (problem)
		printf("\tcannot be loaded: %s\n", problem);
	if (note)
		printf("\t%s\n", note);
	for (i = 0; i < btf_vlen(type); i++) {
		print_member(obj, map, i);
	}
	free(problem);
}

/* The formats of bpf_printk() are variables of the compiler's making. */
static bool is_listed(const struct btf *btf, const struct variable *v)
{
	return *v->name && !strstr(v->name, "____fmt") &&
	       is_settable(btf, v->type);
}

static char *variable_value(const struct btf *btf, const struct variable *v)
{
	int id = btf__resolve_type(btf, v->type);
	long long size = btf__resolve_size(btf, id);
	char *value;

	if (size > (long long)v->room)
		return xstrdup("?");
	if (is_text(btf, btf__type_by_id(btf, id)) && *v->at)
		value = xasprintf("\"%.*s\"", (int)size, v->at);
	else if (is_zero(v->at, size))
		return xstrdup("0");
	else
		value = value_in_c(btf, v->type, v->at);
	if (strlen(value) > VALUE_MAX)
		strcpy(value + VALUE_MAX - 3, "...");
	return value;
}

/* The variable in C, on one line. The caller frees it. */
static char *variable_in_c(const struct btf *btf, const struct variable *v)
{
	char *text = type_in_c(btf, v->type, v->name), *to = text, *from;

	for (from = text; *from; from++) {
		if (!isspace((unsigned char)*from))
			*to++ = *from;
		else if (to > text && to[-1] != ' ')
			*to++ = ' ';
	}
	*to = '\0';
	return text;
}

static void print_variable(const struct btf *btf, const struct variable *v)
{
	char *declaration = variable_in_c(btf, v);
	char *value = variable_value(btf, v);

	printf("variable %s = %s  %s%s\n", shown(declaration), shown(value),
	       shown(v->section), v->filled ? ", filled in from the kernel" : "");
	free(value);
	free(declaration);
}

static struct json_object *variable_to_json(const struct btf *btf,
					    const struct variable *v)
{
	struct json_object *row = json_object_new_object();
	char *declaration = variable_in_c(btf, v);
	char *value = variable_value(btf, v);

	add_text(row, "name", v->name);
	add_text(row, "section", v->section);
	add_text(row, "declaration", declaration);
	add_text(row, "value", value);
	add_bool(row, "filled", v->filled);
	free(value);
	free(declaration);
	return row;
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

static void print_object(struct bpf_object *obj, const struct btf *btf)
{
	struct variables variables;
	struct bpf_program *prog;
	struct bpf_map *map;
	int i;

	bpf_object__for_each_map(map, obj) {
		if (is_table(map))
			print_table_of(obj, map);
	}
	variables_read(&variables, obj);
	for (i = 0; i < variables.count; i++) {
		if (is_listed(bpf_object__btf(obj), &variables.items[i]))
			print_variable(bpf_object__btf(obj), &variables.items[i]);
	}
	variables_free(&variables);
	bpf_object__for_each_program(prog, obj) {
		if (is_other_program(prog))
			printf("program %s (%s): attach does not load it\n",
			       shown(bpf_program__name(prog)),
			       shown(bpf_program__section_name(prog)));
	}
	each_missing_kfunc(btf, print_kfunc, NULL);
}

static struct json_object *object_in_json(struct bpf_object *obj,
					  const struct btf *btf,
					  const struct embedded *part)
{
	struct json_object *all = json_object_new_object();
	struct json_object *tables = json_object_new_array();
	struct json_object *others = json_object_new_array();
	struct json_object *missing = json_object_new_array();
	struct json_object *rows = json_object_new_array();
	struct variables variables;
	struct bpf_program *prog;
	struct bpf_map *map;
	int i;

	bpf_object__for_each_map(map, obj) {
		if (is_table(map))
			json_object_array_add(tables, table_in_json(obj, map));
	}
	bpf_object__for_each_program(prog, obj) {
		if (is_other_program(prog))
			json_object_array_add(
				others, json_text(bpf_program__name(prog)));
	}
	variables_read(&variables, obj);
	for (i = 0; i < variables.count; i++) {
		if (is_listed(bpf_object__btf(obj), &variables.items[i]))
			json_object_array_add(
				rows, variable_to_json(bpf_object__btf(obj),
						       &variables.items[i]));
	}
	variables_free(&variables);
	each_missing_kfunc(btf, add_kfunc, missing);
	json_object_object_add(all, "tables", tables);
	json_object_object_add(all, "variables", rows);
	json_object_object_add(all, "other_programs", others);
	json_object_object_add(all, "missing_kfuncs", missing);
	add_number(all, "offset", part->offset);
	return all;
}

/* Shows one object of a file, or adds it to ALL where JSON is asked for. */
static int inspect(const char *file, const struct embedded *part,
		   struct json_object *all)
{
	struct bpf_object *obj;
	struct btf *btf;
	int status;

	status = object_open(file, part, &obj);
	if (status != EXIT_OK)
		return status;
	btf = btf__parse(part->path, NULL);
	if (!btf) {
		status = refused("cannot read the BTF of %s: %s", shown(file),
				 strerror(errno));
		goto close;
	}
	if (settings.json) {
		json_object_array_add(all, object_in_json(obj, btf, part));
	} else {
		if (part->offset)
			printf("BPF object of %zu bytes at offset %zu of %s\n",
			       part->size, part->offset, shown(file));
		print_object(obj, btf);
	}
	btf__free(btf);
close:
	bpf_object__close(obj);
	return status;
}

int cmd_inspect(const struct request *request)
{
	struct json_object *all = json_object_new_array();
	const char *file = request->operands[0];
	struct embeddeds found;
	int i, status;

	status = object_find(file, &found);
	for (i = 0; i < found.count && status == EXIT_OK; i++)
		status = inspect(file, &found.items[i], all);
	/* A program with one object in it is as good as the object. */
	if (settings.json && status == EXIT_OK)
		json_print(json_object_get(
			found.count == 1 ? json_object_array_get_idx(all, 0)
					 : all));
	json_object_put(all);
	embedded_free(&found);
	return status;
}
