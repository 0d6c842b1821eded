// SPDX-License-Identifier: GPL-2.0-only
/* Attaching and detaching tables, and the tables that are refused. */
#include "lib.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "order.h"
#include "rawbpf.h"

#define TABLES "programs/tables.bpf.o"
#define SHORT "programs/short.bpf.o"
#define PIN "/sys/fs/bpf/pinned"

static struct table table, other, third;

static void says_who_is_attached(void **state)
{
	table_up(&table, TABLES, "first");
	table_free(&table);
	klog_expect(MODULE_NAME " loaded with struct_ops support\n"
				"bpf_testmod_ops registered: first\n"
				"bpf_testmod_ops unregistered: first\n");
}

static void a_table_needs_no_name(void **state)
{
	klog_mark();
	table_up(&table, TABLES, "unnamed");
	assert_string_equal(status("attached"), "yes");
	assert_string_equal(status("name"), "");
	table_free(&table);
	klog_expect("bpf_testmod_ops registered: (unnamed)\n"
		    "bpf_testmod_ops unregistered: (unnamed)\n");
}

static void one_table_at_a_time(void **state)
{
	table_up(&table, TABLES, "first");
	table_load(&other, TABLES, "second");
	klog_mark();
	assert_int_equal(table_attach(&other), EEXIST);
	klog_expect(
		"table \"second\" refused: \"first\" is attached; detach that one first\n");
	assert_string_equal(status("name"), "first");

	table_detach(&table);
	assert_int_equal(table_attach(&other), 0);
	assert_string_equal(status("name"), "second");
}

static void closing_the_link_detaches(void **state)
{
	table_up(&table, TABLES, "first");
	assert_string_equal(status("attached"), "yes");
	table_detach(&table);
	assert_string_equal(status("attached"), "no");
}

static void detaching_the_link_detaches(void **state)
{
	table_up(&table, TABLES, "first");
	klog_mark();
	assert_int_equal(bpf_link__detach(table.link), 0);
	assert_string_equal(status("attached"), "no");
	assert_int_equal(bpf_link__detach(table.link), 0);
	table_detach(&table);
	klog_expect("bpf_testmod_ops unregistered: first\n");
}

static void a_table_can_be_attached_again(void **state)
{
	int i;

	table_load(&table, TABLES, "first");
	for (i = 0; i < 20; i++) {
		assert_int_equal(table_attach(&table), 0);
		trigger("x");
		table_detach(&table);
		trigger("x");
	}
	assert_int_equal(*(__u64 *)table_variable(&table, "test_1_calls"), 20);
	assert_int_equal(status_number("test_1 calls"), 20);
}

/* Unlinking a pin lets go of the link in a work queue. */
static int delete_table(struct bpf_map *map)
{
	__u32 zero = 0;

	return -bpf_map__delete_elem(map, &zero, sizeof(zero), 0);
}

static void a_table_without_a_link_stays_until_it_is_deleted(void **state)
{
	klog_mark();
	table_up(&table, TABLES, "without_link");
	klog_expect(
		"bpf_testmod_ops registered: without_link\n"
		"table \"without_link\" has no link and outlives its loader: find its id with 'bpftool map list', remove it with 'bpftool map delete id ID key 0 0 0 0'\n");

	trigger("x");
	assert_int_equal(status_number("test_1 calls"), 1);
	assert_int_equal(delete_table(table.map), 0);
	assert_string_equal(status("attached"), "no");
	assert_int_equal(delete_table(table.map), EINPROGRESS);
	klog_expect("Calling struct_ops callbacks:\n"
		    "test_1() returned: -7\n"
		    "test_2(10, 20) returned: 1020\n"
		    "test_3() called with buffer\n"
		    "bpf_testmod_ops unregistered: without_link\n");
}

/* Runs in a child, which must not use cmocka's assertions. */
static bool attach_only_table(const char *file)
{
	struct bpf_object *obj = bpf_object__open_file(file, NULL);
	struct bpf_map *map;

	if (!obj || bpf_object__load(obj))
		return false;
	bpf_object__for_each_map(map, obj) {
		if (bpf_map__type(map) == BPF_MAP_TYPE_STRUCT_OPS)
			return bpf_map__attach_struct_ops(map);
	}
	return false;
}

static void a_table_without_a_link_outlives_its_owner(void **state)
{
	int ended;
	pid_t pid = fork();

	if (!pid) {
		if (attach_only_table(SHORT))
			kill(getpid(), SIGKILL);
		_exit(1);
	}
	assert_int_equal(waitpid(pid, &ended, 0), pid);
	assert_true(WIFSIGNALED(ended));

	assert_string_equal(status("attached"), "yes");
	assert_int_equal(module_unload(), EAGAIN);
	/* To find such a table, the kernel's list of maps is enough. */
	assert_int_equal(raw_delete_tables(), 1);
	assert_string_equal(status("attached"), "no");
}

static void an_object_with_three_members_still_loads(void **state)
{
	klog_mark();
	table_up(&table, SHORT, "short_table");
	trigger("x");
	assert_string_equal(status("name"), "");
	assert_string_equal(status("flags"), "0x0");
	assert_int_equal(delete_table(table.map), 0);
	klog_expect("bpf_testmod_ops registered: (unnamed)\n"
		    "table \"(unnamed)\" has no link and outlives its loader: find its id with 'bpftool map list', remove it with 'bpftool map delete id ID key 0 0 0 0'\n"
		    "Calling struct_ops callbacks:\n"
		    "test_1() returned: 42\n"
		    "test_2(10, 20) returned: 30\n"
		    "test_3() called with buffer\n"
		    "bpf_testmod_ops unregistered: (unnamed)\n");
}

static void a_pinned_link_survives_its_owner(void **state)
{
	table_up(&table, TABLES, "first");
	assert_int_equal(bpf_link__pin(table.link, PIN), 0);
	table_free(&table);
	assert_string_equal(status("name"), "first");
	trigger("x");
	assert_int_equal(module_unload(), EAGAIN);

	assert_int_equal(unlink(PIN), 0);
	status_wait("attached", "no");
}

static void the_module_stays_while_a_table_is_attached(void **state)
{
	table_up(&table, TABLES, "first");
	assert_int_equal(module_unload(), EAGAIN);
	assert_string_equal(status("attached"), "yes");
	table_free(&table);
	module_unload_soon();
	assert_int_equal(module_load(MODULE_FILE, ""), 0);
}

/* Even before it is attached, and after. */
static void the_module_stays_while_a_table_is_loaded(void **state)
{
	table_load(&table, TABLES, "first");
	assert_int_equal(module_unload(), EAGAIN);
	assert_int_equal(table_attach(&table), 0);
	table_detach(&table);
	assert_int_equal(module_unload(), EAGAIN);
}

static void refuses_bad_tables_and_says_why(void **state)
{
	static const struct {
		const char *name, *twin, *log;
		int err;
	} cases[] = {
		{ "no_program", "only_test_1",
		  "table \"no_program\" refused: it has no program for any member\n",
		  EINVAL },
		{ "no_program_no_link", "without_link",
		  "table \"no_program\" refused: it has no program for any member\n",
		  EINVAL },
		{ "lowest_unknown_flag", "quiet",
		  "table refused: unknown flags 0x2\n", EINVAL },
		{ "highest_unknown_flag", "quiet",
		  "table refused: unknown flags 0x80000000\n", EINVAL },
		{ "unterminated_name", "longest_name",
		  "table refused: its name is not printable ASCII that a NUL ends\n",
		  EINVAL },
		{ "newline_in_name", "first",
		  "table refused: its name is not printable ASCII that a NUL ends\n",
		  EINVAL },
		{ "latin1_in_name", "first",
		  "table refused: its name is not printable ASCII that a NUL ends\n",
		  EINVAL },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		table_load(&table, TABLES, cases[i].name);
		table_must_be_loaded(&table);
		klog_mark();
		assert_int_equal(table_attach(&table), cases[i].err);
		klog_expect(cases[i].log);
		assert_string_equal(status("attached"), "no");
		table_free(&table);

		table_up(&table, TABLES, cases[i].twin);
		assert_string_equal(status("attached"), "yes");
		delete_table(table.map);
		table_free(&table);
	}
}

static int attach_table(void)
{
	return table_attach(&table);
}

static int detach_table(void)
{
	table_detach(&table);
	return 0;
}

static int swap_table(void)
{
	return bpf_link__update_map(table.link, third.map);
}

static int attach_other(void)
{
	return table_attach(&other);
}

/* Without a link: among links the kernel itself keeps an order. */
static void load_both(void)
{
	table_load(&table, TABLES, "first");
	table_load(&other, TABLES, "without_link");
}

static void an_attach_waits_for_an_attach(void **state)
{
	load_both();
	order_is_kept("hold_attach", attach_table, attach_other, EEXIST);
	assert_string_equal(status("name"), "first");
}

static int write_to_trigger(void)
{
	return trigger_write("x", 1);
}

/* The type's event comes before, so that it can set up what calls meet. */
static void no_call_meets_a_table_that_was_not_told_of(void **state)
{
	volatile __u64 *calls, *new_calls;

	table_load(&table, TABLES, "first");
	table_load(&third, TABLES, "second");
	calls = table_variable(&table, "test_1_calls");
	new_calls = table_variable(&third, "test_1_calls");

	is_done_meanwhile("hold_attach", attach_table, write_to_trigger, 0);
	assert_int_equal(*calls, 0);
	trigger("x");
	assert_int_equal(*calls, 1);

	is_done_meanwhile("hold_swap", swap_table, write_to_trigger, 0);
	assert_int_equal(*calls, 2);
	assert_int_equal(*new_calls, 0);
	trigger("x");
	assert_int_equal(*new_calls, 1);
}

static void an_attach_waits_for_a_detach(void **state)
{
	load_both();
	assert_int_equal(table_attach(&table), 0);
	order_is_kept("hold_detach", detach_table, attach_other, 0);
	assert_string_equal(status("name"), "without_link");
	assert_int_equal(delete_table(other.map), 0);
}

static void an_attach_waits_for_a_swap(void **state)
{
	load_both();
	table_load(&third, TABLES, "second");
	assert_int_equal(table_attach(&table), 0);
	order_is_kept("hold_swap", swap_table, attach_other, EEXIST);
	assert_string_equal(status("name"), "second");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		module_test(says_who_is_attached),
		module_test(a_table_needs_no_name),
		module_test(one_table_at_a_time),
		module_test(closing_the_link_detaches),
		module_test(detaching_the_link_detaches),
		module_test(a_table_can_be_attached_again),
		module_test(a_table_without_a_link_stays_until_it_is_deleted),
		module_test(a_table_without_a_link_outlives_its_owner),
		module_test(an_object_with_three_members_still_loads),
		module_test(a_pinned_link_survives_its_owner),
		module_test(the_module_stays_while_a_table_is_attached),
		module_test(the_module_stays_while_a_table_is_loaded),
		module_test(refuses_bad_tables_and_says_why),
		module_test(an_attach_waits_for_an_attach),
		module_test(an_attach_waits_for_a_detach),
		module_test(an_attach_waits_for_a_swap),
		module_test(no_call_meets_a_table_that_was_not_told_of),
	};

	return run_all(tests);
}
