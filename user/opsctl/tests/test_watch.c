// SPDX-License-Identifier: GPL-2.0-only
/* opsctl watch says what happens to tables, each thing once, and ends when it is told to. */
#include "lib.h"
#include "opsctl.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <netinet/in.h>
#include <linux/tcp.h>

#define TABLES "programs/tables.bpf.o"
#define TRUTH "programs/truth.bpf.o"
#define PIN " --pin /sys/fs/bpf"

static struct process watch;
static struct table table;

static void watch_begins(const char *line)
{
	start(&watch, line, NULL);
	process_wait_for(&watch, "Ctrl-C ends this.\n");
}

static void watch_ends(int sig)
{
	assert_int_equal(kill(watch.pid, sig), 0);
	assert_int_equal(process_wait(&watch), 0);
}

static int times_said(const char *text)
{
	const char *at = watch.said;
	int n = 0;

	while ((at = strstr(at, text))) {
		at += strlen(text);
		n++;
	}
	return n;
}

/* What the last command with -j says, in the words of an event. */
static const char *event(const char *what, struct json_object *row)
{
	static char line[256];

	snprintf(line, sizeof(line), " %s %s, id %llu, link %llu", what,
		 json_text_at(row, "name"),
		 (unsigned long long)json_number_at(row, "id"),
		 (unsigned long long)json_number_at(row, "link"));
	return line;
}

static void what_cannot_be_written_ends_it(void **state)
{
	const char *const argv[] = { "/bin/sh", "-c",
				     "exec ./opsctl watch >/dev/full", NULL };

	process_start(&watch, argv);
	process_wait_for(&watch, "Ctrl-C ends this.\n");
	succeeds("attach " TABLES " --map first" PIN);
	assert_int_equal(process_wait(&watch), 2);
	assert_non_null(strstr(
		watch.said,
		"Error: cannot write what happens: No space left on device\n"));
	succeeds("detach first");
}

static void each_change_is_told_once(void **state)
{
	watch_begins("watch");
	json_of("attach " TABLES " --map first" PIN);
	process_wait_for(&watch,
			 event("attach", json_object_array_get_idx(json, 0)));
	process_wait_for(&watch, ", bpf_testmod_ops (" MODULE_NAME ")\n");
	json_of("swap first " TABLES " --map second");
	process_wait_for(&watch, event("swap  ", json));
	process_wait_for(&watch, ", for first, id ");
	succeeds("detach second");
	process_wait_for(&watch, event("detach", json));
	watch_ends(SIGINT);
	assert_int_equal(times_said(" attach "), 1);
	assert_int_equal(times_said(" swap "), 1);
	assert_int_equal(times_said(" detach "), 1);
}

/* Loaders that die say nothing to anybody. */
static void tables_of_others_are_told(void **state)
{
	table_up(&table, TABLES, "first");
	watch_begins("watch");
	assert_non_null(strstr(watch.said, "attached now: 1."));
	table_free(&table);
	process_wait_for(&watch, " detach first, id ");
	watch_ends(SIGTERM);
	assert_int_equal(times_said(" attach "), 0);
}

static void a_table_without_a_link_is_told(void **state)
{
	watch_begins("watch");
	table_load(&table, TABLES, "without_link");
	assert_int_equal(table_attach(&table), 0);
	process_wait_for(&watch, " attach without_link, id ");
	assert_null(strstr(watch.said, ", link "));
	succeeds("remove without_link --yes");
	process_wait_for(&watch, " detach without_link, id ");
	watch_ends(SIGINT);
	table_free(&table);
}

/* The last line of what watch has printed, as JSON. */
static struct json_object *last_event(void)
{
	char *end = watch.said + watch.len - 1, *line;

	*end = '\0';
	line = strrchr(watch.said, '\n') + 1;
	json_end();
	json = json_of_text(line);
	*end = '\n';
	return json;
}

static void each_change_is_an_object(void **state)
{
	uint64_t id, link;

	watch_begins("-j watch");
	succeeds("attach " TABLES " --map first" PIN);
	process_wait_for(&watch, "}\n");
	assert_string_equal(json_text_at(last_event(), "event"), "attach");
	assert_string_equal(json_text_at(json, "type"), "bpf_testmod_ops");
	assert_string_equal(json_text_at(json, "module"), MODULE_NAME);
	id = json_number_at(json, "id");
	link = json_number_at(json, "link");

	succeeds("swap first " TABLES " --map second");
	process_wait_for(&watch, "}}\n");
	assert_string_equal(json_text_at(last_event(), "event"), "swap");
	assert_string_equal(json_text_at(json, "name"), "second");
	assert_int_equal(json_number_at(json, "link"), link);
	assert_int_equal(json_number_at(json_at(json, "old"), "id"), id);

	succeeds("detach second");
	process_wait_for(&watch, "\"still_used\":false}\n");
	assert_string_equal(json_text_at(last_event(), "event"), "detach");
	assert_int_equal(json_number_at(json, "link"), link);
	watch_ends(SIGINT);
}

/* A connection keeps its congestion control. */
static void a_table_that_is_still_used_says_so(void **state)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_return_code(fd, errno);
	watch_begins("watch");
	succeeds("attach " TRUTH " --map a_map_of_long_name" PIN);
	assert_return_code(setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION,
				      "own_tcp", strlen("own_tcp")),
			   errno);
	process_wait_for(&watch, " attach own_tcp, ");
	succeeds("detach own_tcp");
	process_wait_for(&watch, ", still used\n");
	watch_ends(SIGINT);
	close(fd);
}

static void a_table_that_the_kernel_ends_has_a_reason(void **state)
{
	int fd;

	if (access("/sys/kernel/sched_ext/state", F_OK)) {
		print_message("# no CONFIG_SCHED_CLASS_EXT\n");
		skip();
	}
	watch_begins("watch");
	succeeds("attach " TRUTH " --map plain" PIN);
	process_wait_for(&watch, " attach plain, ");
	fd = open("/proc/sysrq-trigger", O_WRONLY | O_CLOEXEC);
	assert_return_code(fd, errno);
	assert_int_equal(write(fd, "S", 1), 1);
	close(fd);
	process_wait_for(&watch, " ended  plain, id ");
	process_wait_for(&watch, "disabled by sysrq-S");
	/* Its link is still there, and goes now. */
	assert_int_equal(times_said(" detach "), 0);
	succeeds("detach plain");
	process_wait_for(&watch, " detach plain, id ");
	watch_ends(SIGINT);
	assert_int_equal(times_said(" ended "), 1);
}

static void watch_needs_rights(void **state)
{
	start(&watch, "watch", become_nobody_plain);
	assert_int_equal(process_wait(&watch), 2);
	assert_non_null(strstr(watch.said, "it takes CAP_SYS_ADMIN"));
}

static int teardown(void **state)
{
	json_end();
	unlink("/sys/fs/bpf/first");
	unlink("/sys/fs/bpf/plain");
	unlink("/sys/fs/bpf/a_map_of_long_name");
	return module_teardown(state);
}

#define watch_test(f) cmocka_unit_test_setup_teardown(f, module_setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		watch_test(each_change_is_told_once),
		watch_test(tables_of_others_are_told),
		watch_test(a_table_without_a_link_is_told),
		watch_test(each_change_is_an_object),
		watch_test(a_table_that_is_still_used_says_so),
		watch_test(a_table_that_the_kernel_ends_has_a_reason),
		watch_test(what_cannot_be_written_ends_it),
		watch_test(watch_needs_rights),
	};

	return run_all(tests);
}
