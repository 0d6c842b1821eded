// SPDX-License-Identifier: GPL-2.0-only
/*
 * The example turnstile: the tour of its README, and what its rules may do. Each program
 * that must be refused has a twin that loads.
 */
#include "lib.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/version.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "turnstile/turnstile.h"

#define NAME "turnstile"
#define GATES "/proc/" NAME
#define VISITS "programs/visits.bpf.o"

static struct table table, other;

static void klog_is(const char *lines)
{
	char *said = klog_take(NAME ": ");

	assert_string_equal(said, lines);
	free(said);
}

static void gate_is(const char *command, int err)
{
	int fd = open(GATES, O_WRONLY | O_CLOEXEC);

	assert_return_code(fd, errno);
	if ((write(fd, command, strlen(command)) < 0 ? errno : 0) != err)
		fail_msg("%s: %s", command, strerror(errno));
	close(fd);
}

static int setup(void **state)
{
	/* A test that failed may have left it loaded. */
	module_unload_named(NAME);
	assert_int_equal(module_load(NAME ".ko", ""), 0);
	gate_is("add 1", 0);
	klog_mark();
	return 0;
}

static int teardown(void **state)
{
	process_kill_all();
	table_free_all();
	module_unload_named_soon(NAME);
	return 0;
}

#define turnstile_test(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

/* From 6.15 on a program can have a pass; from 7.0 on the kernel knows who calls. */
static bool has_references(void)
{
	return kernel_version() >= KERNEL_VERSION(6, 15, 0);
}

static bool knows_callers(void)
{
	return kernel_version() >= KERNEL_VERSION(7, 0, 0);
}

static void the_rules_of_the_tour(void **state)
{
	table_up(&table, "programs/turnstile.bpf.o", "banned");
	table_up(&other, "programs/turnstile.bpf.o", "three");
	klog_mark();
	gate_is("visit 1 mallory", EACCES);
	gate_is("visit 1 ann", 0);
	gate_is("visit 1 bob", 0);
	gate_is("visit 1 mallory", EACCES);
	gate_is("visit 1 cy", 0);
	gate_is("visit 1 dan", EACCES);
	klog_is("gate 1: mallory is refused by banned\n"
		"gate 1: ann is admitted by three\n"
		"gate 1: the pass of ann is back\n"
		"gate 1: bob is admitted by three\n"
		"gate 1: the pass of bob is back\n"
		"gate 1: mallory is refused by banned\n"
		"gate 1: cy is admitted by three\n"
		"gate 1: the pass of cy is back\n"
		"gate 1: dan is refused, as no rule decides\n");
	gate_is("remove 1", 0);
	klog_is("turnstile_rule unregistered: banned\n"
		"turnstile_rule unregistered: three\n");
}

/* Ten lines of a kind are logged in 5 seconds; so many visits take less than 45. */
#define MANY_VISITS 100

static void many_visits(int err)
{
	int i;

	klog_mark();
	for (i = 0; i < MANY_VISITS; i++)
		gate_is("visit 1 dan", err);
}

/* Some lines of @said end so, but not one for each visit. */
static void are_not_all_there(const char *said, const char *end)
{
	assert_in_range(klog_count(said, end), 1, MANY_VISITS - 1);
}

static void the_log_is_not_flooded(void **state)
{
	char *said;

	many_visits(EACCES);
	said = klog_take(NAME ": ");
	are_not_all_there(said, "dan is refused, as no rule decides\n");
	free(said);

	table_up(&table, VISITS, "rule_of_admits");
	many_visits(0);
	said = klog_take(NAME ": ");
	are_not_all_there(said, "dan is admitted by \n");
	are_not_all_there(said, "the pass of dan is back\n");
	free(said);
}

static struct process child;

static void only_root_commands(void **state)
{
	static const char *const argv[] = { "/bin/sh", "-c",
					    "echo add 3 >" GATES, NULL };

	process_start_as(&child, argv, become_nobody_plain);
	assert_int_equal(process_wait(&child), 1);
	gate_is("visit 3 ann", ENODEV);
	assert_int_equal(process_run(&child, argv), 0);
	gate_is("visit 3 ann", EACCES);
}

#define NO_REFERENCE                                                         \
	"program %.15s for admitted of turnstile_rule refused: this kernel " \
	"hands no references to programs: 6.15 and newer do\n"

static void is_refused_for_lack_of_references(const char *program)
{
	char line[256];

	if (table.err != EINVAL)
		fail_msg("%s: %d", program, table.err);
	verifier_must_say(
		program, table.log,
		"attach to unsupported member admitted of struct turnstile_rule");
	snprintf(line, sizeof(line), NO_REFERENCE, program);
	klog_is(line);
}

/* It comes back when the next one takes its place, or with the map. */
static void a_pass_is_kept_in_a_map(void **state)
{
	int i;

	table_load(&table, "programs/inside.bpf.o", "inside");
	if (!has_references()) {
		is_refused_for_lack_of_references("keep_pass");
		return;
	}
	table_must_be_loaded(&table);
	assert_int_equal(table_attach(&table), 0);
	klog_mark();
	gate_is("visit 1 ann", 0);
	klog_is("gate 1: ann is admitted by inside\n");
	gate_is("visit 1 bob", 0);
	klog_is("gate 1: bob is admitted by inside\n"
		"gate 1: the pass of ann is back\n");
	table_detach(&table);
	klog_is("turnstile_rule unregistered: inside\n");
	table_free(&table);
	for (i = 0; i < 3000; i++) {
		char *said = klog_take(NAME ": ");
		bool is_back = *said;

		if (is_back)
			assert_string_equal(said,
					    "gate 1: the pass of bob is back\n");
		free(said);
		if (is_back)
			return;
		usleep(10000);
	}
	fail_msg("the map's pass did not come back");
}

static void load(const char *program)
{
	char name[64];

	snprintf(name, sizeof(name), "rule_of_%s", program);
	klog_mark();
	table_load(&table, VISITS, name);
	if (!table.err)
		table_free(&table);
}

static void accepts(const char *program)
{
	load(program);
	if (table.err)
		fail_msg("%s was refused: %s", program, table.log);
}

static void refuses(const char *program, const char *part)
{
	load(program);
	if (!table.err || !strstr(table.log, part))
		fail_msg("%s: %d, without '%s': %s", program, table.err, part,
			 table.log);
}

static void a_visit_is_read_only(void **state)
{
	accepts("reads_gate");
	refuses("writes_gate", "programs of turnstile_rule can write nothing\n");
}

static void a_kfunc_is_for_one_member(void **state)
{
	accepts("asks_in_decide");
	refuses("returns_in_decide",
		"calling kernel function turnstile_return is not allowed\n");
	accepts("asks_in_decide");
	refuses("asks_of_a_map_value", "STRUCT turnstile_visit");
}

static void a_pass_is_returned_once(void **state)
{
	if (!has_references()) {
		load("returns_pass");
		is_refused_for_lack_of_references("returns_pass");
		load("loses_pass");
		is_refused_for_lack_of_references("loses_pass");
		return;
	}
	accepts("returns_pass");
	refuses("loses_pass", "Unreleased reference");
	accepts("returns_pass");
	refuses("asks_in_admitted",
		"calling kernel function turnstile_asked is not allowed\n");
	accepts("returns_pass_once");
	refuses("returns_pass_twice", "turnstile_return expects ref");
	accepts("discards_reserved");
	refuses("returns_reserved", "STRUCT turnstile_pass");
}

static __u32 *variable(const char *name)
{
	return table_variable(&table, name);
}

/* Opens VISITS for several tables at once, which share its variables. */
static struct bpf_map *map_of(const char *name)
{
	struct bpf_map *map = bpf_object__find_map_by_name(table.obj, name);

	assert_non_null(map);
	bpf_map__set_autocreate(map, true);
	return map;
}

static void trace_who_asks(bool on)
{
	if (!knows_callers())
		return;
	if (on)
		tracefs_write(
			"kprobe_events",
			"r:opsmod/whose bpf_prog_get_assoc_struct_ops whose=$retval");
	tracefs_write("events/opsmod/whose/enable", on ? "1" : "0");
	if (!on)
		tracefs_write("kprobe_events", "-:opsmod/whose");
	trace_clear();
}

/* The kernel answered N times since, each time with a table, or each time with none. */
static void the_kernel_said(int n, bool known)
{
	char *lines = trace_take("whose: "), *line, *rest = lines;

	if (knows_callers()) {
		while ((line = strsep(&rest, "\n")) && *line) {
			bool none = strstr(line, "whose=0x0");

			if (none == known)
				fail_msg("the kernel said: %s", line);
			n--;
		}
		assert_int_equal(n, 0);
		trace_clear();
	}
	free(lines);
}

static void a_kfunc_knows_whose_program_calls_it(void **state)
{
	struct bpf_map *first, *second;
	struct bpf_link *links[2];

	table_open(&table, VISITS, "alone");
	first = map_of("first");
	second = map_of("second");
	assert_int_equal(bpf_object__load(table.obj), 0);
	trace_who_asks(true);

	assert_int_equal(table_attach(&table), 0);
	gate_is("visit 1 ann", EACCES);
	gate_is("visit 1 ann", EACCES);
	assert_int_equal(*variable("asked_alone"), 2);
	the_kernel_said(2, true);
	table_detach(&table);

	/* A program of two tables has none by itself: then the module's visit tells. */
	links[0] = bpf_map__attach_struct_ops(first);
	assert_non_null(links[0]);
	gate_is("visit 1 ann", EACCES);
	gate_is("visit 1 ann", EACCES);
	assert_int_equal(variable("asked_shared")[1], 2);
	the_kernel_said(2, true);
	links[1] = bpf_map__attach_struct_ops(second);
	assert_non_null(links[1]);
	gate_is("visit 1 ann", EACCES);
	assert_int_equal(variable("asked_shared")[0], 3);
	assert_int_equal(variable("asked_shared")[1], 1);
	the_kernel_said(2, false);

	trace_who_asks(false);
	bpf_link__destroy(links[0]);
	bpf_link__destroy(links[1]);
}

/* The kfunc would follow whatever its register holds. */
static void who_calls_cannot_be_told_by_a_struct_of_the_modules(void **state)
{
	int err;

	klog_mark();
	err = module_load("twice/" NAME ".ko", "");
	if (kernel_version() < KERNEL_VERSION(7, 0, 0)) {
		assert_int_equal(err, 0);
		module_unload_named_soon(NAME);
		return;
	}
	assert_int_equal(err, EINVAL);
	klog_is("the module's BTF has a struct bpf_prog_aux of its own, so its kfuncs would not learn who calls: build it with the kernel's own compiler and pahole\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		turnstile_test(the_rules_of_the_tour),
		turnstile_test(the_log_is_not_flooded),
		turnstile_test(only_root_commands),
		turnstile_test(a_pass_is_kept_in_a_map),
		turnstile_test(a_visit_is_read_only),
		turnstile_test(a_kfunc_is_for_one_member),
		turnstile_test(a_pass_is_returned_once),
		turnstile_test(a_kfunc_knows_whose_program_calls_it),
		cmocka_unit_test(
			who_calls_cannot_be_told_by_a_struct_of_the_modules),
	};

	return run_all(tests);
}
