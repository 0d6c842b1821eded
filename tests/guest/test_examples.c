// SPDX-License-Identifier: GPL-2.0-only
/*
 * The programs in bpf/. EXAMPLES names the directory of the objects, of which
 * there may be one for each compiler (see run-clangs).
 */
#include "lib.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "bpf_testmod.h"
#include "rewrite.h"
#include "sleepy.h"
#include "task.h"

#define MAX BPF_TESTMOD_MSG_MAX

static struct table table;

static void example_up(const char *name)
{
	const char *dir = getenv("EXAMPLES") ?: "programs";
	char file[128];

	snprintf(file, sizeof(file), "%s/%s.bpf.o", dir, name);
	table_up(&table, file, name);
}

static void testmod_answers_42_and_30(void **state)
{
	example_up("testmod");
	klog_mark();
	trigger("hello");
	klog_expect("Calling struct_ops callbacks:\n"
		    "test_1() returned: 42\n"
		    "test_2(10, 20) returned: 30\n"
		    "test_3() called with buffer\n");
}

static int map_fd(const char *name)
{
	int fd = bpf_object__find_map_fd_by_name(table.obj, name);

	assert_return_code(fd, errno);
	return fd;
}

static void forbid(const char *word)
{
	struct rewrite_word value = {};
	__u32 key = 0;

	memcpy(value.text, word, strnlen(word, sizeof(value.text)));
	assert_return_code(bpf_map_update_elem(map_fd("forbidden"), &key,
					       &value, BPF_ANY),
			   errno);
}

static __u64 fate(__u32 key)
{
	int cpus = libbpf_num_possible_cpus();
	__u64 *values = calloc(cpus, sizeof(*values)), sum = 0;
	int i;

	assert_non_null(values);
	assert_return_code(bpf_map_lookup_elem(map_fd("fates"), &key, values),
			   errno);
	for (i = 0; i < cpus; i++)
		sum += values[i];
	free(values);
	return sum;
}

/* A message of LEN letters and digits of which no two neighbours are alike. */
static char *make_message(size_t len)
{
	static char message[MAX + 1];
	size_t i;

	for (i = 0; i < len; i++)
		message[i] = "aBcD1eFgHiJkLmN,oPqRsTuV.wXyZ"[i % 29];
	message[len] = '\0';
	return message;
}

static void letters_become_capital(void **state)
{
	/* Around the program's chunks of 64 bytes. */
	static const size_t lens[] = { 1, 2, 63, 64, 65, 127, 128, 129, 300 };
	char expected[400], *traced, *c;
	size_t i;

	example_up("rewrite");
	for (i = 0; i < ARRAY_SIZE(lens); i++) {
		trace_clear();
		trigger(make_message(lens[i]));
		snprintf(expected, sizeof(expected),
			 "bpf_trace_printk: rewritten: %s\n",
			 make_message(lens[i]));
		for (c = strstr(expected, "rewritten: ") + 11; *c; c++)
			*c = toupper(*c);
		traced = trace_take("bpf_trace_printk");
		assert_string_equal(traced, expected);
		free(traced);
	}
	assert_int_equal(fate(REWRITE_PASSED), ARRAY_SIZE(lens));
}

static void bytes_that_are_no_small_letters_stay(void **state)
{
	const char *message = "@AZ[`{ 09 \x7f\xe4";
	char *traced;

	example_up("rewrite");
	trace_clear();
	trigger(message);
	traced = trace_take("bpf_trace_printk");
	assert_non_null(strstr(traced, message));
	free(traced);
}

static void refuses(const char *message, size_t len)
{
	__u64 before = fate(REWRITE_REFUSED);

	if (trigger_write(message, len) != EPERM)
		fail_msg("not refused: %s", message);
	assert_int_equal(fate(REWRITE_REFUSED), before + 1);
}

static void passes(const char *message, size_t len)
{
	__u64 before = fate(REWRITE_PASSED);

	if (trigger_write(message, len))
		fail_msg("not passed: %s", message);
	assert_int_equal(fate(REWRITE_PASSED), before + 1);
}

static void the_forbidden_word_is_refused(void **state)
{
	example_up("rewrite");
	passes("secret", 6);
	forbid("secret");
	refuses("secret", 6);
	refuses("no SeCrEt here", 14);
	refuses("secresecret", 11);
	passes("secre t", 7);
	passes("ecret", 5);

	/* Set the longest word, the shortest one, and none again. */
	forbid("password");
	refuses("mypasswords", 11);
	passes("passwor_", 8);
	passes("secret", 6);
	forbid("!");
	refuses("oh!", 3);
	passes("oh", 2);
	forbid("");
	passes("oh!", 3);
}

static void the_forbidden_word_is_found_wherever_it_is(void **state)
{
	size_t at;
	char *message;

	example_up("rewrite");
	module_set_log(false);
	forbid("Password");
	/* It is across the first and the last chunk's edge, and at the very end. */
	for (at = 50; at <= 66; at++) {
		message = make_message(200);
		memcpy(message + at, "pASSWORD", 8);
		refuses(message, 200);
	}
	for (at = MAX - 80; at <= MAX - 8; at++) {
		message = make_message(MAX);
		memcpy(message + at, "password", 8);
		refuses(message, MAX);
	}
	passes(make_message(MAX), MAX);
}

static void blank_messages_are_dropped(void **state)
{
	char spaces[MAX];

	example_up("rewrite");
	memset(spaces, ' ', sizeof(spaces));
	trigger("");
	trigger("\n");
	trigger(" \t\r\n");
	assert_int_equal(trigger_write(spaces, MAX), 0);
	assert_int_equal(fate(REWRITE_DROPPED), 4);
	assert_int_equal(status_number("drops"), 4);
	assert_int_equal(status_number("test_3 calls"), 0);
	/* Bytes that cannot be seen are no white space. */
	spaces[MAX - 1] = '\0';
	passes(spaces, MAX);
	passes("\x1b", 1);
}

#define WRITERS 4
#define WRITES 500

/* Returns how many were refused. */
static int write_on(const void *arg)
{
	int i, refused = 0;

	for (i = 0; i < WRITES; i++)
		refused += trigger_write("secret" + i % 2, 5) != 0;
	return refused;
}

static void the_counts_of_parallel_writers_add_up(void **state)
{
	static struct task writers[WRITERS];
	int i, sum = 0;

	example_up("rewrite");
	module_set_log(false);
	forbid("ecret");
	for (i = 0; i < WRITERS; i++)
		task_start(&writers[i], write_on, NULL);
	tasks_join();
	for (i = 0; i < WRITERS; i++)
		sum += writers[i].err;
	assert_int_equal(sum, WRITERS * WRITES / 2);
	assert_int_equal(fate(REWRITE_REFUSED), sum);
	assert_int_equal(fate(REWRITE_PASSED), sum);
}

static struct sleepy_record seen;

static int on_record(void *ctx, void *data, size_t size)
{
	int *records = ctx;

	assert_in_range(size, sizeof(seen), sizeof(seen) + 7);
	memcpy(&seen, data, sizeof(seen));
	(*records)++;
	return 0;
}

static int take_records(void)
{
	struct ring_buffer *ring;
	int records = 0;

	ring = ring_buffer__new(map_fd("records"), on_record, &records, NULL);
	assert_non_null(ring);
	assert_true(ring_buffer__consume(ring) >= 0);
	ring_buffer__free(ring);
	return records;
}

static void prepare_reads_who_writes(void **state)
{
	char name[SLEEPY_ARG_LEN] = "", cookie[32], *traced;
	int fd = open("/proc/self/cmdline", O_RDONLY);

	assert_true(read(fd, name, sizeof(name) - 1) > 0);
	close(fd);
	example_up("sleepy");
	tracefs_write("events/" MODULE_NAME "/enable", "1");
	trace_clear();
	trigger("hello");

	assert_int_equal(take_records(), 1);
	assert_int_equal(seen.pid, getpid());
	assert_int_equal(seen.len, 5);
	assert_string_equal(seen.arg, name);

	traced = trace_take("bpf_testmod_trigger");
	snprintf(cookie, sizeof(cookie), "cookie=%#x\n", getpid());
	assert_non_null(strstr(traced, cookie));
	free(traced);
}

/* The address at which the kernel, and so prepare, looks for the first argument. */
static void set_first_argument(const void *address)
{
	assert_return_code(prctl(PR_SET_MM, PR_SET_MM_ARG_START, address, 0, 0),
			   errno);
}

static unsigned long first_argument(void)
{
	char text[1024] = "", *field;
	int fd = open("/proc/self/stat", O_RDONLY);
	int i;

	assert_true(read(fd, text, sizeof(text) - 1) > 0);
	close(fd);
	/* arg_start is field 48; the name, field 2, ends with the last ')'. */
	field = strrchr(text, ')');
	for (i = 2; i < 48; i++)
		field = strchr(field + 1, ' ');
	return strtoul(field, NULL, 10);
}

static void *own_argument;

static int argument_setup(void **state)
{
	own_argument = (void *)first_argument();
	missing_page_setup();
	return module_setup(state);
}

static int argument_teardown(void **state)
{
	set_first_argument(own_argument);
	missing_page_teardown();
	tasks_join();
	return module_teardown(state);
}

static void prepare_sleeps_until_the_page_is_there(void **state)
{
	static struct task sleeper;

	example_up("sleepy");
	set_first_argument(MISSING_PAGE);
	task_start(&sleeper, task_trigger, "x");
	status_wait("in prepare", "1");
	assert_int_equal(take_records(), 0);

	missing_page_fill();
	tasks_join();
	assert_int_equal(sleeper.err, 0);
	assert_int_equal(take_records(), 1);
	assert_string_equal(seen.arg, "");
}

static void prepare_refuses_whom_it_cannot_read(void **state)
{
	example_up("sleepy");
	assert_return_code(mprotect(MISSING_PAGE, PAGE, PROT_NONE), errno);
	set_first_argument(MISSING_PAGE);
	assert_int_equal(trigger_write("x", 1), EFAULT);
	assert_int_equal(status_number("prepare rejections"), 1);
	assert_int_equal(take_records(), 0);
}

static void the_program_in_the_docs_does_what_it_says(void **state)
{
	const char *hundred = make_message(101);
	char *traced;

	table_up(&table, "programs/short_only.bpf.o", "short_only");
	trace_clear();
	klog_mark();
	trigger("hello");
	traced = trace_take("bpf_trace_printk");
	assert_string_equal(traced, "bpf_trace_printk: 5 bytes: *ello\n");
	free(traced);

	trigger("");
	assert_int_equal(status_number("drops"), 1);
	assert_int_equal(trigger_write(hundred, 101), EMSGSIZE);
	assert_int_equal(trigger_write(hundred, 100), 0);
	/* Its table is quiet. */
	klog_expect("");
}

#define argument_test(f) \
	cmocka_unit_test_setup_teardown(f, argument_setup, argument_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		module_test(testmod_answers_42_and_30),
		module_test(letters_become_capital),
		module_test(bytes_that_are_no_small_letters_stay),
		module_test(the_forbidden_word_is_refused),
		module_test(the_forbidden_word_is_found_wherever_it_is),
		module_test(blank_messages_are_dropped),
		module_test(the_counts_of_parallel_writers_add_up),
		module_test(prepare_reads_who_writes),
		argument_test(prepare_sleeps_until_the_page_is_there),
		argument_test(prepare_refuses_whom_it_cannot_read),
		module_test(the_program_in_the_docs_does_what_it_says),
	};

	return run_all(tests);
}
