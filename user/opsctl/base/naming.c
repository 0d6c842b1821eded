// SPDX-License-Identifier: GPL-2.0-only
#include "naming.h"

#include <linux/bpf.h>
#include <stdio.h>
#include <string.h>

#include "member.h"

bool member_text(const struct btf *btf, const struct btf_type *type,
		 const void *data, const char *member, char *text, size_t size)
{
	const struct btf_member *m = member_find(btf, type, member);
	int id = m ? btf__resolve_type(btf, m->type) : -1;
	const struct btf_type *array;
	__u32 offset, n;

	*text = '\0';
	if (id < 0)
		return false;
	array = btf__type_by_id(btf, id);
	if (!btf_is_array(array))
		return false;
	n = btf_array(array)->nelems;
	offset = btf_member_bit_offset(type, m - btf_members(type)) / 8;
	/* The object's BTF may say anything. */
	if (btf__resolve_size(btf, id) != (long long)n || offset > type->size ||
	    n > type->size - offset)
		return false;
	snprintf(text, size, "%.*s", (int)n, (const char *)data + offset);
	return *text;
}

void table_naming(const struct btf *btf, const struct btf_type *type,
		  const void *data, const char *map, char name[NAME_SIZE])
{
	if (!member_text(btf, type, data, "name", name, NAME_SIZE) &&
	    !member_text(btf, type, data, "id", name, NAME_SIZE))
		snprintf(name, NAME_SIZE, "%.*s", BPF_OBJ_NAME_LEN - 1, map);
}

void object_naming(const struct bpf_object *obj, const struct bpf_map *map,
		   char name[NAME_SIZE])
{
	const struct btf_type *type = table_struct(obj, map);
	size_t size;
	const void *data = bpf_map__initial_value(map, &size);

	if (data && type && type->size <= size)
		table_naming(bpf_object__btf(obj), type, data,
			     bpf_map__name(map), name);
	else
		snprintf(name, NAME_SIZE, "%.*s", BPF_OBJ_NAME_LEN - 1,
			 bpf_map__name(map));
}

const char *table_type_name(const struct bpf_object *obj,
			    const struct bpf_map *map)
{
	static char name[NAME_SIZE];
	const struct btf_type *type = table_struct(obj, map);
	char *flavour;

	if (!type)
		return NULL;
	snprintf(name, sizeof(name), "%s",
		 btf__name_by_offset(bpf_object__btf(obj), type->name_off));
	/* libbpf takes a struct_ops type without its flavour, as CO-RE does. */
	flavour = strstr(name, "___");
	if (flavour && flavour > name)
		*flavour = '\0';
	return name;
}

bool is_map_name(const char *map, const char *what)
{
	size_t len = strlen(map);

	if (!strcmp(map, what))
		return true;
	return len == BPF_OBJ_NAME_LEN - 1 && !strncmp(map, what, len);
}
