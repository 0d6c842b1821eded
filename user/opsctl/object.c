// SPDX-License-Identifier: GPL-2.0-only
#include "object.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <bpf/bpf.h>

#include "member.h"
#include "command.h"
#include "kernel_btf.h"
#include "klog.h"
#include "libbpf_log.h"
#include "output.h"
#include "preflight.h"
#include "refusal.h"

static bool is_table(const struct bpf_map *map)
{
	return bpf_map__type(map) == BPF_MAP_TYPE_STRUCT_OPS;
}

struct bpf_map *object_next_table(struct bpf_object *obj, struct bpf_map *map)
{
	do {
		map = bpf_object__next_map(obj, map);
	} while (map && (!is_table(map) || !bpf_map__autocreate(map)));
	return map;
}

/* Tells whether a program is in a function of a table that is to be loaded. */
static bool is_used(struct bpf_object *obj, const struct bpf_program *prog)
{
	const struct bpf_program *in;
	struct bpf_map *map = NULL;
	const char *data;
	size_t size, at;

	while ((map = object_next_table(obj, map))) {
		data = bpf_map__initial_value(map, &size);
		for (at = 0; data && at + sizeof(in) <= size; at += sizeof(in)) {
			memcpy(&in, data + at, sizeof(in));
			if (in == prog)
				return true;
		}
	}
	return false;
}

/* Leaves a function out; libbpf has the program of it in its place. */
static const char *leave_out(struct bpf_object *obj, struct bpf_map *map,
			     const struct btf_member *member)
{
	struct bpf_program *prog;
	size_t size;
	char *at = bpf_map__initial_value(map, &size);

	if (!at || member->offset / 8 + sizeof(prog) > size)
		return "it is outside the table";
	at += member->offset / 8;
	memcpy(&prog, at, sizeof(prog));
	memset(at, 0, sizeof(prog));
	if (prog && !is_used(obj, prog))
		bpf_program__set_autoload(prog, false);
	return NULL;
}

/* Sets one member of one table; returns NULL, or in words what is wrong. */
static const char *set_member(struct bpf_object *obj, struct bpf_map *map,
			      const struct btf_member *member, const char *name,
			      const char *value)
{
	if (!*value && member_is_function(bpf_object__btf(obj), member))
		return leave_out(obj, map, member);
	return table_set(obj, map, name, value);
}

/* Sets the member in each table that has it. */
static int set_members(struct bpf_object *obj, const char *set)
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
					 wrong);
	}
	if (!found)
		status = refused("no table of the object has the member of '%s'",
				 shown(set));
	free(member);
	return status;
}

/* Leaves out unwanted tables; libbpf then leaves out their programs. */
static int choose_tables(struct bpf_object *obj, const char *file,
			 const char *only)
{
	struct bpf_map *map;
	bool any = false;

	bpf_object__for_each_map(map, obj) {
		if (!is_table(map))
			continue;
		if (only)
			bpf_map__set_autocreate(map, !strcmp(bpf_map__name(map),
							     only));
		any = true;
	}
	if (!any)
		return refused(
			"%s holds no struct_ops table (SEC(\".struct_ops.link\"))",
			shown(file));
	if (object_next_table(obj, NULL))
		return EXIT_OK;
	if (only)
		return refused("%s holds no struct_ops table called '%s'",
			       shown(file), shown(only));
	return refused(
		"each table of %s is optional (SEC(\"?…\")); choose one with --map",
		shown(file));
}

static int check_tables(struct bpf_object *obj, const char *file)
{
	struct bpf_map *map = NULL;
	char *problem;

	while ((map = object_next_table(obj, map))) {
		problem = table_problem(obj, map);
		if (!problem)
			continue;
		refused("cannot load %s: table %s: %s", shown(file),
			shown(bpf_map__name(map)), problem);
		free(problem);
		return EXIT_REFUSED;
	}
	return EXIT_OK;
}

int object_open(const char *file, struct bpf_object **obj)
{
	LIBBPF_OPTS(bpf_object_open_opts, opts);
	struct stat st;
	int err;

	*obj = NULL;
	/* A FIFO would be waited for, and what is read from a device never ends. */
	if (stat(file, &st) == 0 && !S_ISREG(st.st_mode))
		return refused(
			"cannot open the BPF object %s: it is no regular file",
			shown(file));
	opts.kernel_log_level = settings.debug;
	*obj = bpf_object__open_file(file, &opts);
	if (*obj)
		return EXIT_OK;
	err = errno;
	refused("cannot open the BPF object %s: %s", shown(file),
		err == ENOEXEC || err == LIBBPF_ERRNO__FORMAT
			? "it is not a BPF object"
			: error_text(err));
	libbpf_log_show();
	return EXIT_REFUSED;
}

int object_load(const char *file, const struct request *request,
		struct bpf_object **obj)
{
	int i, status, err;

	status = object_open(file, obj);
	if (status != EXIT_OK)
		return status;
	status = choose_tables(*obj, file, request->map);
	for (i = 0; i < request->nr_sets && status == EXIT_OK; i++)
		status = set_members(*obj, request->sets[i]);
	if (status == EXIT_OK)
		status = check_tables(*obj, file);
	if (status != EXIT_OK)
		goto close;

	klog_mark();
	err = bpf_object__load(*obj);
	if (!err)
		return EXIT_OK;
	status = load_refused(file, -err);

close:
	bpf_object__close(*obj);
	*obj = NULL;
	return status;
}

/*
 * libbpf keeps the table as the object knows it, with pointers to its programs;
 * the kernel wants it as its own BTF has it, with their descriptors.
 */
static int convert(const struct btf *btf, const struct btf_type *type,
		   const char *data, const struct ops_type *to, char *value)
{
	const struct btf_member *member = btf_members(type), *theirs;
	int i;

	for (i = 0; i < btf_vlen(type); i++, member++) {
		const char *name = btf__name_by_offset(btf, member->name_off);
		const char *from = data + member->offset / 8;
		const struct bpf_program *prog;
		long long size;
		unsigned long fd;
		char *at;

		/* A member that the kernel lacks is 0: libbpf has checked that. */
		theirs = member_find(to->btf, to->type, name);
		if (!theirs)
			continue;
		at = value + to->offset + theirs->offset / 8;

		if (member_is_function(to->btf, theirs)) {
			memcpy(&prog, from, sizeof(prog));
			fd = prog ? bpf_program__fd(prog) : 0;
			memcpy(at, &fd, sizeof(fd));
			continue;
		}
		size = btf__resolve_size(btf, member->type);
		if (size < 0 || size != btf__resolve_size(to->btf, theirs->type))
			return -EINVAL;
		memcpy(at, from, size);
	}
	return 0;
}

int object_write_table(struct bpf_object *obj, struct bpf_map *map)
{
	struct bpf_map_info info = {};
	__u32 info_size = sizeof(info), key = 0;
	struct ops_type type;
	const char *module;
	size_t size;
	char *value;
	int err;

	err = bpf_map_get_info_by_fd(bpf_map__fd(map), &info, &info_size);
	if (err)
		return err;
	module = kernel_btf_name(info.btf_vmlinux_id);
	if (!module || !kernel_btf(module) ||
	    !ops_type_of_value(kernel_btf(module),
			       info.btf_vmlinux_value_type_id, &type))
		return -ENOENT;

	value = calloc(1, info.value_size);
	if (!value)
		return -ENOMEM;
	err = convert(bpf_object__btf(obj), table_struct(obj, map),
		      bpf_map__initial_value(map, &size), &type, value);
	if (!err)
		err = bpf_map_update_elem(bpf_map__fd(map), &key, value, 0);
	free(value);
	return err;
}

__u32 object_map_id(const struct bpf_map *map)
{
	struct bpf_map_info info = {};
	__u32 size = sizeof(info);

	return bpf_map_get_info_by_fd(bpf_map__fd(map), &info, &size) ? 0
								      : info.id;
}

struct json_object *object_to_json(const struct bpf_map *map, const char *name,
				   __u32 link)
{
	struct json_object *row = json_object_new_object();

	add_number(row, "id", object_map_id(map));
	add_text(row, "name", name);
	add_text(row, "map", bpf_map__name(map));
	if (link)
		add_number(row, "link", link);
	else
		add_text(row, "link", NULL);
	return row;
}
