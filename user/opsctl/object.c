// SPDX-License-Identifier: GPL-2.0-only
#include "object.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>

#include "requirements.h"
#include "kernel_btf.h"
#include "libbpf_log.h"
#include "opsctl.h"
#include "output.h"

int object_request_set(struct object_request *request, const char *set)
{
	const char *equals = strchr(set, '=');

	if (!equals || equals == set)
		return bad_usage("--set takes MEMBER=VALUE, not '%s'",
				 shown(set));
	if (request->nr_sets == SETS_MAX)
		return bad_usage("--set can be given %d times at most", SETS_MAX);
	request->sets[request->nr_sets++] = set;
	return EXIT_OK;
}

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

/* The table's struct in the object's own BTF. */
static const struct btf_type *table_struct(const struct bpf_object *obj,
					   const struct bpf_map *map)
{
	return btf__type_by_id(bpf_object__btf(obj),
			       bpf_map__btf_value_type_id(map));
}

static const struct btf_member *find_member(const struct btf *btf,
					    const struct btf_type *type,
					    const char *name, size_t len)
{
	const struct btf_member *member = btf_members(type);
	int i;

	for (i = 0; i < btf_vlen(type); i++, member++) {
		const char *its = btf__name_by_offset(btf, member->name_off);

		if (strlen(its) == len && !memcmp(its, name, len))
			return member;
	}
	return NULL;
}

static bool set_number(void *to, const struct btf_type *type, const char *value)
{
	bool is_signed = btf_is_int(type)
				 ? btf_int_encoding(type) & BTF_INT_SIGNED
				 : btf_kflag(type);
	unsigned int bits = 8 * type->size;
	unsigned long long n;
	char *end;

	if (!*value || bits > 64)
		return false;
	errno = 0;
	if (is_signed) {
		long long s = strtoll(value, &end, 0);

		if (bits < 64 &&
		    (s < -(1LL << (bits - 1)) || s >= 1LL << (bits - 1)))
			return false;
		n = s;
	} else {
		n = strtoull(value, &end, 0);
		if (*value == '-' || (bits < 64 && n >> bits))
			return false;
	}
	if (errno || *end)
		return false;
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	n <<= 64 - bits;
#endif
	memcpy(to, &n, type->size);
	return true;
}

/* Sets one member. Returns NULL, or what is wrong with the value. */
static const char *set_member(void *to, const struct btf *btf,
			      const struct btf_member *member, const char *value)
{
	const struct btf_type *type;
	int id = btf__resolve_type(btf, member->type);

	if (id < 0)
		return "its type is not known";
	type = btf__type_by_id(btf, id);
	if (btf_is_ptr(type))
		return "it is a function or a pointer: only data can be set";
	if (btf_is_int(type) || btf_is_any_enum(type))
		return set_number(to, type, value)
			       ? NULL
			       : "not a whole number that fits the member";
	if (btf_is_array(type) &&
	    btf__resolve_size(btf, id) == (long long)btf_array(type)->nelems) {
		size_t size = btf_array(type)->nelems;

		if (strlen(value) >= size)
			return "too long for the member";
		memset(to, 0, size);
		memcpy(to, value, strlen(value));
		return NULL;
	}
	return "only whole numbers and text can be set";
}

static int set_members(struct bpf_object *obj, const char *set)
{
	const struct btf *btf = bpf_object__btf(obj);
	size_t len = strcspn(set, "=");
	const struct btf_member *member;
	struct bpf_map *map = NULL;
	const char *wrong;
	bool found = false;
	size_t size;
	char *data;

	while ((map = object_next_table(obj, map))) {
		const struct btf_type *type = table_struct(obj, map);
		__u32 offset;

		member = find_member(btf, type, set, len);
		if (!member)
			continue;
		found = true;
		data = bpf_map__initial_value(map, &size);
		offset = btf_member_bit_offset(type, member - btf_members(type)) /
			 8;
		/* The object's BTF may say anything. */
		if (!data ||
		    btf_member_bitfield_size(type, member - btf_members(type)))
			wrong = "it is a bitfield";
		else if (btf__resolve_size(btf, member->type) < 0 ||
			 offset + btf__resolve_size(btf, member->type) >
				 (long long)size)
			wrong = "it is outside the table";
		else
			wrong = set_member(data + offset, btf, member,
					   set + len + 1);
		if (wrong)
			return refused("cannot set %s in table %s: %s",
				       shown(set), shown(bpf_map__name(map)),
				       wrong);
	}
	if (!found)
		return refused("no table of the object has the member of '%s'",
			       shown(set));
	return EXIT_OK;
}

/* Leaves out unwanted tables; libbpf then leaves out their programs. */
static int choose_tables(struct bpf_object *obj,
			 const struct object_request *request)
{
	struct bpf_map *map;
	bool any = false;

	bpf_object__for_each_map(map, obj) {
		if (!is_table(map))
			continue;
		if (request->map)
			bpf_map__set_autocreate(map, !strcmp(bpf_map__name(map),
							     request->map));
		any = true;
	}
	if (!any)
		return refused(
			"%s holds no struct_ops table (SEC(\".struct_ops.link\"))",
			shown(request->file));
	if (object_next_table(obj, NULL))
		return EXIT_OK;
	if (request->map)
		return refused("%s holds no struct_ops table called '%s'",
			       shown(request->file), shown(request->map));
	return refused(
		"each table of %s is optional (SEC(\"?…\")); choose one with --map",
		shown(request->file));
}

int object_load(const struct object_request *request, struct bpf_object **obj)
{
	LIBBPF_OPTS(bpf_object_open_opts, opts);
	int i, status, err;

	opts.kernel_log_level = settings.debug;
	*obj = bpf_object__open_file(request->file, &opts);
	if (!*obj) {
		err = errno;
		refused("cannot open the BPF object %s: %s", shown(request->file),
			err == ENOEXEC || err == LIBBPF_ERRNO__FORMAT
				? "it is not a BPF object"
				: strerror(err));
		libbpf_log_show();
		return EXIT_REFUSED;
	}

	status = choose_tables(*obj, request);
	for (i = 0; i < request->nr_sets && status == EXIT_OK; i++)
		status = set_members(*obj, request->sets[i]);
	if (status != EXIT_OK)
		goto close;

	err = bpf_object__load(*obj);
	if (err) {
		status = refused(
			"cannot load %s: %s; the module's reason, if it has one: dmesg",
			shown(request->file), kernel_strerror(-err));
		libbpf_log_show();
		goto close;
	}
	return EXIT_OK;

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
		theirs = find_member(to->btf, to->type, name, strlen(name));
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
