// SPDX-License-Identifier: GPL-2.0-only
#include "kernel_btf.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "base/memory.h"

#define BTF_DIR "/sys/kernel/btf"

/* A map's value is struct bpf_struct_ops_TYPE: a state, and a struct TYPE. */
#define VALUE_PREFIX "bpf_struct_ops_"

/* Those read so far; a handful of modules has struct_ops types. */
static struct known_btf {
	struct known_btf *next;
	struct btf *btf;
	char module[64];
} *known_btfs;

static const struct known_btf *remember(const char *module, struct btf *btf)
{
	struct known_btf *known = calloc(1, sizeof(*known));

	if (!known)
		abort();
	known->btf = btf;
	snprintf(known->module, sizeof(known->module), "%s", module);
	known->next = known_btfs;
	known_btfs = known;
	return known;
}

static const struct known_btf *read_btf_once(const char *module)
{
	const struct known_btf *vmlinux = NULL;
	const struct known_btf *known;
	struct btf *btf;

	for (known = known_btfs; known; known = known->next) {
		if (!strcmp(known->module, module))
			return known;
	}

	/* A module's BTF goes on where the kernel's ends. */
	if (strcmp(module, "vmlinux")) {
		vmlinux = read_btf_once("vmlinux");
		if (!vmlinux)
			return NULL;
	}

	btf = vmlinux ? btf__load_module_btf(module, vmlinux->btf)
		      : btf__load_vmlinux_btf();
	return btf ? remember(module, btf) : NULL;
}

const struct btf *kernel_btf(const char *module)
{
	const struct known_btf *known = read_btf_once(module);

	return known ? known->btf : NULL;
}

const struct btf *kernel_btf_of_id(__u32 id, const char *module)
{
	const struct btf *vmlinux, *btf = kernel_btf(module);
	struct btf *from_kernel;

	if (btf)
		return btf;
	/* The file in sysfs is no good; the kernel itself has it as well. */
	vmlinux = kernel_btf("vmlinux");
	if (!vmlinux)
		return NULL;
	from_kernel =
		btf__load_from_kernel_by_id_split(id, (struct btf *)vmlinux);
	return from_kernel ? remember(module, from_kernel)->btf : NULL;
}

const char *kernel_btf_name(__u32 id)
{
	struct bpf_btf_info info = {};
	__u32 size = sizeof(info);
	static char name[64];
	int fd, err;

	/* Kernels that do not tell the id have no types of modules. */
	if (!id)
		return "vmlinux";

	fd = bpf_btf_get_fd_by_id(id);
	if (fd < 0)
		return NULL;
	info.name = (unsigned long)name;
	info.name_len = sizeof(name);
	err = bpf_btf_get_info_by_fd(fd, &info, &size);
	close(fd);
	return err ? NULL : name;
}

bool ops_type_of_value(const struct btf *btf, __u32 value_id,
		       struct ops_type *type)
{
	const struct btf_type *value = btf__type_by_id(btf, value_id);
	const struct btf_member *data;
	const char *name;
	int id;

	if (!value || !btf_is_struct(value) || !btf_vlen(value))
		return false;
	name = btf__name_by_offset(btf, value->name_off);
	if (strncmp(name, VALUE_PREFIX, strlen(VALUE_PREFIX)))
		return false;

	data = btf_members(value) + btf_vlen(value) - 1;
	if (strcmp(btf__name_by_offset(btf, data->name_off), "data"))
		return false;
	id = btf__resolve_type(btf, data->type);
	if (id < 0 || !btf_is_struct(btf__type_by_id(btf, id)))
		return false;

	type->btf = btf;
	type->name = name + strlen(VALUE_PREFIX);
	type->type = btf__type_by_id(btf, id);
	type->offset = btf_member_bit_offset(value, btf_vlen(value) - 1) / 8;
	return true;
}

static void add_type(struct ops_types *types, const struct ops_type *type)
{
	types->items = xgrow(types->items, types->count, sizeof(*types->items));
	types->items[types->count++] = *type;
}

void ops_types_find_in(struct ops_types *types, const struct btf *btf,
		       const char *module, const char *name)
{
	const struct btf *base = btf__base_btf(btf);
	__u32 id, end = btf__type_cnt(btf);
	struct ops_type type;

	for (id = base ? btf__type_cnt(base) : 1; id < end; id++) {
		if (!ops_type_of_value(btf, id, &type) ||
		    (name && strcmp(name, type.name)))
			continue;
		type.module = module;
		add_type(types, &type);
	}
}

static int find_in(const char *module, struct ops_types *types, const char *name)
{
	const struct known_btf *known = read_btf_once(module);

	if (!known)
		return -1;
	ops_types_find_in(types, known->btf, known->module, name);
	return 0;
}

static void note_skipped(struct ops_types *types, const char *module)
{
	char *all = xasprintf("%s%s%s", types->skipped ?: "",
			      types->skipped ? " " : "", module);

	free(types->skipped);
	types->skipped = all;
}

static int find_in_modules(struct ops_types *types, const char *name)
{
	struct dirent **modules;
	int i, n;

	n = scandir(BTF_DIR, &modules, NULL, alphasort);
	if (n < 0)
		return -1;
	for (i = 0; i < n; i++) {
		const char *module = modules[i]->d_name;

		/* ENOENT: the module was unloaded meanwhile. */
		if (*module != '.' && strcmp(module, "vmlinux") &&
		    find_in(module, types, name) && errno != ENOENT)
			note_skipped(types, module);
		free(modules[i]);
	}
	free(modules);
	return 0;
}

int ops_types_find(struct ops_types *types, const char *name)
{
	*types = (struct ops_types){};
	if (!find_in("vmlinux", types, name) && !find_in_modules(types, name))
		return 0;
	ops_types_free(types);
	return -1;
}

bool kernel_btf_each(bool (*fn)(const char *module, const struct btf *btf,
				void *ctx),
		     void *ctx)
{
	const struct btf *btf = kernel_btf("vmlinux");
	struct dirent **modules;
	bool found = btf && fn("vmlinux", btf, ctx);
	int i, n;

	n = scandir(BTF_DIR, &modules, NULL, alphasort);
	for (i = 0; i < n; i++) {
		const char *module = modules[i]->d_name;

		btf = NULL;
		if (*module != '.' && strcmp(module, "vmlinux") && !found)
			btf = kernel_btf(module);
		found |= btf && fn(module, btf, ctx);
		free(modules[i]);
	}
	if (n >= 0)
		free(modules);
	return found;
}

struct wanted {
	const char *name;
	__u32 kind;
};

static bool has_wanted(const char *module, const struct btf *btf, void *ctx)
{
	const struct wanted *wanted = ctx;

	(void)module;
	return btf__find_by_name_kind(btf, wanted->name, wanted->kind) > 0;
}

bool kernel_btf_has(const char *name, __u32 kind)
{
	struct wanted wanted = { name, kind };

	return kernel_btf_each(has_wanted, &wanted);
}

void ops_types_free(struct ops_types *types)
{
	free(types->items);
	free(types->skipped);
	*types = (struct ops_types){};
}

bool member_is_function(const struct btf *btf, const struct btf_member *member)
{
	const struct btf_type *t;
	int id = btf__resolve_type(btf, member->type);

	if (id < 0)
		return false;
	t = btf__type_by_id(btf, id);
	if (!btf_is_ptr(t))
		return false;
	id = btf__resolve_type(btf, t->type);
	return id >= 0 && btf_is_func_proto(btf__type_by_id(btf, id));
}

static void print_to_stream(void *ctx, const char *format, va_list args)
{
	vfprintf(ctx, format, args);
}

char *type_in_c(const struct btf *btf, __u32 id, const char *name)
{
	LIBBPF_OPTS(btf_dump_emit_type_decl_opts, opts);
	char *text = NULL;
	FILE *out = xmemstream(&text);
	struct btf_dump *dump = btf_dump__new(btf, print_to_stream, out, NULL);

	if (dump) {
		opts.field_name = name;
		btf_dump__emit_type_decl(dump, id, &opts);
		btf_dump__free(dump);
	}
	fclose(out);
	return text;
}

char *member_in_c(const struct btf *btf, const struct btf_member *member)
{
	return type_in_c(btf, member->type,
			 btf__name_by_offset(btf, member->name_off));
}

char *value_in_c(const struct btf *btf, __u32 type, const void *data)
{
	LIBBPF_OPTS(btf_dump_type_data_opts, opts);
	char *text = NULL;
	FILE *out = xmemstream(&text);
	struct btf_dump *dump = btf_dump__new(btf, print_to_stream, out, NULL);

	opts.compact = true;
	opts.skip_names = true;
	opts.emit_zeroes = true;
	if (dump) {
		btf_dump__dump_type_data(dump, type, data,
					 btf__resolve_size(btf, type), &opts);
		btf_dump__free(dump);
	}
	fclose(out);
	return text;
}

char *data_in_c(const struct btf *btf, const struct btf_member *member,
		const void *data)
{
	return value_in_c(btf, member->type, data);
}
