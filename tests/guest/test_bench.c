// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs the bench once, for a short time: every figure is there, and if instructions
 * are counted (LAB_ACCEL=icount), the figures fit together.
 */
#include "lib.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <json-c/json.h>

#define BENCH_MODULE "opsmod_bench"

#define RUN(p, ...) \
	process_run(p, (const char *const[]){ "./bench", __VA_ARGS__, NULL })

static struct process bench;
static struct table table;
static struct json_object *run;

static int setup(void **state)
{
	return module_setup(state) || module_load(BENCH_MODULE ".ko", "");
}

static int teardown(void **state)
{
	json_object_put(run);
	run = NULL;
	table_free_all();
	module_unload_named_soon(BENCH_MODULE);
	return module_teardown(state);
}

static struct json_object *at(struct json_object *in, const char *key)
{
	struct json_object *value;

	if (!json_object_object_get_ex(in, key, &value))
		fail_msg("no '%s' in %s", key, json_object_to_json_string(in));
	return value;
}

static double number(struct json_object *in, const char *key)
{
	return json_object_get_double(at(in, key));
}

static double figure(const char *key)
{
	struct json_object *all = at(run, "figures");
	size_t i;

	for (i = 0; i < json_object_array_length(all); i++) {
		struct json_object *one = json_object_array_get_idx(all, i);

		if (!strcmp(json_object_get_string(at(one, "key")), key))
			return number(one, "value");
	}
	fail_msg("no figure '%s'", key);
	return 0;
}

static void less(const char *a, const char *b)
{
	if (figure(a) >= figure(b))
		fail_msg("%s: %g, %s: %g", a, figure(a), b, figure(b));
}

/* The calls of both modules and their references; nothing is attached. */
static const char *const keys[] = {
	"null",
	"empty",
	"copy",
	"memdup",
	"nothing",
	"one",
	"two",
	"three",
	"with_filter",
	"with_prepare",
	"with_sleepable",
	"with_both",
	"nothing_logged",
	"three_logged",
	"loop",
	"direct",
	"indirect",
	"struct_ops",
	"struct_ops_sleepable",
	"fentry",
	"kprobe",
	"tracepoint_off",
	"tp_btf",
	"tracepoint",
	"kfunc",
	"slot_none",
	"slot_table",
	"named_none",
	"named_table",
	"named_table_1",
	"named_table_10",
	"named_table_100",
	"chain_none",
	"chain_table",
	"chain_table_1",
	"chain_table_10",
	"chain_table_100",
	"chain_8_first",
	"chain_8_last",
	"swap",
	"reattach",
	"opsctl_attach",
	"opsctl_swap",
	"opsctl_list",
	"bpftool_link_list",
	"bpftool_map_list",
	"bpftool_prog_list",
	"opsctl_detach",
	"loader_once",
	"opsctl_top",
	"opsctl_watch",
};

static void expect_rows(const char *list, const char *x, size_t at_least)
{
	static const char *const series[] = { "empty", "memdup", "nothing",
					      "three" };
	struct json_object *rows = at(run, list);
	size_t i, k;

	assert_in_range(json_object_array_length(rows), at_least, 1000);
	for (i = 0; i < json_object_array_length(rows); i++) {
		struct json_object *row = json_object_array_get_idx(rows, i);

		at(row, x);
		for (k = 0; k < ARRAY_SIZE(series); k++)
			assert_true(number(row, series[k]) > 0);
	}
}

/* The cost of hardened usercopy's checks for a message that is not on the stack. */
#define OFF_THE_STACK 94

static void costs_as(const char *a, const char *b)
{
	if (figure(a) != figure(b))
		fail_msg("%s: %g, %s: %g", a, figure(a), b, figure(b));
}

/* A call costs the same, however many tables there are that it does not go to. */
static void expect_no_growth(void)
{
	costs_as("named_table_1", "named_table");
	costs_as("named_table_10", "named_table");
	costs_as("named_table_100", "named_table");
	costs_as("chain_table_1", "chain_table");
	costs_as("chain_table_10", "chain_table");
	costs_as("chain_table_100", "chain_table");
	costs_as("chain_8_first", "chain_table");

	/* But for those that it goes to: then it would show. */
	assert_true(figure("chain_8_last") >=
		    figure("chain_table") + 7 * figure("indirect"));
	less("slot_none", "slot_table");
	less("named_none", "named_table");
	less("chain_none", "chain_table");
}

/* What is true of counts, by how much it depends on compiler and kernel. */
static void expect_order(void)
{
	struct json_object *calibration = at(run, "calibration");
	double parts = figure("copy") + OFF_THE_STACK + 3 * figure("struct_ops");

	assert_true(number(calibration, "loop_counted") == 20000);
	assert_true(number(calibration, "nops_counted") == 100);

	less("null", "empty");
	less("empty", "copy");
	less("copy", "memdup");
	less("nothing", "one");
	less("one", "two");
	less("two", "three");
	less("three", "with_filter");
	less("three", "with_prepare");
	less("with_prepare", "with_both");
	less("nothing", "nothing_logged");
	less("three", "three_logged");
	less("direct", "indirect");
	less("indirect", "struct_ops");
	less("tracepoint_off", "tp_btf");
	less("struct_ops", "fentry");
	less("fentry", "kprobe");

	expect_no_growth();

	/* Two percent of a CPU, of which a second has a billion instructions. */
	assert_in_range(figure("opsctl_top"), 1, 20 * 1000 * 1000);
	assert_in_range(figure("opsctl_watch"), 1, 20 * 1000 * 1000);

	/* What docs/performance.md promises, with some room for compilers. */
	assert_true(figure("nothing") <= figure("empty") + 20);
	assert_true(figure("three") <= 1.12 * parts);
	assert_true(figure("with_filter") - figure("three") <=
		    figure("struct_ops") + 20);
	assert_true(figure("with_prepare") - figure("three") <=
		    figure("struct_ops") + 20);
}

static void every_figure_is_there(void **state)
{
	const char *must_count = getenv("BENCH_COUNTS");
	const char *said;
	bool counts;
	size_t i;

	assert_int_equal(RUN(&bench, "--quick", "--tools", "programs",
			     "--commit", "abc"),
			 0);
	/* libbpf's output about an optional figure comes before it. */
	said = strchr(bench.said, '{');
	run = said ? json_tokener_parse(said) : NULL;
	if (!run)
		fail_msg("no JSON: %s", bench.said);

	counts = !strcmp(json_object_get_string(at(run, "unit")), "instructions");
	if (must_count && !counts)
		fail_msg("no instructions are counted: %s",
			 json_object_to_json_string(at(run, "calibration")));
	assert_string_equal(json_object_get_string(at(run, "commit")), "abc");
	at(run, "kernel");
	at(at(run, "toolchain"), "cc");
	at(at(run, "toolchain"), "clang");

	for (i = 0; i < ARRAY_SIZE(keys); i++)
		figure(keys[i]);
	assert_int_equal(json_object_array_length(at(run, "figures")),
			 ARRAY_SIZE(keys));
	expect_rows("sizes", "bytes", 10);

	if (counts)
		expect_order();
	else
		expect_rows("writers", "writers", sysconf(_SC_NPROCESSORS_ONLN));
}

static void the_machine_is_left_as_it_was(void **state)
{
	module_set_log(true);
	assert_int_equal(RUN(&bench, "--quick"), 0);
	assert_string_equal(status("attached"), "no");
	klog_mark();
	/* The bench may have used up what the log takes. */
	do
		trigger("x");
	while (status_number("unlogged triggers"));
	klog_expect("No struct_ops registered\n");
}

static void an_attached_table_is_in_the_way(void **state)
{
	table_up(&table, "programs/tables.bpf.o", "first");
	assert_int_equal(RUN(&bench, "--quick"), 2);
	if (!strstr(bench.said,
		    "a table is attached already; see it with 'opsctl list'"))
		fail_msg("it said: %s", bench.said);
	assert_string_equal(status("name"), "first");
}

static void a_missing_module_is_named(void **state)
{
	module_unload_named_soon(BENCH_MODULE);
	assert_int_equal(RUN(&bench, "--quick"), 2);
	if (!strstr(bench.said, "the module opsmod_bench is not loaded: insmod"))
		fail_msg("it said: %s", bench.said);
	assert_int_equal(module_load(BENCH_MODULE ".ko", ""), 0);
}

static void a_wrong_option_shows_the_usage(void **state)
{
	assert_int_equal(RUN(&bench, "--nonsense"), 1);
	assert_non_null(strstr(bench.said, "Usage: bench "));
}

#define bench_test(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		bench_test(every_figure_is_there),
		bench_test(the_machine_is_left_as_it_was),
		bench_test(an_attached_table_is_in_the_way),
		bench_test(a_missing_module_is_named),
		bench_test(a_wrong_option_shows_the_usage),
	};

	return run_all(tests);
}
