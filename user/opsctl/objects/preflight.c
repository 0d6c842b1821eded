// SPDX-License-Identifier: GPL-2.0-only
#include "preflight.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "member.h"
#include "base/memory.h"
#include "base/naming.h"
#include "base/output.h"
#include "kernel/kernel_btf.h"

/* What brings a type that a kernel may lack: nothing in the object says so. */
static const struct {
	const char *type;
	const char *from;
} origins[] = {
	{ "sched_ext_ops", "it takes CONFIG_SCHED_CLASS_EXT" },
	{ "sched_ext_ops_cid",
	  "it takes CONFIG_SCHED_CLASS_EXT, Linux 7.2 or newer" },
	{ "hid_bpf_ops",
	  "it takes CONFIG_HID_BPF, and the module hid: modprobe hid" },
	{ "Qdisc_ops", "it takes CONFIG_NET_SCH_BPF, Linux 6.16 or newer" },
	{ "io_uring_bpf_ops", "it takes CONFIG_IO_URING_BPF_OPS" },
	{ "smc_hs_ctrl",
	  "it takes CONFIG_SMC_HS_CTRL_BPF, and the module smc: modprobe smc" },
};

static const char *origin_of(const char *type)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(origins); i++) {
		if (!strcmp(origins[i].type, type))
			return origins[i].from;
	}
	return "load the module that has it";
}

const char *table_note(const struct bpf_object *obj, const struct bpf_map *map)
{
	const char *type = table_type_name(obj, map);

	/* io_uring/bpf-ops.c, bpf_io_reg() */
	if (type && !strcmp(type, "io_uring_bpf_ops"))
		return "only the program that has the ring can attach it: ring_fd is one of its descriptors";
	return NULL;
}

static bool is_zero(const char *data, long long size)
{
	while (size > 0 && !*data)
		data++, size--;
	return size <= 0;
}

/* The first member that the table sets and the kernel's type lacks, or NULL. */
static const char *missing_member(const struct bpf_object *obj,
				  const struct bpf_map *map,
				  const struct ops_type *theirs)
{
	const struct btf *btf = bpf_object__btf(obj);
	const struct btf_type *type = table_struct(obj, map);
	const struct btf_member *m = btf_members(type);
	size_t size;
	const char *data = bpf_map__initial_value(map, &size);
	int i;

	if (!data || type->size > size)
		return NULL;
	for (i = 0; i < btf_vlen(type); i++, m++) {
		const char *name = btf__name_by_offset(btf, m->name_off);
		long long length = btf__resolve_size(btf, m->type);
		__u32 offset = btf_member_bit_offset(type, i) / 8;

		if (!*name || length < 0 || offset + length > type->size)
			continue;
		if (!member_find(theirs->btf, theirs->type, name) &&
		    !is_zero(data + offset, length))
			return name;
	}
	return NULL;
}

char *table_problem(const struct bpf_object *obj, const struct bpf_map *map)
{
	const char *name = table_type_name(obj, map), *lacks = NULL;
	struct ops_types types;
	char *problem = NULL;
	int i;

	/* Where the kernel's BTF cannot be read, libbpf says so. */
	if (!name || ops_types_find(&types, name))
		return NULL;
	for (i = 0; i < types.count; i++) {
		lacks = missing_member(obj, map, &types.items[i]);
		if (!lacks)
			break;
	}
	/* A module whose BTF cannot be read here may have it: libbpf asks the kernel. */
	if (!types.count && !types.skipped)
		problem = xasprintf(
			"no struct_ops type %s in this kernel or a loaded module; %s",
			shown(name), origin_of(name));
	else if (lacks)
		problem = xasprintf(
			"this kernel's %s has no member %s; 'opsctl types %s' shows those that it has, '--set %s=' leaves it out",
			shown(name), shown(lacks), shown(name), shown(lacks));
	ops_types_free(&types);
	return problem;
}
