// SPDX-License-Identifier: GPL-2.0-only
/* A prepare that sleeps, and what happens around it meanwhile. */
#include "lib.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define DECIDE "programs/decide.bpf.o"
#define MANY 100

static struct table table, other;

/* Brings up a table whose prepare reads the page. */
static void sleepy_table_up(void)
{
	table_up(&table, DECIDE, "asleep");
	*(__u64 *)table_variable(&table, "user_string") =
		(unsigned long)missing_page;
}

static pthread_t writers[MANY];
static atomic_int writer_results[MANY];
static atomic_int writer_tid;
static int nr_writers;

static void *write_once(void *arg)
{
	writer_tid = gettid();
	*(atomic_int *)arg = trigger_write("x", 1);
	return NULL;
}

static void start_writers(int n)
{
	for (nr_writers = 0; nr_writers < n; nr_writers++) {
		writer_results[nr_writers] = -1;
		assert_int_equal(pthread_create(&writers[nr_writers], NULL,
						write_once,
						&writer_results[nr_writers]),
				 0);
	}
}

static void no_writer_has_returned(void)
{
	int i;

	for (i = 0; i < nr_writers; i++)
		assert_int_equal(writer_results[i], -1);
}

static void every_writer_succeeded(void)
{
	int i;

	for (i = 0; i < nr_writers; i++) {
		pthread_join(writers[i], NULL);
		assert_int_equal(writer_results[i], 0);
	}
	assert_int_equal(status_number("in prepare"), 0);
}

static atomic_bool done;

static void *close_link(void *arg)
{
	(void)arg;
	table_detach(&table);
	done = true;
	return NULL;
}

static void *detach_link(void *arg)
{
	(void)arg;
	done = bpf_link__detach(table.link) == 0;
	return NULL;
}

static void *swap(void *arg)
{
	(void)arg;
	done = bpf_link__update_map(table.link, other.map) == 0;
	return NULL;
}

/* It takes the sleepers' table out of the slot at once, and waits then. */
static void waits_for_sleepers(int n, void *(*change)(void *), const char *key,
			       const char *value)
{
	char all[16];
	pthread_t changer;

	sleepy_table_up();
	table_load(&other, DECIDE, "decide");
	snprintf(all, sizeof(all), "%d", n);

	done = false;
	start_writers(n);
	status_wait("in prepare", all);
	assert_int_equal(pthread_create(&changer, NULL, change, NULL), 0);

	status_wait(key, value);
	sleep(1);
	assert_false(done);
	no_writer_has_returned();
	assert_string_equal(status("in prepare"), all);
	assert_int_equal(module_unload(), EAGAIN);

	missing_page_fill();
	every_writer_succeeded();
	pthread_join(changer, NULL);
	assert_true(done);
	/* Each trigger went on with the table that it had begun with. */
	assert_int_equal(*(__u64 *)table_variable(&table, "tests"), n);
	assert_int_equal(*(__u64 *)table_variable(&other, "tests"), 0);
}

static void closing_the_link_waits_for_a_sleeper(void **state)
{
	(void)state;
	waits_for_sleepers(1, close_link, "attached", "no");
}

static void detaching_the_link_waits_for_a_sleeper(void **state)
{
	(void)state;
	waits_for_sleepers(1, detach_link, "attached", "no");
}

static void a_swap_waits_for_a_sleeper(void **state)
{
	(void)state;
	waits_for_sleepers(1, swap, "name", "decide");
}

static void a_hundred_sleep_at_once_and_are_waited_for(void **state)
{
	(void)state;
	waits_for_sleepers(MANY, close_link, "attached", "no");
}

/* While the old table's sleeper is waited for, the new one is in force. */
static void a_swapped_table_serves_while_the_old_one_is_waited_for(void **state)
{
	pthread_t changer;

	(void)state;
	sleepy_table_up();
	table_load(&other, DECIDE, "decide");
	start_writers(1);
	status_wait("in prepare", "1");
	assert_int_equal(pthread_create(&changer, NULL, swap, NULL), 0);
	status_wait("name", "decide");

	assert_int_equal(trigger_write("y", 1), 0);
	assert_int_equal(*(__u64 *)table_variable(&other, "tests"), 1);
	no_writer_has_returned();

	missing_page_fill();
	every_writer_succeeded();
	pthread_join(changer, NULL);
}

/* Runs BODY in a child, until it says that it is ready or is asleep. */
static pid_t child(void (*body)(int ready), bool wait)
{
	int ready[2];
	char byte;
	pid_t pid;

	assert_return_code(pipe(ready), errno);
	pid = fork();
	assert_return_code(pid, errno);
	if (!pid) {
		body(ready[1]);
		_exit(1);
	}
	close(ready[1]);
	if (wait)
		assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	return pid;
}

static void kill_child(pid_t pid)
{
	assert_return_code(kill(pid, SIGKILL), errno);
}

static void child_was_killed(pid_t pid)
{
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGKILL);
}

static void be_a_loader(int ready)
{
	sleepy_table_up();
	if (write(ready, "", 1) == 1)
		pause();
}

static void a_loader_killed_meanwhile_leaves_nothing(void **state)
{
	pid_t loader;

	(void)state;
	loader = child(be_a_loader, true);
	start_writers(1);
	status_wait("in prepare", "1");
	kill_child(loader);

	status_wait("attached", "no");
	no_writer_has_returned();
	assert_int_equal(module_unload(), EAGAIN);

	missing_page_fill();
	every_writer_succeeded();
	child_was_killed(loader);
	assert_int_equal(status_number("test_1 calls"), 1);
	module_unload_soon();
	assert_int_equal(module_setup(state), 0);
}

static void be_a_writer(int ready)
{
	(void)ready;
	missing_page_setup();
	*(__u64 *)table_variable(&table, "user_string") =
		(unsigned long)missing_page;
	trigger_write("x", 1);
}

static void a_writer_killed_meanwhile_leaves_nothing(void **state)
{
	pid_t writer;

	(void)state;
	table_up(&table, DECIDE, "asleep");
	writer = child(be_a_writer, false);
	status_wait("in prepare", "1");
	kill_child(writer);
	child_was_killed(writer);

	assert_int_equal(status_number("in prepare"), 0);
	/* The program could not read the page, and refused the message. */
	assert_int_equal(status_number("prepare rejections"), 1);
	assert_int_equal(*(__u64 *)table_variable(&table, "tests"), 0);
	table_detach(&table);
}

/* What docs/ops.md says to do when a detach takes long. */
static void the_sleeper_is_found_by_its_stack(void **state)
{
	char found[256] = "", expected[64];
	FILE *pipe;

	(void)state;
	sleepy_table_up();
	start_writers(1);
	status_wait("in prepare", "1");

	pipe = popen("grep -l bpf_testmod_ops_run /proc/[0-9]*/task/[0-9]*/stack",
		     "r");
	assert_non_null(pipe);
	assert_non_null(fgets(found, sizeof(found), pipe));
	pclose(pipe);
	snprintf(expected, sizeof(expected), "/proc/%d/task/%d/stack\n",
		 getpid(), writer_tid);
	assert_string_equal(found, expected);

	missing_page_fill();
	every_writer_succeeded();
}

static int sleep_teardown(void **state)
{
	missing_page_teardown();
	return module_teardown(state);
}

static int sleep_setup(void **state)
{
	missing_page_setup();
	return module_setup(state);
}

#define sleep_test(f) \
	cmocka_unit_test_setup_teardown(f, sleep_setup, sleep_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		sleep_test(closing_the_link_waits_for_a_sleeper),
		sleep_test(detaching_the_link_waits_for_a_sleeper),
		sleep_test(a_swap_waits_for_a_sleeper),
		sleep_test(a_hundred_sleep_at_once_and_are_waited_for),
		sleep_test(a_swapped_table_serves_while_the_old_one_is_waited_for),
		sleep_test(a_loader_killed_meanwhile_leaves_nothing),
		sleep_test(a_writer_killed_meanwhile_leaves_nothing),
		sleep_test(the_sleeper_is_found_by_its_stack),
	};

	return run_all(tests);
}
