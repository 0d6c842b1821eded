/* SPDX-License-Identifier: GPL-2.0-only */
/* What a table is called: the same before it is loaded and after. */
#ifndef NAMING_H
#define NAMING_H

#include <bpf/libbpf.h>
#include <bpf/btf.h>
#include <stdbool.h>

#define NAME_SIZE 128

/**
 * member_text() - the text in a member that is an array of characters
 * @btf: the BTF of the struct
 * @type: the struct
 * @data: the table
 * @member: the member's name
 * @text: filled in, at most @size bytes with the NUL
 * @size: of @text
 *
 * Return: false, and @text is empty, if there is no such member or no text in it.
 */
bool member_text(const struct btf *btf, const struct btf_type *type,
		 const void *data, const char *member, char *text, size_t size);

/**
 * table_naming() - the name of a table, as every command prints and takes it
 * @btf: the BTF of the struct
 * @type: the struct
 * @data: the table
 * @map: the name of its map
 * @name: filled in: the text of its member "name"; or of "id", which Qdisc_ops has
 *	in its place; or @map, cut as the kernel cuts it
 */
void table_naming(const struct btf *btf, const struct btf_type *type,
		  const void *data, const char *map, char name[NAME_SIZE]);

/* The same for a table of an object, whether it is loaded or not. */
void object_naming(const struct bpf_object *obj, const struct bpf_map *map,
		   char name[NAME_SIZE]);

/* The name of a table's type, without a flavour ("___…"); NULL if BTF has none. */
const char *table_type_name(const struct bpf_object *obj,
			    const struct bpf_map *map);

/* Tells whether MAP, which the kernel may have cut, is the map called WHAT. */
bool is_map_name(const char *map, const char *what);

#endif /* NAMING_H */
