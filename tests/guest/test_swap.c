// SPDX-License-Identifier: GPL-2.0-only
/* Swapping the attached table for another. The races hold what writers see meanwhile. */
#include "lib.h"

#include <errno.h>

#include <bpf/bpf.h>

#define TABLES "programs/tables.bpf.o"

static struct table table, other;

static void a_swap_is_logged_counted_and_shown(void **state)
{
	table_up(&table, TABLES, "first");
	table_load(&other, TABLES, "second");
	klog_mark();

	assert_int_equal(bpf_link__update_map(table.link, other.map), 0);
	assert_string_equal(status("name"), "second");
	assert_int_equal(status_number("swaps"), 1);
	trigger("x");
	assert_int_equal(*(__u64 *)table_variable(&table, "test_1_calls"), 0);
	assert_int_equal(*(__u64 *)table_variable(&other, "test_1_calls"), 1);

	table_detach(&table);
	klog_expect("bpf_testmod_ops swapped: second for first\n"
		    "Calling struct_ops callbacks:\n"
		    "test_1() returned: -7\n"
		    "test_2(10, 20) returned: 1020\n"
		    "test_3() called with buffer\n"
		    "bpf_testmod_ops unregistered: second\n");
}

/* The kernel refuses these before it asks the module: nothing changes. */
static void a_refused_swap_changes_nothing(void **state)
{
	LIBBPF_OPTS(bpf_link_update_opts, wrong_old);

	table_up(&table, TABLES, "first");
	table_load(&other, TABLES, "second");

	wrong_old.flags = BPF_F_REPLACE;
	wrong_old.old_map_fd = bpf_map__fd(other.map);
	/* An update needs an element: attach once, for libbpf to write it. */
	assert_int_equal(table_attach(&other), EEXIST);
	assert_int_equal(bpf_link_update(bpf_link__fd(table.link),
					 bpf_map__fd(other.map), &wrong_old),
			 -EPERM);
	assert_string_equal(status("name"), "first");

	wrong_old.old_map_fd = bpf_map__fd(table.map);
	assert_int_equal(bpf_link_update(bpf_link__fd(table.link),
					 bpf_map__fd(other.map), &wrong_old),
			 0);
	assert_string_equal(status("name"), "second");

	assert_int_equal(bpf_link__detach(table.link), 0);
	assert_int_equal(bpf_link__update_map(table.link, table.map), -ENOLINK);
	assert_string_equal(status("attached"), "no");
	assert_int_equal(status_number("swaps"), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		module_test(a_swap_is_logged_counted_and_shown),
		module_test(a_refused_swap_changes_nothing),
	};

	return run_all(tests);
}
