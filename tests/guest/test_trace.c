// SPDX-License-Identifier: GPL-2.0-only
/* The tracepoints, as tracefs shows them and as programs see them. */
#include "lib.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "bpf_testmod.h"

#define DECIDE "programs/decide.bpf.o"
#define TRACE "programs/trace.bpf.o"

static struct table table, other, seen;

static void trace_on(void)
{
	/* Use one clock for all CPUs: otherwise events may come out of order. */
	tracefs_write("trace_clock", "global");
	tracefs_write("tracing_on", "1");
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

static void nothing_is_traced_while_tracing_is_off(void **state)
{
	trace_on();
	tracefs_write("tracing_on", "0");
	table_up(&table, "programs/tables.bpf.o", "quiet");
	trigger("not traced");
	tracefs_write("tracing_on", "1");
	trigger("traced");
	trace_expect(
		"bpf_testmod_trigger: len=6 err=0 dropped=0 called=test_1|test_2|test_3 rejected= cookie=0x0\n");
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

/* What perf record has of one event: a page about it, and records. */
struct recording {
	int fd;
	struct perf_event_mmap_page *about;
	size_t size;
	__u64 at;
};

/* Of what this process does. */
static void record(struct recording *r, const char *event)
{
	struct perf_event_attr attr = {
		.size = sizeof(attr),
		.type = PERF_TYPE_TRACEPOINT,
		.sample_type = PERF_SAMPLE_RAW,
		.sample_period = 1,
	};
	char file[128];

	snprintf(file, sizeof(file), "events/" MODULE_NAME "/%s/id", event);
	attr.config = tracefs_number(file);
	r->fd = syscall(SYS_perf_event_open, &attr, 0, -1, -1,
			PERF_FLAG_FD_CLOEXEC);
	assert_return_code(r->fd, errno);
	r->size = 2 * sysconf(_SC_PAGESIZE);
	r->about = mmap(NULL, r->size, PROT_READ, MAP_SHARED, r->fd, 0);
	assert_ptr_not_equal(r->about, MAP_FAILED);
	r->at = 0;
}

/* The next record is an event with these bytes in it. */
static void recorded(struct recording *r, const void *bytes, size_t size)
{
	const struct perf_event_header *next =
		(void *)r->about + r->about->data_offset + r->at;

	assert_true(r->at <
		    __atomic_load_n(&r->about->data_head, __ATOMIC_ACQUIRE));
	assert_int_equal(next->type, PERF_RECORD_SAMPLE);
	assert_non_null(memmem(next + 1, next->size - sizeof(*next), bytes, size));
	r->at += next->size;
}

static void stop_recording(struct recording *r)
{
	assert_int_equal(r->at, r->about->data_head);
	munmap(r->about, r->size);
	close(r->fd);
}

static void perf_gets_what_its_process_does(void **state)
{
	struct recording attach, swap, detach, message;
	const __u64 cookie = 0xfeedface12345678;
	int status;
	pid_t pid;

	record(&attach, "bpf_testmod_attach");
	record(&swap, "bpf_testmod_swap");
	record(&detach, "bpf_testmod_detach");
	record(&message, "bpf_testmod_trigger");
	trace_on();
	table_up(&table, DECIDE, "decide");
	table_load(&other, "programs/tables.bpf.o", "quiet");
	*(__u64 *)table_variable(&table, "cookie_in") = cookie;
	trigger("hello");
	assert_int_equal(bpf_link__update_map(table.link, other.map), 0);
	pid = fork();
	if (!pid)
		_exit(trigger_write("child", 5) || bpf_link__detach(table.link));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	table_detach(&table);

	recorded(&attach, "decide", sizeof("decide"));
	recorded(&message, &cookie, sizeof(cookie));
	recorded(&swap, "quiet", sizeof("quiet"));
	stop_recording(&attach);
	stop_recording(&message);
	stop_recording(&swap);
	stop_recording(&detach);
	trace_expect(
		"bpf_testmod_attach: name=\"decide\" flags=0x0 old=\"\"\n"
		"bpf_testmod_trigger: len=5 err=0 dropped=0 called=prepare|filter|test_1 rejected= cookie=0xfeedface12345678\n"
		"bpf_testmod_swap: name=\"quiet\" flags=0x1 old=\"decide\"\n"
		"bpf_testmod_trigger: len=5 err=0 dropped=0 called=test_1|test_2|test_3 rejected= cookie=0x0\n"
		"bpf_testmod_detach: name=\"quiet\" flags=0x1 old=\"\"\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		module_test(attach_swap_and_detach_are_traced),
		module_test(every_trigger_is_traced_with_its_result),
		module_test(nothing_is_traced_while_tracing_is_off),
		module_test(perf_gets_what_its_process_does),
		cmocka_unit_test_setup_teardown(programs_can_be_attached_to_them,
						module_setup, tracer_teardown),
	};

	return run_all(tests);
}
