// SPDX-License-Identifier: GPL-2.0-only
/* prepare and filter: order, results, verdicts, and a prepare that sleeps. */
#include "lib.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <string.h>
#include <stdatomic.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bpf_testmod.h"

#define DECIDE "programs/decide.bpf.o"
#define PAGE 4096

static struct table table;

static void set(const char *variable, int value)
{
	*(int *)table_variable(&table, variable) = value;
}

static unsigned long tests(void)
{
	return *(__u64 *)table_variable(&table, "tests");
}

static void a_cookie_goes_from_prepare_to_filter(void **state)
{
	const __u64 cookie = 0x0123456789abcdefULL;

	(void)state;
	table_up(&table, DECIDE, "decide");
	klog_mark();
	*(__u64 *)table_variable(&table, "cookie_in") = cookie;
	trigger("hello");
	assert_int_equal(*(__u64 *)table_variable(&table, "cookie_out"), cookie);
	assert_int_equal(*(__u32 *)table_variable(&table, "len_seen"), 5);
	klog_expect("Calling struct_ops callbacks:\n"
		    "prepare() returned: 0\n"
		    "filter() returned: 0\n"
		    "test_1() returned: 0\n");
}

static const struct {
	int ret;
	int err;
} results[] = {
	{ 0, 0 },
	{ 1, EINVAL },
	{ -1, EPERM },
	{ -EAGAIN, EAGAIN },
	{ -511, 511 },
	{ -512, EINVAL },
	{ -513, EINVAL },
	{ -529, EINVAL },
	{ -4095, EINVAL },
	{ -4096, EINVAL },
	{ INT_MIN, EINVAL },
	{ INT_MAX, EINVAL },
};

/* Of the members of a table, VARIABLE sets what one of them returns. */
static void every_result_of(const char *variable, const char *rejections,
			    bool filter_runs)
{
	unsigned long passed = 0, refused = 0;
	size_t i;

	table_up(&table, DECIDE, "decide");
	for (i = 0; i < ARRAY_SIZE(results); i++) {
		set(variable, results[i].ret);
		assert_int_equal(trigger_write("x", 1), results[i].err);
		results[i].err ? refused++ : passed++;
		assert_int_equal(tests(), passed);
		assert_int_equal(status_number(rejections), refused);
	}
	assert_int_equal(status_number("prepare calls"), ARRAY_SIZE(results));
	assert_int_equal(status_number("filter calls"),
			 filter_runs ? ARRAY_SIZE(results) : passed);
	assert_int_equal(status_number("test_1 calls"), passed);
}

static void what_prepare_returns_reaches_the_writer(void **state)
{
	(void)state;
	every_result_of("prepare_ret", "prepare rejections", false);
	assert_int_equal(status_number("filter rejections"), 0);
}

static void what_filter_returns_reaches_the_writer(void **state)
{
	(void)state;
	every_result_of("filter_ret", "filter rejections", true);
	assert_int_equal(status_number("prepare rejections"), 0);
}

static void every_verdict_of(const char *variable)
{
	table_up(&table, DECIDE, "decide");
	klog_mark();

	set(variable, BPF_TESTMOD_DROP);
	assert_int_equal(trigger_write("x", 1), 0);
	assert_int_equal(tests(), 0);
	assert_int_equal(status_number("drops"), 1);
	klog_expect("Calling struct_ops callbacks:\n"
		    "prepare() returned: 0\n"
		    "filter() returned: 0\n"
		    "message dropped\n");

	set(variable, 2);
	assert_int_equal(trigger_write("x", 1), EINVAL);
	set(variable, -1);
	assert_int_equal(trigger_write("x", 1), EINVAL);
	assert_int_equal(status_number("filter rejections"), 2);
	assert_int_equal(tests(), 0);

	set(variable, BPF_TESTMOD_PASS);
	assert_int_equal(trigger_write("x", 1), 0);
	assert_int_equal(tests(), 1);
	assert_int_equal(status_number("drops"), 1);
	table_free(&table);
}

static void a_verdict_of_filter_decides(void **state)
{
	(void)state;
	every_verdict_of("filter_verdict");
}

static void a_verdict_of_prepare_decides(void **state)
{
	(void)state;
	every_verdict_of("prepare_verdict");
}

static void either_member_alone_is_a_table(void **state)
{
	(void)state;
	table_up(&table, DECIDE, "only_prepare");
	set("prepare_verdict", 7);
	assert_int_equal(trigger_write("x", 1), EINVAL);
	assert_int_equal(status_number("prepare rejections"), 1);
	table_free(&table);
	table_up(&table, DECIDE, "only_filter");
	set("filter_ret", -EACCES);
	assert_int_equal(trigger_write("x", 1), EACCES);
	assert_int_equal(status_number("filter rejections"), 1);
}

/* A page that is missing until the test says so: who reads it, sleeps. */
static char *page;
static int uffd;

static void page_setup(void)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register reg = { .mode = UFFDIO_REGISTER_MODE_MISSING };

	page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(page, MAP_FAILED);
	uffd = syscall(SYS_userfaultfd, O_CLOEXEC);
	assert_return_code(uffd, errno);
	assert_return_code(ioctl(uffd, UFFDIO_API, &api), errno);
	reg.range.start = (unsigned long)page;
	reg.range.len = PAGE;
	assert_return_code(ioctl(uffd, UFFDIO_REGISTER, &reg), errno);
}

static void wait_for_sleeper(void)
{
	struct uffd_msg msg;

	assert_int_equal(read(uffd, &msg, sizeof(msg)), sizeof(msg));
	assert_int_equal(msg.event, UFFD_EVENT_PAGEFAULT);
}

static void wake_sleeper(void)
{
	struct uffdio_zeropage zero = {
		.range = { .start = (unsigned long)page, .len = PAGE },
	};

	assert_return_code(ioctl(uffd, UFFDIO_ZEROPAGE, &zero), errno);
}

static void page_teardown(void)
{
	close(uffd);
	munmap(page, PAGE);
}

static struct table other;
static atomic_int writer_result;
static atomic_bool done;

static void *write_once(void *arg)
{
	(void)arg;
	writer_result = trigger_write("x", 1);
	return NULL;
}

static void *detach(void *arg)
{
	(void)arg;
	table_detach(&table);
	done = true;
	return NULL;
}

static void *swap(void *arg)
{
	(void)arg;
	done = bpf_link__update_map(table.link, other.map) == 0;
	return NULL;
}

/* It takes the sleeper's table out of the slot at once, and waits then. */
static void waits_for_a_sleeper(void *(*change)(void *), const char *key,
				const char *value)
{
	pthread_t writer, changer;
	int i;

	page_setup();
	table_up(&table, DECIDE, "asleep");
	table_load(&other, DECIDE, "decide");
	*(__u64 *)table_variable(&table, "user_string") = (unsigned long)page;

	writer_result = -1;
	done = false;
	assert_int_equal(pthread_create(&writer, NULL, write_once, NULL), 0);
	wait_for_sleeper();
	assert_int_equal(pthread_create(&changer, NULL, change, NULL), 0);

	for (i = 0; i < 1000 && strcmp(status(key), value); i++)
		usleep(10000);
	assert_string_equal(status(key), value);
	sleep(1);
	assert_false(done);
	assert_int_equal(writer_result, -1);
	assert_int_equal(module_unload(), EAGAIN);

	wake_sleeper();
	pthread_join(writer, NULL);
	pthread_join(changer, NULL);
	page_teardown();
	assert_int_equal(writer_result, 0);
	assert_true(done);
	/* The trigger went on with the table that it had begun with. */
	assert_int_equal(tests(), 1);
	assert_int_equal(*(__u64 *)table_variable(&other, "tests"), 0);
}

static void detach_waits_for_a_prepare_that_sleeps(void **state)
{
	(void)state;
	waits_for_a_sleeper(detach, "attached", "no");
}

static void swap_waits_for_a_prepare_that_sleeps(void **state)
{
	(void)state;
	waits_for_a_sleeper(swap, "name", "decide");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		module_test(a_cookie_goes_from_prepare_to_filter),
		module_test(what_prepare_returns_reaches_the_writer),
		module_test(what_filter_returns_reaches_the_writer),
		module_test(a_verdict_of_filter_decides),
		module_test(a_verdict_of_prepare_decides),
		module_test(either_member_alone_is_a_table),
		module_test(detach_waits_for_a_prepare_that_sleeps),
		module_test(swap_waits_for_a_prepare_that_sleeps),
	};

	return run_all(tests);
}
