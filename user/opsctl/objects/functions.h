/* SPDX-License-Identifier: GPL-2.0-only */
/* Which program is in which function of the tables of an object, before it is loaded. */
#ifndef FUNCTIONS_H
#define FUNCTIONS_H

#include <bpf/libbpf.h>
#include <bpf/btf.h>
#include <stdbool.h>

/**
 * struct place - a function of a table that is to be loaded
 * @map: the table
 * @type: its struct
 * @index: of the member in the struct
 */
struct place {
	struct bpf_map *map;
	const struct btf_type *type;
	int index;
};

/* Before the first one. */
#define PLACE_BEGIN { .index = -1 }

/* Goes on to the next function with a program; returns that program, or NULL. */
struct bpf_program *next_function(struct bpf_object *obj, struct place *place);

/* Finds the first place of a program; false if it has none. */
bool find_place(struct bpf_object *obj, const struct bpf_program *prog,
		struct place *place);

/* The name of the function. */
const char *place_name(struct bpf_object *obj, const struct place *place);

/* Where libbpf keeps the program of a function; NULL if that is outside the table. */
char *function_at(const struct bpf_map *map, const struct btf_member *member);

/* The program there, or NULL. */
struct bpf_program *function_of(const struct bpf_object *obj,
				const struct bpf_map *map,
				const struct btf_member *member);

#endif /* FUNCTIONS_H */
