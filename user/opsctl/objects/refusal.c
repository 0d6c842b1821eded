// SPDX-License-Identifier: GPL-2.0-only
#include "refusal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "array.h"
#include "command.h"
#include "functions.h"
#include "machine.h"
#include "member.h"
#include "object.h"
#include "text.h"
#include "base/libbpf_log.h"
#include "base/memory.h"
#include "base/output.h"
#include "kernel/kernel_btf.h"
#include "kernel/klog.h"
#include "kernel/state.h"
#include "kernel/tables.h"

#define ENOTSUPP 524 /* see kernel_strerror() */

#define JIT_IS_OFF \
	"the BPF JIT is off; switch it on: sysctl net.core.bpf_jit_enable=1"

const char *error_text(int err)
{
	static char text[128];

	if (err < __LIBBPF_ERRNO__START)
		return err == ENOTSUPP ? "Operation not supported (ENOTSUPP)"
				       : strerror(err);
	libbpf_strerror(err, text, sizeof(text));
	return text;
}

/* Prints what the kernel has logged, if it is more than the first line. */
static void show_klog(const char *lines)
{
	if (!lines || !*lines)
		return;
	fputs("The kernel's log:\n", stderr);
	print_escaped(stderr, lines, "\n\t\"\\");
}

void name_the_tables(struct bpf_object *obj)
{
	struct bpf_map *map = object_next_table(obj, NULL);

	if (!map || !object_next_table(obj, map))
		return;
	fputs("It is one of several tables; --map NAME takes one alone:", stderr);
	for (; map; map = object_next_table(obj, map))
		fprintf(stderr, " %s", shown(bpf_map__name(map)));
	fputc('\n', stderr);
}

/* Says in which table the refused program is, and how to do without that. */
static void name_the_program(struct bpf_object *obj)
{
	char *name = libbpf_log_program();
	const struct bpf_program *prog = NULL;
	struct place place;

	if (name)
		prog = bpf_object__find_program_by_name(obj, name);
	if (prog && find_place(obj, prog, &place)) {
		fprintf(stderr, "Program %s was refused: %s of table %s.\n",
			shown(name), shown(place_name(obj, &place)),
			shown(bpf_map__name(place.map)));
		name_the_tables(obj);
	}
	free(name);
}

int load_refused(const char *file, struct bpf_object *obj, int err)
{
	char *cause = libbpf_log_cause();
	char *logged = klog_since_mark();

	if (!cause && err == ENOTSUPP)
		cause = xstrdup(
			bpf_jit() == 0
				? JIT_IS_OFF
				: "this kernel has no struct_ops on this architecture; use a newer kernel");
	refused("cannot load %s: %s%s%s", shown(file), error_text(err),
		cause ? ": " : "", cause ? shown(cause) : "");
	name_the_program(obj);
	show_klog(logged);
	libbpf_log_show();
	free(logged);
	free(cause);
	return EXIT_REFUSED;
}

/* Types of which each table has its own name: the others are not in the way. */
static bool is_keyed_by_name(const char *type)
{
	static const char *const types[] = {
		"tcp_congestion_ops",
		"Qdisc_ops",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(types); i++) {
		if (!strcmp(types[i], type))
			return true;
	}
	return false;
}

/* The table was refused: everything that may tell why. */
struct refusal {
	const struct bpf_object *obj;
	const struct bpf_map *map;
	struct bpf_map *const *own;
	int nr_own;
	int err;
	const char *type;
	const char *logged;
	char name[NAME_SIZE];
};

static bool is_own(const struct refusal *r, __u32 id)
{
	struct bpf_map_info info;
	__u32 size;
	int i;

	for (i = 0; i < r->nr_own; i++) {
		size = sizeof(info);
		memset(&info, 0, size);
		if (!bpf_map_get_info_by_fd(bpf_map__fd(r->own[i]), &info, &size) &&
		    info.id == id)
			return true;
	}
	return false;
}

/* How sure it is that the table is in the way. */
enum guilt { INNOCENT, SUSPECT, GUILTY };

static enum guilt guilt_of(const struct refusal *r, const struct table *t)
{
	char *quoted;
	bool named;

	if (!t->attached || !table_has_type_of(t, r->map))
		return INNOCENT;
	if (!strcmp(t->name, r->name))
		return GUILTY;
	if (is_keyed_by_name(r->type))
		return INNOCENT;
	/* There is one scheduler; and many types say whose place it is. */
	if (r->err == EBUSY && !strncmp(r->type, "sched_ext_ops", 13))
		return GUILTY;
	if (!r->logged)
		return SUSPECT;
	quoted = xasprintf("\"%s\"", t->name);
	named = strstr(r->logged, quoted);
	free(quoted);
	return named ? GUILTY : SUSPECT;
}

/* Finds who has the place. NULL if nobody can be named; the caller frees it. */
static char *find_holder(const struct refusal *r)
{
	const struct table *holder = NULL;
	enum guilt guilt, worst = INNOCENT;
	struct tables tables;
	char *text = NULL;
	int i, n = 0;

	/* Others do not see the tables. */
	if (!caller_has_sys_admin())
		return NULL;
	if (tables_read(&tables) != EXIT_OK)
		goto out;
	for (i = 0; i < tables.count; i++) {
		guilt = guilt_of(r, &tables.items[i]);
		if (guilt == INNOCENT || guilt < worst)
			continue;
		n = guilt > worst ? 1 : n + 1;
		worst = guilt;
		holder = &tables.items[i];
	}
	/* A type with two attached tables has room for more than one. */
	if (!holder || (worst == SUSPECT && n > 1))
		goto out;
	if (is_own(r, holder->info.id))
		text = xasprintf(
			"table '%s' of the same file is %sin its place; choose one with --map",
			shown(holder->name), worst == SUSPECT ? "perhaps " : "");
	else
		text = xasprintf(
			"table '%s', id %u, is %sin its place; to remove that: opsctl remove %u",
			shown(holder->name), holder->info.id,
			worst == SUSPECT ? "perhaps " : "", holder->info.id);
out:
	tables_free(&tables);
	return text;
}

/* Lists the numbers in a table, one of which the type may not like. */
static char *list_numbers(const struct refusal *r)
{
	const struct btf *btf = bpf_object__btf(r->obj);
	const struct btf_type *type = table_struct(r->obj, r->map);
	const struct btf_member *m = btf_members(type);
	const char *before = "the type may refuse a value: ";
	char *text = NULL, *value;
	size_t size;
	const char *data = bpf_map__initial_value(r->map, &size);
	FILE *out;
	int i;

	if (!data || type->size > size)
		return NULL;
	out = xmemstream(&text);
	for (i = 0; i < btf_vlen(type); i++, m++) {
		int id = btf__resolve_type(btf, m->type);

		if (id < 0 || !btf_is_int(btf__type_by_id(btf, id)) ||
		    btf_member_bitfield_size(type, i) ||
		    m->offset / 8 + btf__resolve_size(btf, id) > type->size)
			continue;
		value = data_in_c(btf, m, data + m->offset / 8);
		fprintf(out, "%s%s = %s", before,
			btf__name_by_offset(btf, m->name_off), value);
		before = ", ";
		free(value);
	}
	if (ftell(out))
		fputs("; or it wants a function that the table lacks", out);
	fclose(out);
	return text;
}

/* One line, without its newline; NULL if there are more, or none. */
static char *only_line(const char *lines)
{
	const char *end = lines ? strchr(lines, '\n') : NULL;

	if (!end || end[1])
		return NULL;
	return strndup(lines, end - lines);
}

/*
 * The kernel looks for the ring among the descriptors of who attaches, and takes not every
 * ring (io_uring/bpf-ops.c, bpf_io_reg() and io_install_bpf()).
 */
static char *find_ring(const struct refusal *r)
{
	const struct btf *btf = bpf_object__btf(r->obj);
	const struct btf_type *type = table_struct(r->obj, r->map);
	const struct btf_member *m = member_find(btf, type, "ring_fd");
	char path[32], target[32] = "";
	const char *data;
	size_t size;
	__u32 fd;

	data = bpf_map__initial_value(r->map, &size);
	if (!m || !data || type->size > size ||
	    btf__resolve_size(btf, m->type) != sizeof(fd))
		return NULL;
	memcpy(&fd, data + m->offset / 8, sizeof(fd));
	snprintf(path, sizeof(path), "/proc/self/fd/%u", fd);
	if (readlink(path, target, sizeof(target) - 1) < 0 ||
	    strcmp(target, "anon_inode:[io_uring]"))
		return xasprintf(
			"ring_fd = %u is no ring of opsctl; only the program that has the ring can attach it",
			fd);
	if (r->err == EOPNOTSUPP)
		return xasprintf(
			"the ring of ring_fd = %u has to have IORING_SETUP_DEFER_TASKRUN, and neither SQPOLL nor IOPOLL",
			fd);
	return NULL;
}

static char *find_cause(const struct refusal *r)
{
	char *cause = NULL;

	if (!strcmp(r->type, "io_uring_bpf_ops"))
		cause = find_ring(r);
	if (cause)
		return cause;
	if (r->err == EEXIST || r->err == EBUSY)
		cause = find_holder(r);
	if (!cause && r->err == EEXIST && is_keyed_by_name(r->type))
		cause = xasprintf(
			"the kernel or a module has one of that name, '%s'; take another with --set",
			shown(r->name));
	if (!cause)
		cause = only_line(r->logged);
	if (!cause && r->err == EINVAL && (!r->logged || !*r->logged))
		cause = list_numbers(r);
	if (!cause && r->err == ENOTSUPP && bpf_jit() == 0)
		cause = xstrdup(JIT_IS_OFF);
	return cause;
}

int attach_refused(const char *what, const struct bpf_object *obj,
		   const struct bpf_map *map, struct bpf_map *const *own,
		   int nr_own, int err)
{
	char *logged = klog_since_mark(), *cause, *line;
	struct refusal refusal = {
		.obj = obj,
		.map = map,
		.own = own,
		.nr_own = nr_own,
		.err = err,
		.type = table_type_name(obj, map),
		.logged = logged,
	};

	object_naming(obj, map, refusal.name);
	cause = find_cause(&refusal);
	refused("the kernel refused to %s: %s%s%s", what, error_text(err),
		cause && *cause ? ": " : "", cause ? shown(cause) : "");
	/* Nothing is said twice. */
	line = only_line(logged);
	if (!line || !cause || strcmp(line, cause))
		show_klog(logged);
	free(line);
	free(cause);
	free(logged);
	return EXIT_REFUSED;
}
