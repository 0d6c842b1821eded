// SPDX-License-Identifier: GPL-2.0-only
/* opsctl dump: one table, with all its members. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/btf.h>

#include "command.h"
#include "list.h"
#include "base/output.h"
#include "kernel/programs.h"

/* Reads text from an array of char, not of bytes; false for any other member. */
static bool data_is_text(const struct table *t, int i, char *text, size_t max)
{
	const struct btf_member *member = btf_members(t->type.type) + i;
	const struct btf *btf = t->type.btf;
	const struct btf_type *type;
	__u32 n;
	int id = btf__resolve_type(btf, member->type);

	if (id < 0)
		return false;
	type = btf__type_by_id(btf, id);
	if (!btf_is_array(type))
		return false;
	n = btf_array(type)->nelems;
	id = btf__resolve_type(btf, btf_array(type)->type);
	if (id < 0)
		return false;
	type = btf__type_by_id(btf, id);
	if (!btf_is_int(type) || n >= max ||
	    strcmp(btf__name_by_offset(btf, type->name_off), "char"))
		return false;
	memcpy(text, t->members[i].data, n);
	text[n] = '\0';
	return true;
}

/* Reads a whole number; false for any other member. */
static bool data_is_number(const struct table *t, int i, long long *number,
			   bool *is_signed)
{
	const struct btf_member *member = btf_members(t->type.type) + i;
	const struct btf *btf = t->type.btf;
	const void *data = t->members[i].data;
	const struct btf_type *type;
	int id = btf__resolve_type(btf, member->type);

	if (id < 0 || btf_member_bitfield_size(t->type.type, i))
		return false;
	type = btf__type_by_id(btf, id);
	if (!btf_is_int(type))
		return false;
	*is_signed = btf_int_encoding(type) & BTF_INT_SIGNED;
	switch (type->size) {
	case 1:
		*number = *is_signed ? *(__s8 *)data : *(__u8 *)data;
		return true;
	case 2:
		*number = *is_signed ? *(__s16 *)data : *(__u16 *)data;
		return true;
	case 4:
		*number = *is_signed ? *(__s32 *)data : (long long)*(__u32 *)data;
		return true;
	case 8:
		*number = *(__s64 *)data;
		return true;
	}
	return false;
}

static char *data_as_text(const struct table *t, int i)
{
	return data_in_c(t->type.btf, btf_members(t->type.type) + i,
			 t->members[i].data);
}

static void print_data(const struct table *t, int i)
{
	char text[256], *data;

	if (data_is_text(t, i, text, sizeof(text))) {
		printf("\"%s\"", shown(text));
		return;
	}
	data = data_as_text(t, i);
	printf("%s", data);
	free(data);
}

static void print_program(__u32 id)
{
	struct bpf_prog_info info;
	char tag[TAG_LEN], *name;

	if (!id) {
		printf("NULL");
		return;
	}
	printf("prog %u", id);
	if (!program_read(id, &info))
		return;
	program_tag(&info, tag);
	name = program_name(&info);
	printf(" (%s), tag %s", shown(name), tag);
	free(name);
	if (info.run_cnt)
		printf(", run %llu times, %llu ns", info.run_cnt,
		       info.run_time_ns);
}

static void print_members(const struct table *t, bool all)
{
	int i, hidden = 0;

	for (i = 0; i < t->nr_members; i++) {
		const struct member *m = &t->members[i];

		if (!all && m->is_function && !m->program) {
			hidden++;
			continue;
		}
		printf("\t.%s = ", shown(m->name));
		if (m->is_function)
			print_program(m->program);
		else
			print_data(t, i);
		putchar('\n');
	}
	if (hidden)
		printf("\tfunctions without a program: %d (--all shows them)\n",
		       hidden);
}

static struct json_object *data_to_json(const struct table *t, int i)
{
	struct json_object *value;
	bool is_signed;
	char text[256];
	long long n;
	char *data;

	if (data_is_text(t, i, text, sizeof(text)))
		return json_text(text);
	if (data_is_number(t, i, &n, &is_signed))
		return is_signed ? json_object_new_int64(n)
				 : json_object_new_uint64(n);
	data = data_as_text(t, i);
	value = json_text(data);
	free(data);
	return value;
}

static struct json_object *program_to_json(__u32 id)
{
	struct json_object *program;
	struct bpf_prog_info info;
	char tag[TAG_LEN], *name;

	if (!id)
		return NULL;
	program = json_object_new_object();
	add_number(program, "id", id);
	if (!program_read(id, &info))
		return program;
	program_tag(&info, tag);
	name = program_name(&info);
	add_text(program, "name", name);
	free(name);
	add_text(program, "tag", tag);
	add_number(program, "run_count", info.run_cnt);
	add_number(program, "run_time_ns", info.run_time_ns);
	return program;
}

static struct json_object *members_to_json(const struct table *t)
{
	struct json_object *members = json_object_new_array();
	int i;

	for (i = 0; i < t->nr_members; i++) {
		struct json_object *m = json_object_new_object();

		add_text(m, "name", t->members[i].name);
		if (t->members[i].is_function) {
			add_text(m, "kind", "function");
			json_object_object_add(
				m, "program",
				program_to_json(t->members[i].program));
		} else {
			add_text(m, "kind", "data");
			json_object_object_add(m, "value", data_to_json(t, i));
		}
		json_object_array_add(members, m);
	}
	return members;
}

int cmd_dump(const struct request *request)
{
	struct json_object *all;
	struct tables tables;
	struct table *t;
	int status;

	status = tables_read(&tables);
	if (status != EXIT_OK)
		goto out;
	t = tables_find(&tables, request->operands[0]);
	if (!t) {
		status = EXIT_REFUSED;
		goto out;
	}
	tables_find_holders(&tables);

	if (settings.json) {
		all = table_to_json(t);
		json_object_object_add(all, "members", members_to_json(t));
		json_print(all);
	} else {
		print_table(t, false);
		print_members(t, request->all);
	}

out:
	tables_free(&tables);
	return status;
}
