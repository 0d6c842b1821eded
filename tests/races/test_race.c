// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writers that run all members, while tables come and go, or are swapped. Each write meets
 * one table, whole, or none, and the programs count it as the module does.
 */
#include "lib.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "race.h"
#include "rawbpf.h"

#define SWAP "programs/swap.bpf.o"
#define PER_SECOND 500
#define ENOUGH 100 /* writes that met each of the tables */

static struct table table;
static int maps[2], link_fd;
static atomic_ulong writes, swaps;

static __u64 *variable(const char *name)
{
	return table_variable(&table, name);
}

/* Both tables are of one object, so that they share their stamps. The second is attached. */
static void load_both(const char *second_name)
{
	struct bpf_map *second;

	module_set_log(false);
	table_open(&table, SWAP, "table_0");
	second = bpf_object__find_map_by_name(table.obj, second_name);
	assert_non_null(second);
	bpf_map__set_autocreate(second, true);
	assert_int_equal(bpf_object__load(table.obj), 0);
	assert_int_equal(table_attach(&table), 0);
	assert_int_equal(bpf_link__update_map(table.link, second), 0);

	maps[0] = bpf_map__fd(table.map);
	maps[1] = bpf_map__fd(second);
	link_fd = bpf_link__fd(table.link);
	writes = 0;
	swaps = 1;
}

static void stamps_tell_a_mixed_trigger(void **state)
{
	load_both("table_mixed");
	trigger("x");
	assert_int_equal(*variable("mixed"), 2);
	assert_int_equal(bpf_link_update(link_fd, maps[0], NULL), 0);
	trigger("x");
	assert_int_equal(*variable("mixed"), 2);
}

static void do_write(struct race_actor *a)
{
	int err;

	race_begin(a);
	err = trigger_write("race", 4);
	race_end(a, RACE_DONE);
	writes++;
	if (err)
		race_fail("write: %s", strerror(err));
}

static void do_attach(struct race_actor *a)
{
	int link;

	race_begin(a);
	link = raw_link_create(maps[random_below(&a->random, 2)]);
	race_end(a, link < 0 ? RACE_LOST : RACE_DONE);
	if (link < 0 && link != -EEXIST)
		race_fail("attach: %d", link);
	race_pause(a);
	if (link >= 0)
		close(link);
}

static void do_swap(struct race_actor *a)
{
	int err;

	race_begin(a);
	err = bpf_link_update(link_fd, maps[random_below(&a->random, 2)], NULL);
	race_end(a, RACE_DONE);
	swaps++;
	if (err)
		race_fail("swap: %d", err);
}

static const struct race_act act_write = { .name = "write", .act = do_write };
static const struct race_act act_attach = { .name = "attach", .act = do_attach };
static const struct race_act act_swap = { .name = "swap", .act = do_swap };

/*
 * At least so many writes must meet no table; if it is 0, none may. On a slow machine few
 * tables come in one race.
 */
static void race_writers(const struct race_act *act, unsigned long enough)
{
	const __u64 *met = variable("triggers");
	unsigned long all, missed;
	int tries = 0;

	do {
		race_run(&act_write, act, PER_SECOND);
		all = met[0] + met[1];
		missed = writes - all;
	} while ((met[0] < ENOUGH || met[1] < ENOUGH || missed < enough) &&
		 ++tries < 20);

	/* The programs count atomically what the module counts per CPU. */
	print_message("# %lu writes: %llu met table 0, %llu table 1; %lu swaps\n",
		      writes, met[0], met[1], swaps);
	assert_in_range(met[0], ENOUGH, writes);
	assert_in_range(met[1], ENOUGH, writes);
	assert_in_range(missed, enough, enough ? writes : 0);
	assert_int_equal(*variable("mixed"), 0);
	assert_int_equal(*variable("test_2_calls"), all);
	assert_int_equal(*variable("test_3_calls"), all);
	assert_int_equal(status_number("test_1 calls"), all);
	assert_int_equal(status_number("test_2 calls"), all);
	assert_int_equal(status_number("test_3 calls"), all);
	assert_int_equal(status_number("swaps"), swaps);
}

static void no_write_is_lost_while_tables_come_and_go(void **state)
{
	load_both("table_1");
	table_detach(&table);
	race_writers(&act_attach, ENOUGH);
}

static void no_write_misses_a_swap(void **state)
{
	load_both("table_1");
	race_writers(&act_swap, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		module_test(stamps_tell_a_mixed_trigger),
		module_test(no_write_is_lost_while_tables_come_and_go),
		module_test(no_write_misses_a_swap),
	};

	return run_all(tests);
}
