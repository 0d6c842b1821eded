// SPDX-License-Identifier: GPL-2.0-only
/* opsctl dump: one table, with all its members. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/btf.h>

#include "list.h"
#include "opsctl.h"
#include "output.h"
#include "programs.h"

static void print_as_text(void *ctx, const char *format, va_list args)
{
	vfprintf(ctx, format, args);
}

/* A data member's value as text; the caller frees it. */
static char *data_as_text(const struct table *t, int i)
{
	LIBBPF_OPTS(btf_dump_type_data_opts, opts);
	const struct btf_member *member = btf_members(t->type.type) + i;
	const void *data = table_member_data(t, i);
	const struct btf *btf = t->type.btf;
	long long size = btf__resolve_size(btf, member->type);
	struct btf_dump *dump;
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	if (!out)
		abort();
	opts.compact = true;
	opts.skip_names = true;
	opts.emit_zeroes = true;
	dump = btf_dump__new(btf, print_as_text, out, NULL);
	if (dump) {
		btf_dump__dump_type_data(dump, member->type, data, size, &opts);
		btf_dump__free(dump);
	}
	fclose(out);
	return text;
}

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
	memcpy(text, table_member_data(t, i), n);
	text[n] = '\0';
	return true;
}

/* Reads a whole number; false for any other member. */
static bool data_is_number(const struct table *t, int i, long long *number,
			   bool *is_signed)
{
	const struct btf_member *member = btf_members(t->type.type) + i;
	const struct btf *btf = t->type.btf;
	const void *data = table_member_data(t, i);
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

static void print_members(const struct table *t)
{
	char text[256], tag[TAG_LEN];
	struct bpf_prog_info info;
	int i;

	for (i = 0; i < table_nr_members(t); i++) {
		printf("\t.%s = ", shown(table_member_name(t, i)));
		if (!table_member_is_function(t, i)) {
			char *data;

			if (data_is_text(t, i, text, sizeof(text))) {
				printf("\"%s\"\n", shown(text));
				continue;
			}
			data = data_as_text(t, i);
			printf("%s\n", data);
			free(data);
			continue;
		}
		if (!table_program(t, i)) {
			printf("NULL\n");
			continue;
		}
		printf("prog %u", table_program(t, i));
		if (program_read(table_program(t, i), &info)) {
			program_tag(&info, tag);
			printf(" (%s), tag %s", shown(info.name), tag);
			if (info.run_cnt)
				printf(", run %llu times, %llu ns",
				       info.run_cnt, info.run_time_ns);
		}
		putchar('\n');
	}
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
	struct json_object *program = json_object_new_object();
	char tag[TAG_LEN];
	struct bpf_prog_info info;

	json_object_object_add(program, "id", json_object_new_uint64(id));
	if (!program_read(id, &info))
		return program;
	program_tag(&info, tag);
	json_object_object_add(program, "name", json_text(info.name));
	json_object_object_add(program, "tag", json_text(tag));
	json_object_object_add(program, "run_count",
			       json_object_new_uint64(info.run_cnt));
	json_object_object_add(program, "run_time_ns",
			       json_object_new_uint64(info.run_time_ns));
	return program;
}

static struct json_object *members_to_json(const struct table *t)
{
	struct json_object *members = json_object_new_array();
	int i;

	for (i = 0; i < table_nr_members(t); i++) {
		struct json_object *m = json_object_new_object();
		__u32 program;

		json_object_object_add(m, "name",
				       json_text(table_member_name(t, i)));
		if (table_member_is_function(t, i)) {
			program = table_program(t, i);
			json_object_object_add(m, "kind", json_text("function"));
			json_object_object_add(m, "program",
					       program ? program_to_json(program)
						       : NULL);
		} else {
			json_object_object_add(m, "kind", json_text("data"));
			json_object_object_add(m, "value", data_to_json(t, i));
		}
		json_object_array_add(members, m);
	}
	return members;
}

int cmd_dump(int argc, char **argv)
{
	struct json_object *all;
	struct tables tables;
	struct table *t;
	int status;

	if (argc != 1)
		return bad_usage("dump takes one table: its id or its name");
	status = tables_read(&tables);
	if (status != EXIT_OK)
		goto out;
	t = tables_find(&tables, argv[0]);
	if (!t) {
		status = EXIT_REFUSED;
		goto out;
	}

	if (settings.json) {
		all = table_to_json(t);
		json_object_object_add(all, "members", members_to_json(t));
		json_print(all);
	} else {
		print_table(t);
		print_members(t);
	}

out:
	tables_free(&tables);
	return status;
}
