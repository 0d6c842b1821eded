// SPDX-License-Identifier: GPL-2.0-only
/* What programs may do, and what the table does: change it with the module. */
#include "lib.h"
#include "life.h"
#include "rules.h"

#include <errno.h>

#include "doorman.h"

#define PROGRAMS "programs/doorman.bpf.o"

static struct table table;

static void programs_may_do_this_and_no_more(void **state)
{
	static const struct rules rules = {
		.type = "doorman_ops",
		.may_sleep = "greet",
		.may_write = "doorman_visit.admitted",
		.may_call = "greet:doorman_waited admit:doorman_waited",
	};

	rules_hold(&rules);
}

static void the_table_lives_and_dies(void **state)
{
	life_swaps(PROGRAMS, "half");
	life_ends_with_its_loader(PROGRAMS);
}

static void a_limit_over_100_is_refused(void **state)
{
	struct doorman_ops *ops;
	size_t size;

	table_open(&table, PROGRAMS, "half");
	ops = bpf_map__initial_value(table.map, &size);
	assert_int_equal(size, sizeof(*ops));
	ops->limit = 101;
	assert_int_equal(bpf_object__load(table.obj), 0);
	assert_int_equal(table_attach(&table), ERANGE);
	klog_expect("table refused: limit 101 is over 100\n");
}

/* TRIGGER begin */
static void visit(void)
{
	trigger_write("123456789\n", 10);
}

static void it_is_called(void **state)
{
	assert_int_equal(trigger_write("1234\n", 5), EACCES);
	table_up(&table, PROGRAMS, "half");
	klog_mark();
	assert_int_equal(trigger_write("123456789\n", 10), 0);
	klog_expect("5 of 10 guests admitted\n");
}

static void it_comes_and_goes_during_calls(void **state)
{
	life_races(PROGRAMS, "half", visit);
}
/* TRIGGER end */

int main(void)
{
	const struct CMUnitTest tests[] = {
		module_test(programs_may_do_this_and_no_more),
		module_test(the_table_lives_and_dies),
		module_test(a_limit_over_100_is_refused),
		/* TRIGGER begin */
		module_test(it_is_called),
		module_test(it_comes_and_goes_during_calls),
		/* TRIGGER end */
	};

	return run_all(tests);
}
