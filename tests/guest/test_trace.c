// SPDX-License-Identifier: GPL-2.0-only
/* The tracepoints, as tracefs shows them and as programs see them. */
#include "lib.h"

#include <errno.h>
#include <stdlib.h>

#include <bpf/bpf.h>

#include "bpf_testmod.h"

#define DECIDE "programs/decide.bpf.o"
#define TRACE "programs/trace.bpf.o"

static struct table table, other, seen;

static void trace_on(void)
{
	/* Use one clock for all CPUs: otherwise events may come out of order. */
	tracefs_write("trace_clock", "global");
	trace_clear();
	tracefs_write("events/" MODULE_NAME "/enable", "1");
}

/* The module's events are exactly these. */
static void trace_expect(const char *lines)
{
	char *seen = trace_take("bpf_testmod_");

	assert_string_equal(seen, lines);
	free(seen);
}

static void set(const char *variable, int value)
{
	*(int *)table_variable(&table, variable) = value;
}

static void attach_swap_and_detach_are_traced(void **state)
{
	trace_on();
	table_up(&table, "programs/tables.bpf.o", "quiet");
	table_load(&other, "programs/tables.bpf.o", "unnamed");
	assert_int_equal(bpf_link__update_map(table.link, other.map), 0);
	/* This is refused: another one is attached. */
	assert_int_equal(table_attach(&other), EEXIST);
	table_detach(&table);
	trace_expect("bpf_testmod_attach: name=\"quiet\" flags=0x1 old=\"\"\n"
		     "bpf_testmod_swap: name=\"\" flags=0x0 old=\"quiet\"\n"
		     "bpf_testmod_detach: name=\"\" flags=0x0 old=\"\"\n");
}

static void every_trigger_is_traced_with_its_result(void **state)
{
	trigger("no table, no event");
	table_up(&table, DECIDE, "decide");
	module_set_log(false);
	trace_on();

	*(__u64 *)table_variable(&table, "cookie_in") = 0xfeedface12345678;
	trigger("hello");
	set("filter_verdict", BPF_TESTMOD_DROP);
	trigger("");
	set("filter_verdict", 7);
	assert_int_equal(trigger_write("x", 1), EINVAL);
	set("filter_ret", -EACCES);
	assert_int_equal(trigger_write("x", 1), EACCES);
	*(__u64 *)table_variable(&table, "cookie_in") = 0;
	set("prepare_ret", -EPERM);
	assert_int_equal(trigger_write("x", 1), EPERM);

	trace_expect(
		"bpf_testmod_trigger: len=5 err=0 dropped=0 called=prepare|filter|test_1 rejected= cookie=0xfeedface12345678\n"
		"bpf_testmod_trigger: len=0 err=0 dropped=1 called=prepare|filter rejected= cookie=0xfeedface12345678\n"
		"bpf_testmod_trigger: len=1 err=-22 dropped=0 called=prepare|filter rejected=filter cookie=0xfeedface12345678\n"
		"bpf_testmod_trigger: len=1 err=-13 dropped=0 called=prepare|filter rejected=filter cookie=0xfeedface12345678\n"
		"bpf_testmod_trigger: len=1 err=-1 dropped=0 called=prepare rejected=prepare cookie=0x0\n");
}

static struct bpf_object *tracer;
static struct bpf_link *links[2];

static int tracer_teardown(void **state)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(links); i++) {
		bpf_link__destroy(links[i]);
		links[i] = NULL;
	}
	bpf_object__close(tracer);
	tracer = NULL;
	return module_teardown(state);
}

static void programs_can_be_attached_to_them(void **state)
{
	struct bpf_program *prog;
	size_t i = 0;

	tracer = bpf_object__open_file(TRACE, NULL);
	assert_non_null(tracer);
	assert_int_equal(bpf_object__load(tracer), 0);
	bpf_object__for_each_program(prog, tracer) {
		assert_in_range(i, 0, ARRAY_SIZE(links) - 1);
		links[i] = bpf_program__attach(prog);
		assert_non_null(links[i++]);
	}
	assert_int_equal(i, ARRAY_SIZE(links));

	seen.obj = tracer;
	table_up(&table, DECIDE, "decide");
	assert_int_equal(*(__u64 *)table_variable(&seen, "attaches"), 1);
	assert_string_equal(table_variable(&seen, "last_name"), "decide");

	*(__u64 *)table_variable(&table, "cookie_in") = 77;
	set("filter_ret", -EACCES);
	assert_int_equal(trigger_write("three", 5), EACCES);
	assert_int_equal(*(__u64 *)table_variable(&seen, "triggers"), 1);
	assert_int_equal(*(__u32 *)table_variable(&seen, "last_len"), 5);
	assert_int_equal(*(int *)table_variable(&seen, "last_err"), -EACCES);
	assert_int_equal(*(__u64 *)table_variable(&seen, "last_cookie"), 77);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		module_test(attach_swap_and_detach_are_traced),
		module_test(every_trigger_is_traced_with_its_result),
		cmocka_unit_test_setup_teardown(programs_can_be_attached_to_them,
						module_setup, tracer_teardown),
	};

	return run_all(tests);
}
