/* SPDX-License-Identifier: GPL-2.0-only */
/* BPF objects with struct_ops tables, from a file into the kernel. */
#ifndef OBJECT_H
#define OBJECT_H

#include <bpf/libbpf.h>
#include <stdbool.h>

#define SETS_MAX 32

/**
 * struct object_request - which tables of which file to load, with which values
 * @file: the BPF object
 * @map: the one table that is wanted, or NULL for each
 * @sets: "member=value", for data members
 * @nr_sets: how many
 */
struct object_request {
	const char *file;
	const char *map;
	const char *sets[SETS_MAX];
	int nr_sets;
};

/* Adds to @sets; returns an exit status. */
int object_request_set(struct object_request *request, const char *set);

/*
 * Opens the file, sets the members, and loads the tables that are wanted, with
 * their programs. Prints what failed, and returns an exit status.
 */
int object_load(const struct object_request *request, struct bpf_object **obj);

/* The tables that were loaded: the next one after MAP, the first after NULL. */
struct bpf_map *object_next_table(struct bpf_object *obj, struct bpf_map *map);

/* Writes the table into its map, as attaching does. Returns 0 or -errno. */
int object_write_table(struct bpf_object *obj, struct bpf_map *map);

#endif /* OBJECT_H */
