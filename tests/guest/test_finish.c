// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests the module with one member more, which tests/modules/add-member adds in five
 * lines: the trigger file, the log and the tracepoint show it too.
 */
#include "lib.h"

#include <stdlib.h>

#define FINISH "programs/finish.bpf.o"

static struct table table;

static int setup(void **state)
{
	/* A test that failed may have left it loaded. */
	module_unload();
	return module_load("finish/" MODULE_FILE, "");
}

static void a_program_of_it_is_called(void **state)
{
	char *traced;

	assert_string_equal(status("finish calls"), "0");
	klog_mark();
	table_up(&table, FINISH, "finisher");
	tracefs_write("trace_clock", "global");
	trace_clear();
	tracefs_write("events/" MODULE_NAME "/bpf_testmod_trigger/enable", "1");
	trigger("seven b");
	tracefs_write("events/" MODULE_NAME "/bpf_testmod_trigger/enable", "0");

	assert_string_equal(status("finish calls"), "1");
	assert_string_equal(status("filter calls"), "0");
	traced = trace_take("bpf_testmod_trigger");
	assert_string_equal(traced, "bpf_testmod_trigger: len=7 err=0 dropped=0 "
				    "called=finish rejected= cookie=0x0\n");
	free(traced);
	klog_expect("bpf_testmod_ops registered: finisher\n"
		    "Calling struct_ops callbacks:\n"
		    "finish() returned: 107\n");
}

/* In the module as it is, the same program has no place. */
static void the_module_without_it_does_not_take_it(void **state)
{
	assert_string_equal(status("finish calls"), "");
	table_load(&table, FINISH, "finisher");
	assert_int_not_equal(table.err, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_program_of_it_is_called,
						setup, module_teardown),
		module_test(the_module_without_it_does_not_take_it),
	};

	return run_all(tests);
}
