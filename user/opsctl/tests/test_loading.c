// SPDX-License-Identifier: GPL-2.0-only
/* A signal ends opsctl while the kernel looks at programs, and nothing is left behind. */
#include "lib.h"
#include "opsctl.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define CHEWED "programs/chewed.bpf.o --map chewed"
#define PIN "/sys/fs/bpf/chewed"

static struct process loading;

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

/* As on a terminal: the shell that began these tests ignores SIGINT in the background. */
static void as_on_a_terminal(void)
{
	signal(SIGINT, SIG_DFL);
	signal(SIGHUP, SIG_DFL);
}

/* libbpf makes the maps, says so, and then loads the programs. */
static void loading_begins(const char *line)
{
	start(&loading, line, as_on_a_terminal);
	process_wait_for(&loading, "'chewed': created successfully");
}

static void nothing_is_left(void)
{
	assert_null(strstr(loading.said, "attached: "));
	assert_int_equal(access(PIN, F_OK), -1);
	assert_string_equal(status("attached"), "no");
	json_of("list");
	assert_int_equal(json_object_array_length(json), 0);
}

static void a_signal_ends_loading(void **state)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	double begun, whole, ended;
	size_t i;

	/* As long as it takes without a signal. */
	loading_begins("-d attach " CHEWED " --pin /sys/fs/bpf");
	begun = seconds();
	assert_int_equal(process_wait(&loading), 0);
	whole = seconds() - begun;
	print_message("# to load it takes %.1f s\n", whole);
	assert_non_null(strstr(loading.said, "attached: table chewed"));
	succeeds("detach chewed");

	for (i = 0; i < ARRAY_SIZE(signals); i++) {
		loading_begins("-d attach " CHEWED " --pin /sys/fs/bpf");
		begun = seconds();
		assert_int_equal(kill(loading.pid, signals[i]), 0);
		assert_int_equal(process_wait(&loading), 256 + signals[i]);
		ended = seconds() - begun;
		print_message("# a signal ended that after %.1f s\n", ended);
		nothing_is_left();
	}
}

static void a_signal_ends_a_swap_that_loads(void **state)
{
	succeeds("attach programs/tables.bpf.o --map first --pin /sys/fs/bpf");
	loading_begins("-d swap first " CHEWED);
	assert_int_equal(kill(loading.pid, SIGINT), 0);
	assert_int_equal(process_wait(&loading), 256 + SIGINT);
	assert_string_equal(status("name"), "first");
	json_of("list");
	assert_int_equal(json_object_array_length(json), 1);
	succeeds("detach first");
}

static int teardown(void **state)
{
	json_end();
	unlink(PIN);
	unlink("/sys/fs/bpf/first");
	return module_teardown(state);
}

#define loading_test(f) \
	cmocka_unit_test_setup_teardown(f, module_setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		loading_test(a_signal_ends_loading),
		loading_test(a_signal_ends_a_swap_that_loads),
	};

	return run_all(tests);
}
