/* SPDX-License-Identifier: GPL-2.0-only */
/* What can be known of a table before it is loaded. */
#ifndef PREFLIGHT_H
#define PREFLIGHT_H

#include <bpf/libbpf.h>

/**
 * table_problem() - does this kernel have the type of a table, and its members?
 * @obj: an object that is open
 * @map: a table in it
 *
 * Return: in words what is missing and what would bring it, or NULL. The caller frees
 * it.
 */
char *table_problem(const struct bpf_object *obj, const struct bpf_map *map);

/**
 * table_note() - what has to be known of a table before it is attached
 * @obj: an object that is open
 * @map: a table in it
 *
 * Return: one sentence, or NULL for all types but a few.
 */
const char *table_note(const struct bpf_object *obj, const struct bpf_map *map);

#endif /* PREFLIGHT_H */
