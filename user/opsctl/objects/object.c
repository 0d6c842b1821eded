// SPDX-License-Identifier: GPL-2.0-only
#include "object.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <bpf/bpf.h>

#include "array.h"
#include "assign.h"
#include "command.h"
#include "embedded.h"
#include "enumerators.h"
#include "member.h"
#include "preflight.h"
#include "refusal.h"
#include "variables.h"
#include "base/btf_check.h"
#include "base/libbpf_log.h"
#include "base/memory.h"
#include "base/output.h"
#include "kernel/kernel_btf.h"
#include "kernel/klog.h"

bool is_table(const struct bpf_map *map)
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
		"each table of %s is optional (SEC(\"?...\")); choose one with --map",
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
		name_the_tables(obj);
		free(problem);
		return EXIT_REFUSED;
	}
	return EXIT_OK;
}

/* Why libbpf takes a file for no object. */
static int not_an_object(const char *file)
{
	struct bpf_object *obj = bpf_object__open_file(file, NULL);
	int err = errno;

	bpf_object__close(obj);
	return obj ? ENOEXEC : err;
}

static int open_refused(const char *file, int err)
{
	refused("cannot open the BPF object %s: %s", shown(file),
		err == ENOEXEC || err == LIBBPF_ERRNO__FORMAT
			? "it is not a BPF object, and none is within it"
			: error_text(err));
	libbpf_log_show();
	return EXIT_REFUSED;
}

int object_find(const char *file, struct embeddeds *found)
{
	struct stat st;
	int err;

	*found = (struct embeddeds){};
	/* A FIFO would be waited for, and what is read from a device never ends. */
	if (stat(file, &st) == 0 && !S_ISREG(st.st_mode))
		return refused(
			"cannot open the BPF object %s: it is no regular file",
			shown(file));
	err = embedded_find(found, file);
	if (err)
		return open_refused(file, -err);
	if (!found->count)
		return open_refused(file, not_an_object(file));
	return EXIT_OK;
}

int object_open(const char *file, const struct embedded *part,
		struct bpf_object **obj)
{
	LIBBPF_OPTS(bpf_object_open_opts, opts);
	const char *slash = strrchr(file, '/'), *base = slash ? slash + 1 : file;
	char name[BPF_OBJ_NAME_LEN];
	const char *wrong;
	struct btf *btf;

	/* As libbpf names it after its file. */
	snprintf(name, sizeof(name), "%.*s", (int)strcspn(base, "."), base);
	opts.kernel_log_level = settings.debug;
	if (*name)
		opts.object_name = name;
	*obj = NULL;
	/* Libbpf may read past the end of a section, and does not look. */
	btf = btf__parse(part->path, NULL);
	wrong = btf ? btf_problem(btf) : NULL;
	btf__free(btf);
	if (wrong)
		return refused(
			"cannot open the BPF object %s: its BTF is wrong: %s",
			shown(file), wrong);
	*obj = bpf_object__open_file(part->path, &opts);
	return *obj ? EXIT_OK : open_refused(file, errno);
}

/* Tells whether it has the table called ONLY, or any table if that is NULL. */
static bool has_table(struct bpf_object *obj, const char *only)
{
	const struct bpf_map *map;

	bpf_object__for_each_map(map, obj) {
		if (is_table(map) && (!only || !strcmp(bpf_map__name(map), only)))
			return true;
	}
	return false;
}

/* Opens the only object of a file that has a table, or the table called ONLY. */
static int open_only(const char *file, const char *only, struct bpf_object **obj)
{
	struct embeddeds found;
	struct bpf_object *other;
	int i, status;

	*obj = NULL;
	status = object_find(file, &found);
	for (i = 0; i < found.count && status == EXIT_OK; i++) {
		status = object_open(file, &found.items[i], &other);
		if (status != EXIT_OK)
			break;
		if (*obj && has_table(other, only) && has_table(*obj, only)) {
			status = refused(
				"%s holds more than one BPF object with tables; choose one with --map (opsctl inspect shows them)",
				shown(file));
		} else if (!*obj || has_table(other, only)) {
			bpf_object__close(*obj);
			*obj = other;
			continue;
		}
		bpf_object__close(other);
	}
	if (status != EXIT_OK) {
		bpf_object__close(*obj);
		*obj = NULL;
	}
	embedded_free(&found);
	return status;
}

/* Tells whether one program calls others by a map, which libbpf fills with those. */
static bool has_program_array(const struct bpf_object *obj)
{
	const struct bpf_map *map;

	bpf_object__for_each_map(map, obj) {
		if (bpf_map__type(map) == BPF_MAP_TYPE_PROG_ARRAY)
			return true;
	}
	return false;
}

/*
 * Leaves them out: nobody would attach or run them, and one that is refused would sink the
 * tables. Returns what is to be said of that; the caller frees it.
 */
static char *leave_other_programs(struct bpf_object *obj)
{
	bool needed = has_program_array(obj);
	struct bpf_program *prog;
	char *text = NULL;
	FILE *out = xmemstream(&text);

	bpf_object__for_each_program(prog, obj) {
		if (bpf_program__type(prog) == BPF_PROG_TYPE_STRUCT_OPS ||
		    !bpf_program__autoload(prog))
			continue;
		fprintf(out,
			"Warning: program %s (%s) is no struct_ops: it is %s\n",
			shown(bpf_program__name(prog)),
			shown(bpf_program__section_name(prog)),
			needed ? "loaded, and neither attached nor run"
			       : "not loaded, attached or run");
		bpf_program__set_autoload(prog, needed);
	}
	fclose(out);
	return text;
}

static int set_variables(struct bpf_object *obj, const struct request *request)
{
	struct variables variables;
	int status;

	variables_read(&variables, obj);
	status = variables_set(&variables, obj, request->vars, request->nr_vars);
	variables_free(&variables);
	return status;
}

bool table_is_declared_with_link(const struct bpf_object *obj,
				 const struct bpf_map *map)
{
	const struct btf *btf = bpf_object__btf(obj);
	static const char *const sections[] = { ".struct_ops", "?.struct_ops" };
	const struct btf_type *section, *var;
	size_t i;
	int j, id;

	for (i = 0; i < ARRAY_SIZE(sections); i++) {
		id = btf__find_by_name_kind(btf, sections[i], BTF_KIND_DATASEC);
		section = id < 0 ? NULL : btf__type_by_id(btf, id);
		for (j = 0; section && j < btf_vlen(section); j++) {
			var = btf__type_by_id(btf,
					      btf_var_secinfos(section)[j].type);
			if (!strcmp(btf__name_by_offset(btf, var->name_off),
				    bpf_map__name(map)))
				return false;
		}
	}
	return true;
}

/* Without a link nothing can pin a table or swap it, and it outlives its loader. */
static void give_links(struct bpf_object *obj)
{
	struct bpf_map *map = NULL;
	__u32 flags;

	while ((map = object_next_table(obj, map))) {
		flags = bpf_map__map_flags(map);
		if (flags & BPF_F_LINK)
			continue;
		if (!kernel_has_enumerator("BPF_F_LINK")) {
			fputs("Warning: this kernel has no links for tables (Linux 6.4 has)\n",
			      stderr);
			return;
		}
		bpf_map__set_map_flags(map, flags | BPF_F_LINK);
	}
}

int object_load(const char *file, const struct request *request,
		struct bpf_object **obj)
{
	int status, err;
	char *others;

	status = open_only(file, request->map, obj);
	if (status != EXIT_OK)
		return status;
	status = choose_tables(*obj, file, request->map);
	if (status == EXIT_OK)
		status = assign_members(*obj, request->sets, request->nr_sets);
	if (status == EXIT_OK)
		status = set_variables(*obj, request);
	if (status == EXIT_OK)
		status = check_tables(*obj, file);
	if (status != EXIT_OK)
		goto close;
	if (!request->no_link)
		give_links(*obj);
	others = leave_other_programs(*obj);

	klog_mark();
	err = bpf_object__load(*obj);
	if (!err)
		fputs(others, stderr);
	free(others);
	if (!err)
		return EXIT_OK;
	status = load_refused(file, *obj, -err);

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
