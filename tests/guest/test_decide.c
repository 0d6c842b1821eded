// SPDX-License-Identifier: GPL-2.0-only
/* prepare and filter: order, results, verdicts. */
#include "lib.h"

#include <errno.h>
#include <limits.h>

#include "bpf_testmod.h"

#define DECIDE "programs/decide.bpf.o"

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

/* What the last message's programs wrote is gone, wherever the event lies. */
static void every_message_begins_anew(void **state)
{
	stay_on_first_cpu();
	table_up(&table, DECIDE, "decide");
	*(__u64 *)table_variable(&table, "cookie_in") = 77;
	set("prepare_verdict", BPF_TESTMOD_DROP);
	trigger("dropped");
	assert_int_equal(*(__u64 *)table_variable(&table, "cookie_out"), 77);
	assert_int_equal(status_number("drops"), 1);
	table_free(&table);

	/* This program sets neither, but shows what it finds. */
	table_up(&table, DECIDE, "only_filter");
	*(__u64 *)table_variable(&table, "cookie_out") = 1;
	trigger("passes");
	assert_int_equal(*(__u64 *)table_variable(&table, "cookie_out"), 0);
	assert_int_equal(status_number("drops"), 1);
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

/* VARIABLE sets the result of one of the table's members. */
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
	every_result_of("prepare_ret", "prepare rejections", false);
	assert_int_equal(status_number("filter rejections"), 0);
}

static void what_filter_returns_reaches_the_writer(void **state)
{
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
	every_verdict_of("filter_verdict");
}

static void a_verdict_of_prepare_decides(void **state)
{
	every_verdict_of("prepare_verdict");
}

static void either_member_alone_is_a_table(void **state)
{
	table_up(&table, DECIDE, "only_prepare");
	set("prepare_verdict", 7);
	assert_int_equal(trigger_write("x", 1), EINVAL);
	assert_int_equal(status_number("prepare rejections"), 1);
	table_free(&table);
	table_up(&table, DECIDE, "only_filter");
	klog_mark();
	set("filter_ret", -EACCES);
	assert_int_equal(trigger_write("x", 1), EACCES);
	assert_int_equal(status_number("filter rejections"), 1);
	klog_expect("Calling struct_ops callbacks:\n"
		    "filter() returned: -13\n"
		    "message refused: -13\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		module_test(a_cookie_goes_from_prepare_to_filter),
		module_test(every_message_begins_anew),
		module_test(what_prepare_returns_reaches_the_writer),
		module_test(what_filter_returns_reaches_the_writer),
		module_test(a_verdict_of_filter_decides),
		module_test(a_verdict_of_prepare_decides),
		module_test(either_member_alone_is_a_table),
	};

	return run_all(tests);
}
