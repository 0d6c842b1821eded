/* SPDX-License-Identifier: GPL-2.0-only */
/* What can be done with the module, as the acts of a race. */
#ifndef ACTS_H
#define ACTS_H

#include <stdatomic.h>
#include <stdbool.h>

#include "race.h"
#include "race_tables.h"

extern const struct race_act act_attach, act_detach, act_swap, act_trigger,
	act_read, act_rmmod;

/**
 * struct writes - counts of a writer's messages, by their outcome
 * @met: by table: those that it refused
 * @missed: those that met no table
 */
struct writes {
	atomic_ulong met[RACE_TABLES];
	atomic_ulong missed;
};

/* Counts one write(2) to the trigger file; false: that cannot have happened. */
bool writes_count(struct writes *w, int err);

/* Call it before a race ends, with the writes of others than act_trigger. */
void writes_add(const struct writes *w);

/**
 * struct acts_pair - a race, as the state of a test
 * @x: what one side does
 * @y: what the other does
 * @per_second: the overlaps that each side must have for each second
 */
struct acts_pair {
	const struct race_act *x, *y;
	double per_second;
};

/*
 * Runs the race. If neither side attaches tables, one is attached all the time;
 * if one removes the module, each act of the other first looks for it. After the
 * race nothing is left, and the module has counted what the writers have counted.
 */
void acts_race(void **state);
int acts_teardown(void **state);

#define acts_test(name, run, x, y, per_second)                              \
	{                                                                   \
		name, run, module_setup, acts_teardown, &(struct acts_pair) \
		{                                                           \
			x, y, per_second                                    \
		}                                                           \
	}

#endif /* ACTS_H */
