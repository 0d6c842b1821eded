// SPDX-License-Identifier: GPL-2.0-only
#include "enumerators.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/nearest.h"
#include "base/output.h"
#include "kernel/kernel_btf.h"

struct walk {
	bool (*fn)(void *ctx, const char *name, struct number number);
	void *ctx;
};

/* Walks the enumerators that are in BTF itself, and not in its base. */
static bool walk_btf(const struct btf *btf, const struct walk *walk)
{
	const struct btf *base = btf__base_btf(btf);
	__u32 id, end = btf__type_cnt(btf);
	int i;

	for (id = base ? btf__type_cnt(base) : 1; id < end; id++) {
		const struct btf_type *t = btf__type_by_id(btf, id);

		if (!btf_is_any_enum(t))
			continue;
		for (i = 0; i < btf_vlen(t); i++) {
			__u32 name = btf_is_enum(t) ? btf_enum(t)[i].name_off
						    : btf_enum64(t)[i].name_off;

			if (walk->fn(walk->ctx, btf__name_by_offset(btf, name),
				     enumerator_value(t, i)))
				return true;
		}
	}
	return false;
}

static bool walk_module(const char *module, const struct btf *btf, void *walk)
{
	(void)module;
	return walk_btf(btf, walk);
}

bool enumerators_each(bool (*fn)(void *ctx, const char *name,
				 struct number number),
		      void *ctx)
{
	struct walk walk = { fn, ctx };

	return kernel_btf_each(walk_module, &walk);
}

/**
 * struct search - the search for an enumerator
 * @nearest: its name, and those that are near it
 * @number: what it is
 * @other: another value that it has, too
 * @found: how many values were found
 */
struct search {
	struct nearest nearest;
	struct number number;
	struct number other;
	int found;
};

static bool look(void *ctx, const char *name, struct number number)
{
	struct search *search = ctx;

	if (strcmp(name, search->nearest.wanted))
		return false;
	if (!search->found) {
		search->number = number;
		search->found = 1;
	} else if (number.bits != search->number.bits) {
		search->other = number;
		search->found = 2;
	}
	return search->found > 1;
}

static bool look_near(void *ctx, const char *name, struct number number)
{
	struct search *search = ctx;

	(void)number;
	nearest_offer(&search->nearest, name);
	return false;
}

bool kernel_has_enumerator(const char *name)
{
	struct search search = { .nearest.wanted = name };

	enumerators_each(look, &search);
	return search.found;
}

const char *enumerator_find(void *ctx, const char *name, struct number *number)
{
	struct search search = { .nearest.wanted = name };
	struct walk own = { look, &search };
	static char problem[512];
	char *near;

	enumerators_each(look, &search);
	if (!search.found && ctx)
		walk_btf(ctx, &own);
	if (search.found == 1) {
		*number = search.number;
		return NULL;
	}
	if (search.found) {
		snprintf(problem, sizeof(problem),
			 "two numbers are called %s: %lld and %lld; write the number",
			 name, (long long)search.number.bits,
			 (long long)search.other.bits);
		return problem;
	}
	enumerators_each(look_near, &search);
	near = nearest_text(&search.nearest);
	snprintf(problem, sizeof(problem),
		 "'%s' is neither a whole number nor an enumerator of the kernel%s",
		 name, near);
	free(near);
	return problem;
}
