// SPDX-License-Identifier: GPL-2.0-only
/* A prepare that sleeps, and what happens around it meanwhile. */
#include "lib.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "count.h"
#include "task.h"

#define DECIDE "programs/decide.bpf.o"
#define MANY 100

static struct table table, other;

/* Brings up a table whose prepare reads the page. */
static void sleepy_table_up(void)
{
	table_up(&table, DECIDE, "asleep");
	*(__u64 *)table_variable(&table, "user_string") =
		(unsigned long)MISSING_PAGE;
}

static struct task writers[MANY], changer;
static int nr_writers;

static void start_writers(int n)
{
	for (nr_writers = 0; nr_writers < n; nr_writers++)
		task_start(&writers[nr_writers], task_trigger, "x");
}

static void no_writer_has_returned(void)
{
	int i;

	for (i = 0; i < nr_writers; i++)
		assert_false(writers[i].done);
}

static void every_writer_succeeded(void)
{
	int i;

	tasks_join();
	for (i = 0; i < nr_writers; i++)
		assert_int_equal(writers[i].err, 0);
	assert_int_equal(status_number("in prepare"), 0);
}

static int close_link(const void *arg)
{
	table_detach(&table);
	return 0;
}

static int detach_link(const void *arg)
{
	return bpf_link__detach(table.link);
}

static int swap(const void *arg)
{
	return bpf_link__update_map(table.link, other.map);
}

/* The detach takes the sleepers' table out of the slot at once, and then waits. */
static void waits_for_sleepers(int n, int (*change)(const void *),
			       const char *key, const char *value)
{
	char all[16];

	sleepy_table_up();
	table_load(&other, DECIDE, "decide");
	snprintf(all, sizeof(all), "%d", n);

	start_writers(n);
	status_wait("in prepare", all);
	task_start(&changer, change, NULL);

	status_wait(key, value);
	sleep(1);
	assert_false(changer.done);
	no_writer_has_returned();
	assert_string_equal(status("in prepare"), all);
	assert_int_equal(module_unload(), EAGAIN);

	missing_page_fill();
	every_writer_succeeded();
	assert_int_equal(changer.err, 0);
	/* Each trigger went on with the table with which it had begun. */
	assert_int_equal(*(__u64 *)table_variable(&table, "tests"), n);
	assert_int_equal(*(__u64 *)table_variable(&other, "tests"), 0);
}

static void closing_the_link_waits_for_a_sleeper(void **state)
{
	waits_for_sleepers(1, close_link, "attached", "no");
}

static void detaching_the_link_waits_for_a_sleeper(void **state)
{
	waits_for_sleepers(1, detach_link, "attached", "no");
}

static void a_swap_waits_for_a_sleeper(void **state)
{
	waits_for_sleepers(1, swap, "name", "decide");
}

static void a_hundred_sleep_at_once_and_are_waited_for(void **state)
{
	waits_for_sleepers(MANY, close_link, "attached", "no");
}

/* While a swap waits for the old table's sleeper, the new table is in use. */
static void a_swapped_table_serves_while_the_old_one_is_waited_for(void **state)
{
	sleepy_table_up();
	table_load(&other, DECIDE, "decide");
	start_writers(1);
	status_wait("in prepare", "1");
	task_start(&changer, swap, NULL);
	status_wait("name", "decide");

	assert_int_equal(trigger_write("y", 1), 0);
	assert_int_equal(*(__u64 *)table_variable(&other, "tests"), 1);
	no_writer_has_returned();

	missing_page_fill();
	every_writer_succeeded();
}

static int attach_other(const void *arg)
{
	return table_attach(&other);
}

/* While a closed link waits for its sleeper, the slot is free for another table. */
static void another_is_attached_while_a_detach_waits(void **state)
{
	static struct task attacher;

	sleepy_table_up();
	table_load(&other, DECIDE, "decide");
	start_writers(1);
	status_wait("in prepare", "1");
	task_start(&changer, close_link, NULL);
	status_wait("attached", "no");

	task_start(&attacher, attach_other, NULL);
	wait_until(attacher.done);
	no_writer_has_returned();
	assert_false(changer.done);

	missing_page_fill();
	every_writer_succeeded();
	assert_int_equal(attacher.err, 0);
	assert_string_equal(status("name"), "decide");
}

/* This program as another process: see main(). */
static struct process child;

static void start_child(const char *as)
{
	const char *const argv[] = { "./test_sleep", as, NULL };

	process_start(&child, argv);
}

static void kill_child(void)
{
	assert_return_code(kill(child.pid, SIGKILL), errno);
}

static int be_a_loader(void)
{
	sleepy_table_up();
	puts("attached");
	fflush(stdout);
	return pause();
}

static void a_loader_killed_meanwhile_leaves_nothing(void **state)
{
	start_child("loader");
	process_wait_for(&child, "attached");
	start_writers(1);
	status_wait("in prepare", "1");
	kill_child();

	status_wait("attached", "no");
	no_writer_has_returned();
	assert_int_equal(module_unload(), EAGAIN);

	missing_page_fill();
	every_writer_succeeded();
	assert_int_equal(process_wait(&child), 256 + SIGKILL);
	assert_int_equal(status_number("test_1 calls"), 1);
	module_unload_soon();
	assert_int_equal(module_setup(state), 0);
}

static int be_a_writer(void)
{
	missing_page_setup();
	return trigger_write("x", 1);
}

static void a_writer_killed_meanwhile_leaves_nothing(void **state)
{
	sleepy_table_up();
	start_child("writer");
	status_wait("in prepare", "1");
	kill_child();
	assert_int_equal(process_wait(&child), 256 + SIGKILL);

	assert_int_equal(status_number("in prepare"), 0);
	/* The program could not read the page, and refused the message. */
	assert_int_equal(status_number("prepare rejections"), 1);
	assert_int_equal(*(__u64 *)table_variable(&table, "tests"), 0);
	table_detach(&table);
}

/* Follows the advice of docs/ops.md for a detach that takes long. */
static void the_sleeper_is_found_by_its_stack(void **state)
{
	char found[256] = "", expected[64];
	FILE *pipe;
	int i;

	sleepy_table_up();
	start_writers(1);
	status_wait("in prepare", "1");

	snprintf(expected, sizeof(expected), "/proc/%d/task/%d/stack\n",
		 getpid(), writers[0].tid);
	/* A writer is inside for a moment before it sleeps. */
	for (i = 0; i < 100 && strcmp(found, expected); i++) {
		pipe = popen(
			"grep -l bpf_testmod_ops_run /proc/[0-9]*/task/[0-9]*/stack",
			"r");
		assert_non_null(pipe);
		if (!fgets(found, sizeof(found), pipe))
			usleep(10000);
		pclose(pipe);
	}
	assert_string_equal(found, expected);

	missing_page_fill();
	every_writer_succeeded();
}

/* Returns when it has found a table, and sleeps with its message. */
static void start_missing_writer(void)
{
	task_start(&writers[0], task_trigger, MISSING_PAGE);
	nr_writers = 1;
	missing_page_wait();
}

/* The message comes too late for the table. */
static void a_table_that_goes_while_the_message_is_copied(void **state)
{
	table_up(&table, DECIDE, "only_filter");
	klog_mark();
	start_missing_writer();
	table_detach(&table);
	no_writer_has_returned();
	missing_page_fill();
	every_writer_succeeded();

	assert_int_equal(status_number("filter calls"), 0);
	klog_expect("bpf_testmod_ops unregistered: only_filter\n"
		    "No struct_ops registered\n");
}

static void messages_are_used_again_and_given_back(void **state)
{
	unsigned int taken, given;

	/* The threads that it starts stay there, too. */
	stay_on_first_cpu();
	table_up(&table, DECIDE, "only_filter");
	count_begin("count_taken", "count_given");
	trigger("x");
	trigger("x");
	assert_int_equal(count_of("taken"), 1);

	/* The next write takes another one, and so one is left over. */
	start_missing_writer();
	trigger("x");
	assert_int_equal(count_of("taken"), 2);
	assert_int_equal(count_of("given"), 0);
	missing_page_fill();
	every_writer_succeeded();
	assert_int_equal(count_of("given"), 1);

	table_free(&table);
	module_unload_soon();
	taken = count_of("taken");
	given = count_of("given");
	assert_int_equal(module_setup(state), 0);
	assert_int_equal(taken, 2);
	assert_int_equal(given, 2);
}

/* A test that failed may have left threads, which the page's end wakes. */
static int sleep_teardown(void **state)
{
	count_end();
	missing_page_teardown();
	tasks_join();
	return module_teardown(state);
}

static int sleep_setup(void **state)
{
	missing_page_setup();
	return module_setup(state);
}

#define sleep_test(f) \
	cmocka_unit_test_setup_teardown(f, sleep_setup, sleep_teardown)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		sleep_test(closing_the_link_waits_for_a_sleeper),
		sleep_test(detaching_the_link_waits_for_a_sleeper),
		sleep_test(a_swap_waits_for_a_sleeper),
		sleep_test(a_hundred_sleep_at_once_and_are_waited_for),
		sleep_test(a_swapped_table_serves_while_the_old_one_is_waited_for),
		sleep_test(another_is_attached_while_a_detach_waits),
		sleep_test(a_loader_killed_meanwhile_leaves_nothing),
		sleep_test(a_writer_killed_meanwhile_leaves_nothing),
		sleep_test(the_sleeper_is_found_by_its_stack),
		sleep_test(a_table_that_goes_while_the_message_is_copied),
		sleep_test(messages_are_used_again_and_given_back),
	};

	if (argc == 2 && !strcmp(argv[1], "loader"))
		return be_a_loader();
	if (argc == 2 && !strcmp(argv[1], "writer"))
		return be_a_writer();
	return run_all(tests);
}
