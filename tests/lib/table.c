// SPDX-License-Identifier: GPL-2.0-only
#include "lib.h"

#include <errno.h>
#include <string.h>

#include <bpf/btf.h>

/* Prints nothing: the tests expect these refusals. */
static int no_print(enum libbpf_print_level level, const char *format,
		    va_list args)
{
	return 0;
}

/* Tables that have not been freed: what a failed test leaves is cleaned up. */
static struct table *tables[8];

static void remember(struct table *t)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(tables); i++) {
		if (!tables[i] || tables[i] == t) {
			tables[i] = t;
			return;
		}
	}
	fail_msg("more than %zu tables at once", ARRAY_SIZE(tables));
}

void table_free_all(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(tables); i++) {
		if (tables[i])
			table_free(tables[i]);
		tables[i] = NULL;
	}
}

static void open_object(struct table *t, const char *file, const char *name)
{
	struct bpf_program *prog;

	memset(t, 0, sizeof(*t));
	snprintf(t->name, sizeof(t->name), "%s", name);
	remember(t);
	libbpf_set_print(no_print);

	t->obj = bpf_object__open_file(file, NULL);
	assert_non_null(t->obj);

	/* If a log level is set, libbpf does not load a refused program twice. */
	bpf_object__for_each_program(prog, t->obj) {
		bpf_program__set_log_buf(prog, t->log, sizeof(t->log));
		bpf_program__set_log_level(prog, 1);
	}
}

void table_open(struct table *t, const char *file, const char *name)
{
	struct bpf_map *map;

	open_object(t, file, name);
	/* A table's programs are loaded with it, and only with it. */
	bpf_object__for_each_map(map, t->obj) {
		if (bpf_map__type(map) != BPF_MAP_TYPE_STRUCT_OPS)
			continue;
		bpf_map__set_autocreate(map, false);
		if (!strcmp(bpf_map__name(map), name))
			t->map = map;
	}
	assert_non_null(t->map);
	bpf_map__set_autocreate(t->map, true);
}

void table_load(struct table *t, const char *file, const char *name)
{
	table_open(t, file, name);
	t->err = -bpf_object__load(t->obj);
	if (t->err) {
		bpf_object__close(t->obj);
		t->obj = NULL;
	}
}

void program_open(struct table *t, const char *file, const char *name)
{
	struct bpf_map *map;

	open_object(t, file, name);
	bpf_object__for_each_map(map, t->obj) {
		if (bpf_map__type(map) == BPF_MAP_TYPE_STRUCT_OPS)
			bpf_map__set_autocreate(map, false);
	}
	t->prog = bpf_object__find_program_by_name(t->obj, name);
	assert_non_null(t->prog);
	bpf_program__set_autoload(t->prog, true);
}

int program_load(struct table *t)
{
	return -bpf_object__load(t->obj);
}

int program_attach(struct table *t)
{
	t->link = bpf_program__attach(t->prog);
	return t->link ? 0 : errno;
}

int table_try_program(struct table *t, const char *file, const char *name)
{
	int err;

	program_open(t, file, name);
	err = program_load(t);
	table_free(t);
	return err;
}

int table_try(struct table *t, const char *file, const char *program)
{
	char name[64];

	snprintf(name, sizeof(name), "table_of_%s", program);
	table_load(t, file, name);
	if (!t->err)
		table_free(t);
	return t->err;
}

void table_must_load(struct table *t, const char *file, const char *program)
{
	if (table_try(t, file, program))
		fail_msg("%s was refused: %s", program, t->log);
}

int table_attach(struct table *t)
{
	t->link = bpf_map__attach_struct_ops(t->map);
	return t->link ? 0 : errno;
}

void table_detach(struct table *t)
{
	bpf_link__destroy(t->link);
	t->link = NULL;
}

void table_free(struct table *t)
{
	table_detach(t);
	bpf_object__close(t->obj);
	t->obj = NULL;
}

/* Prints the last lines of a long log: they have the reason. */
static const char *end_of(const char *log)
{
	const size_t enough = 4000;
	const char *line;

	if (strlen(log) <= enough)
		return log;
	log += strlen(log) - enough;
	line = strchr(log, '\n');
	return line ? line + 1 : log;
}

void table_must_be_loaded(const struct table *t)
{
	if (t->err)
		fail_msg("table %s was refused: %s; the verifier's log:\n%s",
			 t->name, strerror(t->err), end_of(t->log));
}

void table_up(struct table *t, const char *file, const char *name)
{
	int err;

	table_load(t, file, name);
	table_must_be_loaded(t);
	err = table_attach(t);
	if (err)
		fail_msg("table %s was not attached: %s", t->name, strerror(err));
}

void *table_variable(struct table *t, const char *name)
{
	const struct btf *btf = bpf_object__btf(t->obj);
	const struct btf_type *section;
	const struct btf_var_secinfo *var;
	struct bpf_map *bss;
	size_t size;
	char *data;
	int i, id;

	bss = bpf_object__find_map_by_name(t->obj, ".bss");
	assert_non_null(bss);
	data = bpf_map__initial_value(bss, &size);
	assert_non_null(data);

	id = btf__find_by_name_kind(btf, ".bss", BTF_KIND_DATASEC);
	assert_true(id > 0);
	section = btf__type_by_id(btf, id);
	var = btf_var_secinfos(section);
	for (i = 0; i < btf_vlen(section); i++, var++) {
		const struct btf_type *type = btf__type_by_id(btf, var->type);

		if (!strcmp(btf__name_by_offset(btf, type->name_off), name))
			return data + var->offset;
	}
	fail_msg("no variable %s", name);
	return NULL;
}
