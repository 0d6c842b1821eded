/* SPDX-License-Identifier: GPL-2.0-only */
/* Finds members of a struct_ops table by name, and sets them before it is loaded. */
#ifndef MEMBER_H
#define MEMBER_H

#include <bpf/btf.h>
#include <bpf/libbpf.h>

struct value_names;

/**
 * member_find() - find a member of a struct
 * @btf: the BTF of the struct
 * @type: the struct
 * @name: of the member
 *
 * Return: the member, or NULL.
 */
const struct btf_member *member_find(const struct btf *btf,
				     const struct btf_type *type,
				     const char *name);

/* Returns the struct that the table is, in the BTF of its object. */
const struct btf_type *table_struct(const struct bpf_object *obj,
				    const struct bpf_map *map);

/**
 * table_set() - set a data member of a table
 * @obj: an object that is open and not loaded yet
 * @map: the table in it
 * @name: of the member: a whole number or an array of characters
 * @value: as value_write() takes it
 * @names: where to look for enumerators, or NULL
 *
 * A skeleton offers numbers by name, but no arrays.
 *
 * Return: NULL, or in words what is wrong, valid until the next call.
 */
const char *table_set(struct bpf_object *obj, struct bpf_map *map,
		      const char *name, const char *value,
		      const struct value_names *names);

#endif /* MEMBER_H */
