// SPDX-License-Identifier: GPL-2.0-only
#include "member.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

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

static const char *set_data(void *to, const struct btf *btf, int id,
			    const char *value)
{
	const struct btf_type *type = btf__type_by_id(btf, id);
	size_t size;

	if (btf_is_ptr(type))
		return "it is a function or a pointer: only data can be set";
	if (btf_is_int(type) || btf_is_any_enum(type))
		return set_number(to, type, value)
			       ? NULL
			       : "not a whole number that fits the member";
	if (!btf_is_array(type) ||
	    btf__resolve_size(btf, id) != (long long)btf_array(type)->nelems)
		return "only whole numbers and text can be set";

	size = btf_array(type)->nelems;
	if (strlen(value) >= size)
		return "too long for the member";
	memset(to, 0, size);
	memcpy(to, value, strlen(value));
	return NULL;
}

const char *table_set(struct bpf_object *obj, struct bpf_map *map,
		      const char *name, const char *value)
{
	const struct btf_type *type = table_struct(obj, map);
	const struct btf *btf = bpf_object__btf(obj);
	const struct btf_member *member = member_find(btf, type, name);
	__u32 offset;
	size_t size;
	char *data;
	int id;

	if (!member)
		return "it has no such member";
	if (btf_member_bitfield_size(type, member - btf_members(type)))
		return "it is a bitfield";

	/* The object's BTF may say anything. */
	offset = btf_member_bit_offset(type, member - btf_members(type)) / 8;
	data = bpf_map__initial_value(map, &size);
	id = btf__resolve_type(btf, member->type);
	if (id < 0 || btf__resolve_size(btf, id) < 0)
		return "its type is not known";
	if (!data || offset + btf__resolve_size(btf, id) > (long long)size)
		return "it is outside the table";
	return set_data(data + offset, btf, id, value);
}
