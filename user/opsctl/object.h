/* SPDX-License-Identifier: GPL-2.0-only */
/* BPF objects with struct_ops tables, from a file into the kernel. */
#ifndef OBJECT_H
#define OBJECT_H

#include <bpf/libbpf.h>

struct request;

/*
 * Opens the file, sets the members that were asked for, and loads the tables that
 * were, with their programs. Prints what failed, and returns an exit status.
 */
int object_load(const char *file, const struct request *request,
		struct bpf_object **obj);

/* The tables that were loaded: the next one after MAP, the first after NULL. */
struct bpf_map *object_next_table(struct bpf_object *obj, struct bpf_map *map);

/* Writes the table into its map, as attaching does. Returns 0 or -errno. */
int object_write_table(struct bpf_object *obj, struct bpf_map *map);

#endif /* OBJECT_H */
