// SPDX-License-Identifier: GPL-2.0-only
/* What programs may do, and what the table does: change it with the module. */
#include "lib.h"
#include "life.h"
#include "rules.h"

#include <errno.h>

#define PROGRAMS "programs/turnstile.bpf.o"

static void programs_may_do_this_and_no_more(void **state)
{
	static const struct rules rules = {
		.type = "turnstile_rule",
		.may_sleep = "decide",
		.may_write = "",
		.may_call = "decide:turnstile_asked admitted:turnstile_return",
	};

	rules_hold(&rules);
}

static void the_table_lives_and_dies(void **state)
{
	trigger("add 1"); /* TRIGGER */
	life_swaps(PROGRAMS, "three");
	life_ends_with_its_loader(PROGRAMS);
}

/* TRIGGER begin */
static struct table table, other;

static void without_its_target_it_is_refused(void **state)
{
	table_load(&table, PROGRAMS, "three");
	table_must_be_loaded(&table);
	assert_int_equal(table_attach(&table), ENODEV);
	klog_expect("table \"three\" refused: there is no gate 1\n");
}

static int visit(const char *name)
{
	char line[32];
	int len = snprintf(line, sizeof(line), "visit 1 %s", name);

	return trigger_write(line, len);
}

static void the_first_that_decides_is_the_last(void **state)
{
	trigger("add 1");
	assert_int_equal(visit("ann"), EACCES);
	table_up(&table, PROGRAMS, "three");
	assert_int_equal(visit("mallory"), 0);
	table_up(&other, PROGRAMS, "banned");
	assert_int_equal(visit("mallory"), EACCES);
	assert_int_equal(visit("ann"), 0);
	trigger("remove 1");
	assert_int_equal(visit("ann"), ENODEV);
}

static void ann_comes(void)
{
	visit("ann");
}

static void it_comes_and_goes_during_calls(void **state)
{
	trigger("add 1");
	life_races(PROGRAMS, "three", ann_comes);
}
/* TRIGGER end */

int main(void)
{
	const struct CMUnitTest tests[] = {
		module_test(programs_may_do_this_and_no_more),
		module_test(the_table_lives_and_dies),
		/* TRIGGER begin */
		module_test(without_its_target_it_is_refused),
		module_test(the_first_that_decides_is_the_last),
		module_test(it_comes_and_goes_during_calls),
		/* TRIGGER end */
	};

	return run_all(tests);
}
