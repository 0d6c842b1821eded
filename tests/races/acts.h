/* SPDX-License-Identifier: GPL-2.0-only */
/* What can be done with the module, as the acts of a race. */
#ifndef ACTS_H
#define ACTS_H

#include <stdatomic.h>
#include <stdbool.h>

#include <linux/types.h>

#include "race.h"
#include "race_tables.h"

extern const struct race_act act_attach, act_detach, act_swap, act_trigger,
	act_read, act_go, act_rmmod;

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
 * struct acts_model - the module whose tables race
 * @module: its name
 * @params: what it is loaded with
 * @type: the type of its tables
 * @object: has the tables table_0 and table_1, of programs without maps and kfuncs
 * @functions: the members that these have programs for: of NAME the program is NAME_0
 * @indexes: of these members in BTF
 * @names: of the tables. If they are the same, no two can be attached either
 * @file: whose writes call them
 * @choice: what is written there first, to get a table, or NULL
 * @target: the member that says which target a table is for, or NULL. Each target has
 *	    many tables, and a call of it says whose it wants to meet: see race_rules.bpf.c
 * @counts: the file tells what the module has counted
 */
struct acts_model {
	const char *module;
	const char *params;
	const char *type;
	const char *object;
	const char *functions[2];
	__u32 indexes[2];
	const char *names[RACE_TABLES];
	const char *file;
	const char *choice;
	const char *target;
	bool counts;
};

extern const struct acts_model acts_slot;

/**
 * struct acts_pair - a race, as the state of a test
 * @model: with what
 * @x: what one side does
 * @y: what the other does
 * @per_second: the overlaps that each side must have for each second
 */
struct acts_pair {
	const struct acts_model *model;
	const struct race_act *x, *y;
	double per_second;
};

/*
 * Runs the race. If neither side attaches tables, one is attached all the time;
 * if one removes the module, each act of the other first looks for it. After the
 * race nothing is left, and the module has counted what the writers have counted.
 * Where tables have targets, and nobody but its owner detaches or swaps one, the owner
 * calls it after each change: it is met while it is attached, and then no more.
 */
void acts_race(void **state);
int acts_setup(void **state);
int acts_teardown(void **state);

#define acts_test_of(model, name, run, x, y, per_second)                  \
	{                                                                 \
		name, run, acts_setup, acts_teardown, &(struct acts_pair) \
		{                                                         \
			model, x, y, per_second                           \
		}                                                         \
	}
#define acts_test(name, run, x, y, per_second) \
	acts_test_of(&acts_slot, name, run, x, y, per_second)

#endif /* ACTS_H */
