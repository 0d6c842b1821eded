// SPDX-License-Identifier: GPL-2.0-only
/* The trigger file: what a write does and logs, what a read tells. */
#include "lib.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bpf_testmod.h"
#include "clock.h"
#include "count.h"

#define TABLES "programs/tables.bpf.o"

static struct table table;

static void attach(const char *name)
{
	table_up(&table, TABLES, name);
	klog_mark();
}

static __u64 calls(const char *variable)
{
	return *(__u64 *)table_variable(&table, variable);
}

static void logs_what_each_callback_returned(void **state)
{
	attach("first");
	trigger("hello");
	klog_expect("Calling struct_ops callbacks:\n"
		    "test_1() returned: -7\n"
		    "test_2(10, 20) returned: 1020\n"
		    "test_3() called with buffer\n");
}

static void says_so_when_no_table_is_attached(void **state)
{
	klog_mark();
	trigger("hello");
	klog_expect("No struct_ops registered\n");
}

static void calls_only_the_members_that_are_there(void **state)
{
	static const struct {
		const char *name;
		const char *log;
		unsigned long calls[3];
	} cases[] = {
		{ "only_test_1", "test_1() returned: -7\n", { 1, 0, 0 } },
		{ "only_test_2", "test_2(10, 20) returned: 1020\n", { 1, 1, 0 } },
		{ "only_test_3", "test_3() called with buffer\n", { 1, 1, 1 } },
	};
	char expected[128];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		attach(cases[i].name);
		trigger("hello");
		snprintf(expected, sizeof(expected),
			 "Calling struct_ops callbacks:\n%s", cases[i].log);
		klog_expect(expected);
		assert_int_equal(status_number("test_1 calls"),
				 cases[i].calls[0]);
		assert_int_equal(status_number("test_2 calls"),
				 cases[i].calls[1]);
		assert_int_equal(status_number("test_3 calls"),
				 cases[i].calls[2]);
		table_free(&table);
	}
}

static void hands_the_whole_message_to_test_3(void **state)
{
	char message[BPF_TESTMOD_MSG_MAX];
	const size_t lengths[] = { 0, 1, 5, 4094, BPF_TESTMOD_MSG_MAX };
	size_t i;

	for (i = 0; i < sizeof(message); i++)
		message[i] = 1 + i % 255;

	attach("only_test_3");
	for (i = 0; i < ARRAY_SIZE(lengths); i++) {
		int *len = table_variable(&table, "last_len");
		char *seen = table_variable(&table, "last_message");
		char *terminator = table_variable(&table, "last_terminator");

		*terminator = 'x';
		assert_int_equal(trigger_write(message, lengths[i]), 0);
		assert_int_equal(*len, lengths[i]);
		assert_memory_equal(seen, message, lengths[i]);
		assert_int_equal(*terminator, '\0');
		assert_int_equal(calls("test_3_calls"), i + 1);
	}
}

static void refuses_a_message_that_is_too_long(void **state)
{
	/* It is not on the stack: a gigabyte from there is no user address. */
	static char message[BPF_TESTMOD_MSG_MAX + 1];

	assert_int_equal(trigger_write(message, sizeof(message)), EMSGSIZE);
	attach("first");
	assert_int_equal(trigger_write(message, sizeof(message)), EMSGSIZE);
	assert_int_equal(trigger_write(message, 1UL << 30), EMSGSIZE);
	assert_int_equal(calls("test_1_calls"), 0);
	klog_expect("");
}

static void refuses_a_message_it_cannot_read(void **state)
{
	char *page = mmap(NULL, 8192, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	assert_ptr_not_equal(page, MAP_FAILED);
	assert_int_equal(munmap(page + 4096, 4096), 0);

	attach("first");
	assert_int_equal(trigger_write(page + 4090, 6), 0);
	klog_mark();
	assert_int_equal(trigger_write(page + 4090, 7), EFAULT);
	assert_int_equal(trigger_write((void *)8, 1), EFAULT);
	assert_int_equal(calls("test_1_calls"), 1);
	klog_expect("");
	munmap(page, 4096);
}

static void does_not_read_the_message_without_a_table(void **state)
{
	assert_int_equal(trigger_write((void *)8, 1), 0);
	attach("first");
	assert_int_equal(trigger_write((void *)8, 1), EFAULT);
	table_free(&table);
	assert_int_equal(trigger_write((void *)8, 1), 0);
}

static void takes_each_segment_of_a_writev_as_a_message(void **state)
{
	struct iovec iov[] = {
		{ (char *)"one", 3 },
		{ (char *)"two ", 4 },
		{ (char *)"three", 5 },
	};
	int fd = open(TRIGGER, O_WRONLY);

	attach("first");
	assert_int_equal(writev(fd, iov, 3), 12);
	close(fd);
	assert_int_equal(calls("test_3_calls"), 3);
	assert_memory_equal(table_variable(&table, "last_message"), "three", 5);
}

static void counts_calls_since_it_was_loaded(void **state)
{
	int i;

	trigger("not counted: no table is attached");
	attach("first");
	for (i = 0; i < 3; i++)
		trigger("x");
	table_free(&table);
	attach("only_test_2");
	trigger("x");

	assert_int_equal(status_number("test_1 calls"), 3);
	assert_int_equal(status_number("test_2 calls"), 4);
	assert_int_equal(status_number("test_3 calls"), 3);
}

static void read_shows_the_attached_table(void **state)
{
	char *text = trigger_read();

	assert_string_equal(text, "attached: no\n"
				  "prepare calls: 0\n"
				  "prepare rejections: 0\n"
				  "in prepare: 0\n"
				  "filter calls: 0\n"
				  "filter rejections: 0\n"
				  "test_1 calls: 0\n"
				  "test_2 calls: 0\n"
				  "test_3 calls: 0\n"
				  "drops: 0\n"
				  "swaps: 0\n"
				  "unlogged triggers: 0\n");
	free(text);

	attach("quiet");
	trigger("x");
	text = trigger_read();
	assert_string_equal(text, "attached: yes\n"
				  "name: quiet\n"
				  "flags: 0x1\n"
				  "prepare calls: 0\n"
				  "prepare rejections: 0\n"
				  "in prepare: 0\n"
				  "filter calls: 0\n"
				  "filter rejections: 0\n"
				  "test_1 calls: 1\n"
				  "test_2 calls: 1\n"
				  "test_3 calls: 1\n"
				  "drops: 0\n"
				  "swaps: 0\n"
				  "unlogged triggers: 0\n");
	free(text);
}

static void the_state_can_be_read_again(void **state)
{
	char first[1024] = "", again[1024] = "";
	int fd = open(TRIGGER, O_RDONLY | O_CLOEXEC);

	assert_return_code(fd, errno);
	assert_true(read(fd, first, sizeof(first) - 1) > 0);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	assert_true(read(fd, again, sizeof(again) - 1) > 0);
	assert_string_equal(first, again);
	close(fd);
}

static void a_reader_leaves_nothing(void **state)
{
	count_begin("count_opens", "count_closes");
	free(trigger_read());
	assert_int_equal(count_of("opened"), 1);
	assert_int_equal(count_of("closed"), 1);
}

static void a_quiet_table_logs_nothing(void **state)
{
	int i;

	/* More than the log takes at once: none of it is used up. */
	attach("quiet");
	for (i = 0; i < 200; i++)
		trigger("x");
	assert_int_equal(calls("test_1_calls"), 200);
	klog_expect("");
	assert_int_equal(status_number("unlogged triggers"), 0);

	/* The same programs without the flag do. */
	table_free(&table);
	attach("only_test_1");
	trigger("x");
	klog_expect("Calling struct_ops callbacks:\ntest_1() returned: -7\n");
}

static void parameter_log_switches_the_log(void **state)
{
	attach("only_test_1");
	module_set_log(false);
	trigger("x");
	klog_expect("");
	module_set_log(true);
	trigger("x");
	klog_expect("Calling struct_ops callbacks:\ntest_1() returned: -7\n");
}

/* Adds up the kernel's own lines about what was dropped. */
static unsigned long count_suppressed(char *log)
{
	unsigned long n, sum = 0;
	char *line;

	while ((line = strsep(&log, "\n"))) {
		if (sscanf(line, "log: %lu callbacks suppressed", &n) == 1)
			sum += n;
	}
	return sum;
}

/* Triggers that are not logged are counted and reported, even on a slow machine. */
static void log_limit_drops_whole_triggers_and_says_how_many(void **state)
{
	unsigned long begun, unlogged = 0, suppressed, total = 0;
	char *log;

	attach("first");
	while (unlogged < 100) {
		trigger("x");
		total++;
		unlogged = status_number("unlogged triggers");
		assert_in_range(total, 1, 100000);
	}

	log = klog_take(MODULE_NAME ": ");
	begun = klog_count(log, "Calling struct_ops callbacks:\n");
	assert_in_range(begun, 100, total);
	assert_int_equal(begun + unlogged, total);
	assert_int_equal(klog_count(log, "test_1() returned: -7\n"), begun);
	assert_int_equal(klog_count(log, "test_2(10, 20) returned: 1020\n"),
			 begun);
	assert_int_equal(klog_count(log, "test_3() called with buffer\n"), begun);
	suppressed = count_suppressed(log);
	free(log);

	/* The line comes with the first trigger that is logged again. */
	for (total = 0; suppressed < unlogged && total < 1000; total++) {
		usleep(20000);
		trigger("x");
		unlogged = status_number("unlogged triggers");
		log = klog_take(MODULE_NAME ": ");
		suppressed += count_suppressed(log);
		free(log);
	}
	assert_int_equal(suppressed, unlogged);
}

static void log_limit_is_100_triggers_in_5_seconds(void **state)
{
	int tries, i;

	for (tries = 0; tries < 10; tries++) {
		double began = clock_seconds();
		char *log;

		for (i = 0; i < 101; i++)
			trigger("x");
		if (clock_seconds() - began < 5) {
			log = klog_take(MODULE_NAME ": ");
			assert_int_equal(
				klog_count(log, "No struct_ops registered\n"),
				100);
			free(log);
			assert_int_equal(status_number("unlogged triggers"), 1);
			return;
		}
		/* The next load begins to count anew. */
		assert_int_equal(module_unload(), 0);
		assert_int_equal(module_setup(state), 0);
	}
	print_message(
		"# this machine is too slow for 101 triggers in 5 seconds\n");
	skip();
}

static void only_root_can_open_it(void **state)
{
	struct stat st;
	int status;
	pid_t pid;

	assert_int_equal(stat(TRIGGER, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(st.st_uid, 0);

	pid = fork();
	assert_return_code(pid, errno);
	if (!pid) {
		become_nobody_plain();
		if (open(TRIGGER, O_WRONLY) >= 0 || errno != EACCES)
			_exit(1);
		if (open(TRIGGER, O_RDONLY) >= 0 || errno != EACCES)
			_exit(2);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static int count_teardown(void **state)
{
	count_end();
	return module_teardown(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		module_test(logs_what_each_callback_returned),
		module_test(says_so_when_no_table_is_attached),
		module_test(calls_only_the_members_that_are_there),
		module_test(hands_the_whole_message_to_test_3),
		module_test(refuses_a_message_that_is_too_long),
		module_test(refuses_a_message_it_cannot_read),
		module_test(does_not_read_the_message_without_a_table),
		module_test(takes_each_segment_of_a_writev_as_a_message),
		module_test(counts_calls_since_it_was_loaded),
		module_test(read_shows_the_attached_table),
		module_test(the_state_can_be_read_again),
		cmocka_unit_test_setup_teardown(a_reader_leaves_nothing,
						module_setup, count_teardown),
		module_test(a_quiet_table_logs_nothing),
		module_test(parameter_log_switches_the_log),
		module_test(log_limit_drops_whole_triggers_and_says_how_many),
		module_test(log_limit_is_100_triggers_in_5_seconds),
		module_test(only_root_can_open_it),
	};

	return run_all(tests);
}
