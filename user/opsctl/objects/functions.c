// SPDX-License-Identifier: GPL-2.0-only
#include "functions.h"

#include <string.h>

#include "member.h"
#include "object.h"
#include "kernel/kernel_btf.h"

char *function_at(const struct bpf_map *map, const struct btf_member *member)
{
	size_t size;
	char *data = bpf_map__initial_value(map, &size);

	if (!data || member->offset / 8 + sizeof(void *) > size)
		return NULL;
	return data + member->offset / 8;
}

struct bpf_program *function_of(const struct bpf_object *obj,
				const struct bpf_map *map,
				const struct btf_member *member)
{
	const char *at = function_at(map, member);
	struct bpf_program *there, *prog;

	if (!at)
		return NULL;
	memcpy(&there, at, sizeof(there));
	/* Where the object names no program, its own bytes are there. */
	bpf_object__for_each_program(prog, obj) {
		if (prog == there)
			return prog;
	}
	return NULL;
}

static const struct btf_member *member_at(const struct place *place)
{
	return btf_members(place->type) + place->index;
}

struct bpf_program *next_function(struct bpf_object *obj, struct place *place)
{
	struct bpf_program *prog;

	for (;;) {
		place->index++;
		while (!place->map || place->index == btf_vlen(place->type)) {
			place->map = object_next_table(obj, place->map);
			if (!place->map)
				return NULL;
			place->type = table_struct(obj, place->map);
			place->index = 0;
		}
		if (!member_is_function(bpf_object__btf(obj), member_at(place)))
			continue;
		prog = function_of(obj, place->map, member_at(place));
		if (prog)
			return prog;
	}
}

bool find_place(struct bpf_object *obj, const struct bpf_program *prog,
		struct place *place)
{
	const struct bpf_program *there;

	*place = (struct place)PLACE_BEGIN;
	do {
		there = next_function(obj, place);
	} while (there && there != prog);
	return there;
}

const char *place_name(struct bpf_object *obj, const struct place *place)
{
	return btf__name_by_offset(bpf_object__btf(obj),
				   member_at(place)->name_off);
}
