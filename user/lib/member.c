// SPDX-License-Identifier: GPL-2.0-only
#include "member.h"

#include <string.h>

#include "value.h"

const struct btf_member *member_find(const struct btf *btf,
				     const struct btf_type *type,
				     const char *name)
{
	const struct btf_member *member = btf_members(type);
	int i;

	for (i = 0; i < btf_vlen(type); i++, member++) {
		if (!strcmp(btf__name_by_offset(btf, member->name_off), name))
			return member;
	}
	return NULL;
}

const struct btf_type *table_struct(const struct bpf_object *obj,
				    const struct bpf_map *map)
{
	return btf__type_by_id(bpf_object__btf(obj),
			       bpf_map__btf_value_type_id(map));
}

const char *table_set(struct bpf_object *obj, struct bpf_map *map,
		      const char *name, const char *value,
		      const struct value_names *names)
{
	const struct btf_type *type = table_struct(obj, map);
	const struct btf *btf = bpf_object__btf(obj);
	const struct btf_member *member = member_find(btf, type, name);
	__u32 offset;
	size_t size;
	char *data;

	if (!member)
		return "it has no such member";
	if (btf_member_bitfield_size(type, member - btf_members(type)))
		return "it is a bitfield";

	/* The object's BTF may say anything. */
	offset = btf_member_bit_offset(type, member - btf_members(type)) / 8;
	data = bpf_map__initial_value(map, &size);
	if (!data || offset > size)
		return "it is outside the table";
	return value_write(data + offset, size - offset, btf, member->type,
			   value, names);
}
