// SPDX-License-Identifier: GPL-2.0-only
#include "models.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include <bpf/libbpf.h>

#include "cost.h"
#include "figure.h"
#include "models.skel.h"
#include "write.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* Tables of other names, or at other targets, at most. */
#define OTHERS 100

/**
 * struct model_figure - one call: enter, call, exit
 * @key: its name, for programs
 * @what: its name, for people
 * @file: what is written to
 * @table: which one is attached meanwhile, or NULL
 * @more: besides that, tables whose names are this and two digits
 * @count: how many of these
 */
struct model_figure {
	const char *key;
	const char *what;
	const char *file;
	const char *table;
	const char *more;
	int count;
};

#define SLOT BENCH "slot"
#define NAMED BENCH "named"
#define CHAIN BENCH "chain"

static const struct model_figure figures[] = {
	{ "slot_none", "the slot, without a table", .file = SLOT },
	{ "slot_table", "... with one", .file = SLOT, .table = "slot_table" },

	{ "named_none", "named: a user without a table", .file = NAMED },
	{ "named_table", "... with one", .file = NAMED, .table = "named_table" },
	{ "named_table_1", "... and 1 table of another name", .file = NAMED,
	  .table = "named_table", .more = "named_other", .count = 1 },
	{ "named_table_10", "... and 10", .file = NAMED, .table = "named_table",
	  .more = "named_other", .count = 10 },
	{ "named_table_100", "... and 100", .file = NAMED,
	  .table = "named_table", .more = "named_other", .count = OTHERS },

	{ "chain_none", "a chain without a table", .file = CHAIN },
	{ "chain_table", "... of one, which decides", .file = CHAIN,
	  .table = "chain_first" },
	{ "chain_table_1", "... and 1 table of another target", .file = CHAIN,
	  .table = "chain_first", .more = "chain_other", .count = 1 },
	{ "chain_table_10", "... and 10", .file = CHAIN, .table = "chain_first",
	  .more = "chain_other", .count = 10 },
	{ "chain_table_100", "... and 100", .file = CHAIN,
	  .table = "chain_first", .more = "chain_other", .count = OTHERS },
	{ "chain_8_first", "a chain of 8, the first one decides", .file = CHAIN,
	  .table = "chain_first", .more = "chain_next", .count = 7 },
	{ "chain_8_last", "... the last one decides", .file = CHAIN,
	  .table = "chain_last", .more = "chain_next", .count = 7 },
};

static struct models_bpf *skel;

/* A quick run that counts nothing shows only that all of this works: with 10. */
static int at_most(int count)
{
	return quick && !calibration.counts && count > 10 ? 10 : count;
}

static void open_tables(void)
{
	struct bpf_map *map;
	int n;

	skel = models_bpf__open();
	if (!skel)
		die("cannot open", "the models' tables");
	bpf_object__for_each_map(map, skel->obj) {
		if (sscanf(bpf_map__name(map), "%*[a-z]_other_%d", &n) == 1)
			bpf_map__set_autocreate(map, n < at_most(OTHERS));
	}
	if (models_bpf__load(skel))
		die("the kernel refused to load", "the models' tables");
}

static struct bpf_link *attach(const char *name)
{
	struct bpf_map *map = bpf_object__find_map_by_name(skel->obj, name);
	struct bpf_link *link = map ? bpf_map__attach_struct_ops(map) : NULL;

	if (!link)
		die("cannot attach", name);
	return link;
}

static double measure(const struct model_figure *f)
{
	struct bpf_link *links[OTHERS + 1];
	int i, n = 0, fd;
	char name[32];
	double cost;

	if (f->table)
		links[n++] = attach(f->table);
	for (i = 0; i < at_most(f->count); i++) {
		snprintf(name, sizeof(name), "%s_%02d", f->more, i);
		links[n++] = attach(name);
	}

	fd = open_file(f->file);
	cost = cost_of_call(fd, f->file);
	close(fd);
	for (i = 0; i < n; i++)
		bpf_link__destroy(links[i]);
	return cost;
}

void measure_models(struct json_object *list)
{
	const struct model_figure round = { .file = BENCH "loop" };
	double loop = measure(&round);
	size_t i;

	open_tables();
	for (i = 0; i < ARRAY_SIZE(figures); i++) {
		const struct model_figure *f = &figures[i];
		double value = measure(f) - loop;

		json_object_object_add(add_figure(list, "model", f->key, f->what),
				       "value", json_object_new_double(value));
	}
	models_bpf__destroy(skel);
}
