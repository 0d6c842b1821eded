/* SPDX-License-Identifier: GPL-2.0-only */
/* BPF objects with struct_ops tables, from a file into the kernel. */
#ifndef OBJECT_H
#define OBJECT_H

#include <bpf/libbpf.h>
#include <json-c/json.h>
#include <stdbool.h>

struct embedded;
struct embeddeds;
struct request;

/*
 * Finds the BPF objects of a file: itself, or those within it. Prints what failed, or that
 * there is none, and returns an exit status. embedded_free() may be called in any case.
 */
int object_find(const char *file, struct embeddeds *found);

/* Opens one of them. Prints what failed, and returns an exit status. */
int object_open(const char *file, const struct embedded *part,
		struct bpf_object **obj);

/*
 * Opens the file, sets the members and variables that were asked for, and loads the tables that
 * were, with their programs. A table that is declared without a link gets one, unless
 * the request is for none or the kernel has none. Prints what failed, and returns an exit status.
 */
int object_load(const char *file, const struct request *request,
		struct bpf_object **obj);

/* Tells whether it is the map of a struct_ops table. */
bool is_table(const struct bpf_map *map);

/* The tables that were loaded: the next one after MAP, the first after NULL. */
struct bpf_map *object_next_table(struct bpf_object *obj, struct bpf_map *map);

/* Tells whether the object declares the table with a link, before it was given one. */
bool table_is_declared_with_link(const struct bpf_object *obj,
				 const struct bpf_map *map);

/* Writes the table into its map, as attaching does. Returns 0 or -errno. */
int object_write_table(struct bpf_object *obj, struct bpf_map *map);

/* The id of a table's map, once it is loaded. */
__u32 object_map_id(const struct bpf_map *map);

/* What attach and swap tell of a table: LINK is the id of its link, or 0. */
struct json_object *object_to_json(const struct bpf_map *map, const char *name,
				   __u32 link);

#endif /* OBJECT_H */
