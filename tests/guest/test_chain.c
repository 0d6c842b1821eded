// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kit's model of many tables for each of many targets: the rules of the gates of
 * examples/turnstile. The order in which rules are asked is what their programs say.
 */
#include "lib.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>

#include "clock.h"
#include "count.h"
#include "order.h"
#include "rawbpf.h"
#include "task.h"
#include "turnstile/turnstile.h"

#define NAME "turnstile"
#define GATES "/proc/" NAME
#define CHAIN "programs/chain.bpf.o"
#define RULES 10
#define SLEEPER 9

/* Their object, and those of its rules that a test attaches: see rules_load(). */
static struct table rules;
static struct bpf_map *maps[RULES];
static struct bpf_link *links[RULES];

/* A congestion control of TCP's: a user of struct_ops who has nothing to do with us. */
static struct table reno;

/* What holds up a visitor, while a test wants that. */
static struct table holder;

static void klog_is(const char *lines)
{
	char *seen = klog_take(NAME ": ");

	assert_string_equal(seen, lines);
	free(seen);
}

/* Writes a command; returns 0, or the errno. */
static int gate(const char *command)
{
	int fd = open(GATES, O_WRONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return errno;
	n = write(fd, command, strlen(command));
	close(fd);
	return n < 0 ? errno : 0;
}

static void gate_is(const char *command, int err)
{
	int got = gate(command);

	if (got != err)
		fail_msg("%s: %d, not %d", command, got, err);
}

/* Where a rule is to be. */
struct place {
	__u32 gate;
	__s32 priority;
};

/* Loads the first N rules, and the sleeper if there is a place for it. */
static void rules_load(const struct place *places, int n)
{
	int i;

	table_open(&rules, CHAIN, "rule_0");
	memset(maps, 0, sizeof(maps));
	for (i = 0; i < n; i++) {
		struct turnstile_rule *rule;
		char name[16];
		size_t size;

		snprintf(name, sizeof(name), "rule_%d", i);
		maps[i] = bpf_object__find_map_by_name(rules.obj, name);
		assert_non_null(maps[i]);
		bpf_map__set_autocreate(maps[i], true);
		rule = bpf_map__initial_value(maps[i], &size);
		assert_int_equal(size, sizeof(*rule));
		rule->gate = places[i].gate;
		rule->priority = places[i].priority;
	}
	assert_int_equal(bpf_object__load(rules.obj), 0);
	for (i = 0; i < n; i++)
		((__u32 *)table_variable(&rules, "gate"))[i] = places[i].gate;
}

/* A variable of all rules; with an index, that of one. */
static __u32 *variable(const char *name)
{
	return table_variable(&rules, name);
}

static int attach(int rule)
{
	links[rule] = bpf_map__attach_struct_ops(maps[rule]);
	return links[rule] ? 0 : errno;
}

static void attach_all(int n)
{
	int i;

	for (i = 0; i < n; i++)
		assert_int_equal(attach(i), 0);
}

static void detach(int rule)
{
	bpf_link__destroy(links[rule]);
	links[rule] = NULL;
}

/* A visit asks these rules, and no others, in this order: "" is none. */
static void visit_asks(const char *visit, int err, const char *order)
{
	volatile __u32 *length = variable("length");
	const __u32 *list = variable("list");
	char seen[64] = "";
	size_t at = 0;
	__u32 i;

	*length = 0;
	gate_is(visit, err);
	for (i = 0; i < *length; i++)
		at += snprintf(seen + at, sizeof(seen) - at, "%s%u",
			       i ? " " : "", list[i]);
	assert_string_equal(seen, order);
	assert_int_equal(*variable("misplaced"), 0);
}

static bool is_hung_up(int rule)
{
	struct pollfd fd = { .fd = bpf_link__fd(links[rule]) };

	assert_return_code(poll(&fd, 1, 0), errno);
	return fd.revents & POLLHUP;
}

static int chain_setup(void **state)
{
	/* A test that failed may have left it loaded. */
	module_unload_named(NAME);
	klog_mark();
	return module_load(NAME ".ko", "") ?: gate("add 1") ?: gate("add 2");
}

static int chain_teardown(void **state)
{
	size_t i;

	for (i = 0; i < RULES; i++)
		detach(i);
	table_free(&holder);
	count_end();
	process_kill_all();
	table_free_all();
	raw_delete_tables();
	module_unload_named_soon(NAME);
	return 0;
}

#define chain_test(f) \
	cmocka_unit_test_setup_teardown(f, chain_setup, chain_teardown)

/* Order. */

static const struct place scattered[] = {
	{ 1, 5 }, { 1, -3 }, { 1, 5 }, { 1, INT_MIN }, { 1, INT_MAX }, { 2, 0 },
};

static void rules_are_asked_by_priority(void **state)
{
	rules_load(scattered, 6);
	attach_all(6);
	klog_mark();
	visit_asks("visit 1 ann", EACCES, "3 1 0 2 4");
	visit_asks("visit 2 bob", EACCES, "5");
	klog_is("gate 1: ann is refused, as no rule decides\n"
		"gate 2: bob is refused, as no rule decides\n");

	/* Of equal ones, the first that came is asked first. */
	detach(0);
	visit_asks("visit 1 ann", EACCES, "3 1 2 4");
	assert_int_equal(attach(0), 0);
	visit_asks("visit 1 ann", EACCES, "3 1 2 0 4");
}

static void a_decision_ends_the_visit(void **state)
{
	int *verdict;

	rules_load(scattered, 5);
	verdict = (int *)variable("verdict");
	attach_all(5);
	klog_mark();
	verdict[1] = TURNSTILE_ADMIT;
	verdict[4] = TURNSTILE_REFUSE;
	visit_asks("visit 1 ann", 0, "3 1");
	verdict[1] = TURNSTILE_NEXT;
	visit_asks("visit 1 bob", EACCES, "3 1 0 2 4");
	verdict[3] = 7;
	visit_asks("visit 1 cy", EACCES, "3");
	verdict[3] = -1;
	visit_asks("visit 1 dan", EACCES, "3");
	klog_is("gate 1: ann is admitted by rule 1\n"
		"gate 1: the pass of ann is back\n"
		"gate 1: bob is refused by rule 4\n"
		"gate 1: cy is refused by rule 3\n"
		"gate 1: dan is refused by rule 3\n");
}

static void a_gate_without_rules_refuses(void **state)
{
	klog_mark();
	gate_is("visit 1 ann", EACCES);
	gate_is("visit 3 ann", ENODEV);
	gate_is("remove 3", ENODEV);
	gate_is("add 1", EEXIST);
	klog_is("gate 1: ann is refused, as no rule decides\n");
}

static void gate_takes(const char *bytes, size_t len, int err)
{
	int fd = open(GATES, O_WRONLY | O_CLOEXEC);
	ssize_t n = write(fd, bytes, len);

	if ((n < 0 ? errno : 0) != err)
		fail_msg("%.*s: %s", (int)len, bytes, strerror(errno));
	close(fd);
}

/* Nothing is taken for something else, and nothing is lost. */
static void commands_are_words_in_one_line(void **state)
{
	static const char *const wrong[] = {
		"",
		"\n",
		"add",
		"add ",
		"add3",
		"add  3",
		"add 3 ",
		"add 3x",
		"add 3 x",
		"add -3",
		"add 0x3",
		" add 3",
		"Add 3",
		"add 3\nadd 4\n",
		"add 3\n\n",
		"visit 1",
		"visit 1 ",
		"visit 1 ann x",
		"visit 1 a\tb",
		"visit 1x ann",
		"visit 1 \xe9",
		"visit 1ann",
		"visit 1 sixteen_letters_",
		"remove 1 x",
	};
	char line[65];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(wrong); i++)
		gate_is(wrong[i], EINVAL);
	gate_takes("add 3\0x", 7, EINVAL);
	gate_takes("add 3\0", 6, EINVAL);
	/* These would be gates 1 and 3 in 32 bits. */
	gate_is("remove 4294967297", ERANGE);
	gate_is("add 4294967299", ERANGE);
	gate_is("visit 3 ann", ENODEV);

	memset(line, 'x', sizeof(line));
	gate_takes(line, 64, EMSGSIZE);
	gate_takes(line, 63, EINVAL);
	gate_takes(NULL, 6, EFAULT);

	gate_is("add 3", 0);
	gate_is("visit 3 ann\n", EACCES);
	gate_is("visit 3 fifteen_letters", EACCES);
	gate_is("remove 3\n", 0);
	gate_is("visit 1 ann", EACCES);
}

/* Refusals: each beside a twin. */

static void a_gate_takes_so_many_rules(void **state)
{
	static const struct place places[TURNSTILE_RULES_MAX + 1] = {
		{ 1, 0 }, { 1, 0 }, { 1, 0 }, { 1, 0 }, { 1, 0 },
		{ 1, 0 }, { 1, 0 }, { 1, 0 }, { 1, 0 },
	};

	rules_load(places, TURNSTILE_RULES_MAX + 1);
	attach_all(TURNSTILE_RULES_MAX);
	klog_mark();
	assert_int_equal(attach(8), E2BIG);
	klog_is("table \"rule 8\" refused: gate 1 has 8, and no more are possible; detach one first\n");
	visit_asks("visit 1 ann", EACCES, "0 1 2 3 4 5 6 7");
	detach(3);
	assert_int_equal(attach(8), 0);
	visit_asks("visit 1 ann", EACCES, "0 1 2 4 5 6 7 8");
}

static void a_rule_is_for_a_gate_that_is_there(void **state)
{
	static const struct place places[] = { { 3, 0 }, { UINT_MAX, 0 } };

	rules_load(places, 2);
	klog_mark();
	assert_int_equal(attach(0), ENODEV);
	assert_int_equal(attach(1), ENODEV);
	klog_is("table \"rule 0\" refused: there is no gate 3\n"
		"table \"rule 1\" refused: there is no gate 4294967295\n");
	gate_is("add 3", 0);
	gate_is("add 4294967295", 0);
	attach_all(2);
	visit_asks("visit 3 ann", EACCES, "0");
	visit_asks("visit 4294967295 ann", EACCES, "1");
}

static void refuses_bad_tables_and_says_why(void **state)
{
	static const struct {
		const char *name, *log;
	} cases[] = {
		{ "without_decide",
		  "table \"blind\" refused: it has no program for decide\n" },
		{ "name_with_tab",
		  "table refused: its name is not printable ASCII that a NUL ends\n" },
	};
	static struct table table;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		table_load(&table, CHAIN, cases[i].name);
		table_must_be_loaded(&table);
		klog_mark();
		assert_int_equal(table_attach(&table), EINVAL);
		klog_is(cases[i].log);
		table_free(&table);
	}
	rules_load(scattered, 1);
	attach_all(1);
}

static void private_members_are_the_modules(void **state)
{
	unsigned char *asked, *node, *at;
	struct raw_table t;
	char *lines;
	int link;

	raw_table_make(&t, NAME, "turnstile_rule", "decide", 0, TURNSTILE_ADMIT,
		       BPF_F_LINK);
	asked = raw_table_at(&t, "asked");
	node = raw_table_at(&t, "node");
	*raw_table_at(&t, "gate") = 1;

	/* All bytes of both: a list, two pointers, a number; and a number. */
	assert_true(asked - node >= 36);
	klog_mark();
	for (at = asked + 3; at >= node; at--) {
		*at = 1;
		if (raw_update(t.map, 0, t.value, 0) != -EINVAL)
			fail_msg("byte %td of what is private", at - node);
		*at = 0;
	}
	/* Of them all the log takes ten. */
	lines = klog_take(NAME ": ");
	assert_non_null(strstr(
		lines, "table refused: its asked is not for user space\n"));
	assert_non_null(
		strstr(lines, "table refused: its node is not for user space\n"));
	free(lines);
	assert_int_equal(raw_update(t.map, 0, t.value, 0), 0);
	link = raw_link_create(t.map);
	assert_true(link > 0);
	gate_is("visit 1 ann", 0);
	close(link);
	raw_table_close(&t);
}

/* Two links on one map: the kernel asks the module twice. */
static void a_table_is_in_one_place(void **state)
{
	int link;

	rules_load(scattered, 1);
	attach_all(1);
	klog_mark();
	assert_int_equal(raw_link_create(bpf_map__fd(maps[0])), -EBUSY);
	klog_is("table \"rule 0\" refused: it is attached already\n");
	visit_asks("visit 1 ann", EACCES, "0");

	detach(0);
	link = raw_link_create(bpf_map__fd(maps[0]));
	assert_true(link > 0);
	visit_asks("visit 1 ann", EACCES, "0");
	close(link);
}

/* What the module keeps in it starts anew, although nobody else clears it. */
static void a_table_can_be_attached_again(void **state)
{
	const int *asked;
	int i;

	rules_load(scattered, 2);
	asked = (int *)variable("asked");
	for (i = 0; i < 20; i++) {
		attach_all(2);
		visit_asks("visit 1 ann", EACCES, "1 0");
		visit_asks("visit 1 bob", EACCES, "1 0");
		assert_int_equal(asked[0], 2);
		detach(i % 2);
		visit_asks("visit 1 ann", EACCES, i % 2 ? "0" : "1");
		detach(!(i % 2));
		visit_asks("visit 1 ann", EACCES, "");
	}
}

/* Swaps. */

static const struct place for_swaps[] = {
	{ 1, 1 }, { 1, 2 }, { 1, 2 }, { 1, 2 }, { 2, 2 }, { 1, 3 },
};

/* From then on the link is that of the new rule. */
static int swap(int old, int rule)
{
	int err = -bpf_link__update_map(links[old], maps[rule]);

	if (!err) {
		links[rule] = links[old];
		links[old] = NULL;
	}
	return err;
}

static void a_swapped_table_has_the_place_of_the_old_one(void **state)
{
	const int *asked;

	rules_load(for_swaps, 6);
	asked = (int *)variable("asked");
	attach_all(3);
	assert_int_equal(attach(5), 0);
	visit_asks("visit 1 ann", EACCES, "0 1 2 5");
	klog_mark();
	assert_int_equal(swap(1, 3), 0);
	klog_is("turnstile_rule swapped: rule 3 for rule 1\n");
	visit_asks("visit 1 ann", EACCES, "0 3 2 5");
	assert_int_equal(asked[3], 1);

	/* The old one is free. */
	assert_int_equal(attach(1), 0);
	visit_asks("visit 1 ann", EACCES, "0 3 2 1 5");
}

static void a_refused_swap_changes_nothing(void **state)
{
	rules_load(for_swaps, 6);
	attach_all(3);
	/* An update needs an element: attach once, for libbpf to write it. */
	assert_int_equal(attach(4), 0);
	detach(4);

	klog_mark();
	assert_int_equal(swap(1, 4), EINVAL);
	assert_int_equal(swap(1, 5), EINVAL);
	assert_int_equal(swap(1, 2), EBUSY);
	klog_is("table \"rule 4\" refused: it has not the gate and priority of \"rule 1\"; attach it, then detach that one\n"
		"table \"rule 5\" refused: it has not the gate and priority of \"rule 1\"; attach it, then detach that one\n"
		"table \"rule 2\" refused: it is attached already\n");
	visit_asks("visit 1 ann", EACCES, "0 1 2");
	visit_asks("visit 2 ann", EACCES, "");

	/* Their twin; and what was refused is free. */
	assert_int_equal(swap(1, 3), 0);
	assert_int_equal(attach(4), 0);
	assert_int_equal(attach(5), 0);
	visit_asks("visit 1 ann", EACCES, "0 3 2 5");
	visit_asks("visit 2 ann", EACCES, "4");
}

/* A target that goes away. */

static const struct place two_and_one[] = { { 1, 0 }, { 1, 1 }, { 2, 0 } };

static void a_gate_that_goes_takes_its_rules_along(void **state)
{
	rules_load(two_and_one, 3);
	attach_all(3);
	assert_false(is_hung_up(0) || is_hung_up(1) || is_hung_up(2));
	klog_mark();
	gate_is("remove 1", 0);
	klog_is("turnstile_rule unregistered: rule 0\n"
		"turnstile_rule unregistered: rule 1\n");
	assert_true(is_hung_up(0) && is_hung_up(1));
	assert_false(is_hung_up(2));
	visit_asks("visit 1 ann", ENODEV, "");
	visit_asks("visit 2 ann", EACCES, "2");
	assert_int_equal(attach(0), ENODEV);

	/* It comes back without rules. */
	gate_is("add 1", 0);
	visit_asks("visit 1 ann", EACCES, "");
}

static void a_link_whose_gate_has_gone_is_harmless(void **state)
{
	struct bpf_link *old;

	rules_load(two_and_one, 3);
	attach_all(3);
	gate_is("remove 1", 0);
	gate_is("add 1", 0);
	old = links[0];
	links[0] = NULL;

	/* The same table, by a new link: the old one has nothing to do with it. */
	assert_int_equal(bpf_link__update_map(old, maps[1]), -ENOLINK);
	assert_int_equal(attach(0), 0);
	assert_int_equal(bpf_link__detach(old), 0);
	visit_asks("visit 1 ann", EACCES, "0");
	klog_mark();
	assert_int_equal(bpf_link__destroy(old), 0);
	detach(1);
	klog_is("");
	assert_int_equal(attach(1), 0);
	visit_asks("visit 1 ann", EACCES, "0 1");
	visit_asks("visit 2 ann", EACCES, "2");
}

static int delete_table(struct bpf_map *map)
{
	__u32 zero = 0;

	return -bpf_map__delete_elem(map, &zero, sizeof(zero), 0);
}

static void without_link_up(void)
{
	table_up(&rules, CHAIN, "without_link");
	*variable("gate") = 1;
}

/* Nobody can be told, and nothing can be taken from whoever holds it. */
static void a_table_without_a_link_is_called_no_more(void **state)
{
	klog_mark();
	without_link_up();
	klog_is("turnstile_rule registered: without link\n"
		"table \"without link\" has no link and outlives its loader: find its id with 'bpftool map list', remove it with 'bpftool map delete id ID key 0 0 0 0'\n");
	visit_asks("visit 1 ann", EACCES, "0");

	klog_mark();
	gate_is("remove 1", 0);
	klog_is("table \"without link\" is not called any more, as gate 1 is gone: it has no link, so remove it with 'bpftool map delete id ID key 0 0 0 0'\n");
	gate_is("add 1", 0);
	visit_asks("visit 1 ann", EACCES, "");
	assert_int_equal(module_unload_named(NAME), EAGAIN);

	klog_mark();
	assert_int_equal(delete_table(rules.map), 0);
	assert_int_equal(delete_table(rules.map), EINPROGRESS);
	klog_is("turnstile_rule unregistered: without link\n");
	visit_asks("visit 1 ann", EACCES, "");
}

static void a_table_without_a_link_is_deleted_first(void **state)
{
	without_link_up();
	visit_asks("visit 1 ann", EACCES, "0");
	assert_int_equal(delete_table(rules.map), 0);
	visit_asks("visit 1 ann", EACCES, "");
	klog_mark();
	gate_is("remove 1", 0);
	klog_is("");
}

/* Attaches a program to a function of the kernel or the module, until the test ends. */
static void holder_up(const char *file, const char *name)
{
	program_open(&holder, file, name);
	assert_int_equal(program_load(&holder), 0);
	assert_int_equal(program_attach(&holder), 0);
}

static volatile __u32 *of_holder(const char *name)
{
	return table_variable(&holder, name);
}

/* Who changes the rules is held up where the module is told. */
static void change_is_held_up(const char *name)
{
	holder_up("programs/order.bpf.o", name);
	*of_holder("held_process") = getpid();
}

/* The module. */

static void the_module_stays_while_a_table_is_loaded(void **state)
{
	rules_load(two_and_one, 1);
	assert_int_equal(module_unload_named(NAME), EAGAIN);
	attach_all(1);
	assert_int_equal(module_unload_named(NAME), EAGAIN);
	visit_asks("visit 1 ann", EACCES, "0");
	detach(0);
	assert_int_equal(module_unload_named(NAME), EAGAIN);

	/* With its two gates: it takes them along. */
	table_free(&rules);
	count_begin("count_srcus", "count_chains");
	module_unload_named_soon(NAME);
	assert_int_equal(count_of("srcus_freed"), 2);
	assert_int_equal(count_of("chains_freed"), 2);
	assert_int_equal(chain_setup(state), 0);
	gate_is("visit 2 ann", EACCES);
}

/* A child which is killed: this program, see main(). */
static int be_a_loader(void)
{
	gate("add 1");
	rules_load(two_and_one, 3);
	attach_all(3);
	puts("attached");
	fflush(stdout);
	return pause();
}

static struct process child;

static void start_child(const char *as)
{
	const char *const argv[] = { "./test_chain", as, NULL };

	process_start(&child, argv);
}

static void a_loader_that_is_killed_leaves_nothing(void **state)
{
	start_child("loader");
	process_wait_for(&child, "attached");
	assert_int_equal(module_unload_named(NAME), EAGAIN);
	klog_mark();
	assert_return_code(kill(child.pid, SIGKILL), errno);
	assert_int_equal(process_wait(&child), 256 + SIGKILL);
	module_unload_named_soon(NAME);
	klog_is("turnstile_rule unregistered: rule 2\n"
		"turnstile_rule unregistered: rule 1\n"
		"turnstile_rule unregistered: rule 0\n");
	assert_int_equal(chain_setup(state), 0);
}

/* Sleepers. */

static int do_command(const void *command)
{
	return gate(command);
}

static int do_detach(const void *rule)
{
	return -bpf_link__detach(*(struct bpf_link *const *)rule);
}

static int do_reno(const void *arg)
{
	return table_attach(&reno);
}

static int do_others(const void *arg)
{
	return table_attach(&reno) ?: -bpf_link__detach(reno.link)
				   ?: swap(0, 2)
				   ?: -bpf_link__detach(links[2]);
}

static struct task visitor, changer, user, other, late;

static const struct place sleeper_at_2[RULES] = {
	{ 1, 0 }, { 1, 1 }, { 1, 0 }, { 2, 1 }, { 2, 2 },
	{ 2, 3 }, { 3, 0 }, { 3, 0 }, { 3, 0 }, { 2, 0 },
};

static void one_sleeps_at_gate_2_alone(void)
{
	volatile __u32 *sleeping = variable("sleeping");

	*(__u64 *)table_variable(&rules, "user_string") =
		(unsigned long)MISSING_PAGE;
	assert_int_equal(attach(SLEEPER), 0);

	task_start(&visitor, do_command, "visit 2 ann");
	wait_until(*sleeping == 1);
}

/* Somebody sleeps in a rule of gate 2, which another rule comes after. */
static void one_sleeps_at_gate_2(void)
{
	rules_load(sleeper_at_2, RULES);
	attach_all(2);
	assert_int_equal(attach(3), 0);
	one_sleeps_at_gate_2_alone();
}

static void the_sleeper_wakes(const char *order)
{
	const __u32 *list = variable("list");

	assert_false(visitor.done);
	missing_page_fill();
	tasks_join();
	assert_int_equal(visitor.err, EACCES);
	/* The sleeper wrote itself down when it had woken, then came the next. */
	assert_int_equal(list[*variable("length") - 1], strtoul(order, NULL, 10));
}

static int sleep_setup(void **state)
{
	missing_page_setup();
	return chain_setup(state);
}

static int sleep_teardown(void **state)
{
	missing_page_teardown();
	tasks_join();
	return chain_teardown(state);
}

#define sleep_test(f) \
	cmocka_unit_test_setup_teardown(f, sleep_setup, sleep_teardown)

/* All of this returns while somebody sleeps at gate 2. */
static void a_sleeper_holds_up_no_other_gate(void **state)
{
	double began;

	one_sleeps_at_gate_2();
	*variable("length") = 0;
	began = clock_seconds();
	assert_int_equal(bpf_link__detach(links[1]), 0);
	detach(1);
	print_message("# detach at gate 1 took %.4f s, with a sleeper at gate 2\n",
		      clock_seconds() - began);
	assert_int_equal(swap(0, 2), 0);
	visit_asks("visit 1 bob", EACCES, "2");
	gate_is("remove 1", 0);
	assert_true(is_hung_up(2));
	gate_is("add 1", 0);
	/* At its own gate rules come and are asked, too. */
	assert_int_equal(attach(4), 0);
	assert_int_equal(module_unload_named(NAME), EAGAIN);
	the_sleeper_wakes("4");
}

/* The kernel frees a table when detach returns: that waits, with the kernel's mutex. */
static void detach_at_its_own_gate_waits_for_a_sleeper(void **state)
{
	one_sleeps_at_gate_2();
	table_load(&reno, "programs/tcp_reno.bpf.o", "tcp_reno");
	klog_mark();
	task_start(&changer, do_detach, &links[SLEEPER]);
	klog_wait_for(NAME ": ", "unregistered: rule 9\n");
	task_start(&user, do_reno, NULL);
	sleep(1);
	assert_false(changer.done);
	assert_false(user.done);
	/* Who asks rules is not held up: in another thread, as above. */
	task_start(&other, do_command, "visit 1 bob");
	wait_until(other.done);
	the_sleeper_wakes("3");
	assert_int_equal(changer.err, 0);
	assert_int_equal(user.err, 0);
	assert_int_equal(other.err, EACCES);
	print_message(
		"# detach of a sleeper's table took %.4f s, another user of struct_ops waited %.4f s\n",
		changer.took, user.took);
}

/* But a target that goes does not: nobody else is held up by its sleepers. */
static void a_gate_that_goes_waits_alone_for_a_sleeper(void **state)
{
	one_sleeps_at_gate_2();
	table_load(&reno, "programs/tcp_reno.bpf.o", "tcp_reno");
	task_start(&changer, do_command, "remove 2");
	/* The number is free at once, and a new gate has nothing of the old one. */
	wait_until(gate("add 2") != EEXIST);
	gate_is("add 2", EEXIST);
	gate_is("visit 2 bob", EACCES);

	/* In another thread: if they were held up, it would be until the page is there. */
	task_start(&user, do_others, NULL);
	wait_until(user.done);
	assert_int_equal(user.err, 0);
	assert_int_equal(attach(4), 0);
	gate_is("visit 2 bob", EACCES);
	gate_is("remove 2", 0);
	assert_true(is_hung_up(4));

	/* The old one's links are there as long as somebody is inside. */
	assert_false(changer.done);
	assert_false(is_hung_up(SLEEPER) || is_hung_up(3));
	assert_int_equal(module_unload_named(NAME), EAGAIN);
	the_sleeper_wakes("3");
	assert_int_equal(changer.err, 0);
	assert_true(is_hung_up(SLEEPER) && is_hung_up(3));
	print_message(
		"# remove of the sleeper's gate took %.4f s, meanwhile an attach, a swap and two detaches of others %.4f s\n",
		changer.took, user.took);
}

/* Without a sleeper: what an eject of all tables that a target can have takes. */
/* It waits for its calls once, and not once for each rule. */
static void a_gate_with_many_rules_goes_at_once(void **state)
{
	static const struct place places[TURNSTILE_RULES_MAX] = {
		{ 1, 0 }, { 1, 0 }, { 1, 0 }, { 1, 0 },
		{ 1, 0 }, { 1, 0 }, { 1, 0 }, { 1, 0 },
	};
	int i;

	rules_load(places, TURNSTILE_RULES_MAX);
	count_begin("count_waits", NULL);
	attach_all(TURNSTILE_RULES_MAX);
	gate("visit 1 ann");
	assert_int_equal(count_of("waits"), 0);
	gate_is("remove 1", 0);
	assert_int_equal(count_of("waits"), 1);
	for (i = 0; i < TURNSTILE_RULES_MAX; i++)
		assert_true(is_hung_up(i));
	gate_is("add 1", 0);
	for (i = 0; i < TURNSTILE_RULES_MAX; i++) {
		detach(i);
		assert_int_equal(attach(i), 0);
	}
	gate("visit 1 ann");
	assert_int_equal(count_of("waits"), 1);
	for (i = 0; i < TURNSTILE_RULES_MAX; i++)
		assert_int_equal(bpf_link__detach(links[i]), 0);
	assert_int_equal(count_of("waits"), 1 + TURNSTILE_RULES_MAX);
}

static const struct place three_at_1[] = { { 1, 0 }, { 1, 0 }, { 1, 1 } };

/* Its tables had a reference each, and so had who asked them. */
static void a_gate_that_is_gone_is_freed(void **state)
{
	struct bpf_link_info info = {};
	__u32 size = sizeof(info);

	rules_load(three_at_1, ARRAY_SIZE(three_at_1));
	count_begin("count_srcus", "count_chains");
	assert_int_equal(attach(0), 0);
	assert_int_equal(attach(2), 0);
	assert_int_equal(swap(0, 1), 0);
	gate("visit 1 ann");
	detach(2);
	assert_int_equal(count_of("srcus_freed"), 0);
	gate_is("remove 1", 0);
	assert_true(is_hung_up(1));
	assert_int_equal(count_of("srcus_freed"), 1);
	assert_int_equal(count_of("chains_freed"), 1);

	/* The link goes with its descriptor. */
	assert_int_equal(
		bpf_link_get_info_by_fd(bpf_link__fd(links[1]), &info, &size), 0);
	detach(1);
	assert_int_equal(bpf_link_get_fd_by_id(info.id), -ENOENT);
}

/* Somebody has got the chain of a gate, and has not entered it. */
static void one_is_held_up(const char *visit, __u32 target)
{
	*of_holder("held_target") = target;
	*of_holder("held") = 0;
	*of_holder("let_go") = 0;
	*of_holder("went") = 0;
	task_start_on(&late, 1, do_command, visit);
	wait_until(*of_holder("held") == 1);
	assert_false(late.done);
}

static void it_is_let_go(void)
{
	*of_holder("let_go") = 1;
	task_join(&late);
	/* It was by this, and not because it was held up for too long. */
	assert_int_equal(*of_holder("went"), 1);
	assert_int_equal(late.err, EACCES);
}

/* No detach waits for who enters then. */
static void who_comes_after_its_gate_went_meets_no_rule(void **state)
{
	volatile __u32 *length, *sleeping;

	if (sysconf(_SC_NPROCESSORS_ONLN) < 2)
		skip();
	stay_on_first_cpu();
	one_sleeps_at_gate_2();
	length = variable("length");
	sleeping = variable("sleeping");
	holder_up(CHAIN, "hold_visitor");

	/* The gate is there. */
	one_is_held_up("visit 1 bob", 1);
	assert_int_equal(*length, 0);
	it_is_let_go();
	assert_int_equal(*length, 2);

	/* It goes, and waits for the sleeper, but not for who comes after it. */
	one_is_held_up("visit 2 bob", 2);
	task_start(&changer, do_command, "remove 2");
	wait_until(gate("add 2") != EEXIST);
	gate_is("add 2", EEXIST);
	it_is_let_go();
	assert_int_equal(*sleeping, 1);
	assert_int_equal(*length, 2);
	assert_false(changer.done);
	the_sleeper_wakes("3");
	assert_int_equal(changer.err, 0);
	assert_true(is_hung_up(SLEEPER) && is_hung_up(3));
}

/* It takes the links that its gate still has, and so nothing from under a detach. */
static void a_gate_that_goes_waits_for_a_detach(void **state)
{
	if (sysconf(_SC_NPROCESSORS_ONLN) < 2)
		skip();
	stay_on_first_cpu();
	rules_load(sleeper_at_2, RULES);
	one_sleeps_at_gate_2_alone();
	change_is_held_up("hold_detach");
	task_start(&changer, do_command, "remove 2");
	wait_until(gate("add 2") != EEXIST);
	task_start_on(&user, 1, do_detach, &links[SLEEPER]);
	wait_until(*of_holder("held") == 1);

	/* Nobody is inside any more: only the detach is in the way. */
	missing_page_fill();
	wait_until(visitor.done);
	/* As long as can be: hold.h says why. */
	usleep(300000);
	assert_false(changer.done);
	*of_holder("let_go") = 1;
	tasks_join();
	assert_int_equal(*of_holder("went"), 1);
	assert_int_equal(changer.err, 0);
	assert_int_equal(user.err, 0);
}

/* The sleeper's rule is first, then comes 3, in whose place 4 can come, then 5. */
static const struct place in_order_at_2[RULES] = {
	{ 1, 0 }, { 1, 0 }, { 1, 0 }, { 2, 1 }, { 2, 1 },
	{ 2, 2 }, { 3, 0 }, { 3, 0 }, { 3, 0 }, { 2, 0 },
};

static int do_attach_5(const void *arg)
{
	return attach(5);
}

static int do_swap_3(const void *arg)
{
	return swap(3, 4);
}

/* The change is held up where the module is told of it. */
static void a_visitor_goes_on_without(const char *name,
				      int (*change)(const void *))
{
	if (sysconf(_SC_NPROCESSORS_ONLN) < 2)
		skip();
	stay_on_first_cpu();
	rules_load(in_order_at_2, RULES);
	assert_int_equal(attach(3), 0);
	one_sleeps_at_gate_2_alone();
	change_is_held_up(name);
	task_start_on(&user, 1, change, NULL);
	wait_until(*of_holder("held") == 1);

	missing_page_fill();
	wait_until(visitor.done);
	assert_int_equal(*variable("length"), 2);
	assert_int_equal(((__u32 *)variable("list"))[1], 3);

	*of_holder("let_go") = 1;
	tasks_join();
	assert_int_equal(*of_holder("went"), 1);
	assert_int_equal(user.err, 0);
}

static void no_call_meets_a_rule_that_was_not_told_of(void **state)
{
	a_visitor_goes_on_without("hold_attach", do_attach_5);
	visit_asks("visit 2 bob", EACCES, "9 3 5");
}

static void no_call_meets_a_swapped_rule_before_it_was_told_of(void **state)
{
	a_visitor_goes_on_without("hold_swap", do_swap_3);
	visit_asks("visit 2 bob", EACCES, "9 4");
}

/* One change at a time: each of these waits for the one that is under way. */

static int detach_0(void)
{
	detach(0);
	return 0;
}

static int detach_2(void)
{
	detach(2);
	return 0;
}

static int attach_1(void)
{
	return attach(1);
}

static int swap_0(void)
{
	return bpf_link__update_map(links[0], maps[1]);
}

static int visit_gate(void)
{
	return gate("visit 1 ann") == EACCES ? 0 : -1;
}

static int add_gate(void)
{
	return gate("add 3");
}

static int remove_gate(void)
{
	return gate("remove 3");
}

static int remove_no_gate(void)
{
	return gate("remove 4");
}

static void changes_wait_for_a_detach(void **state)
{
	static int (*const changes[])(void) = { attach_1, visit_gate, add_gate,
						remove_gate, detach_2 };
	size_t i;

	rules_load(three_at_1, 3);
	assert_int_equal(attach(2), 0);
	for (i = 0; i < ARRAY_SIZE(changes); i++) {
		assert_int_equal(attach(0), 0);
		order_is_kept("hold_detach", detach_0, changes[i], 0);
	}

	/* This one has nothing to wait for but the lock under which it looks. */
	assert_int_equal(attach(0), 0);
	order_is_kept("hold_detach", detach_0, remove_no_gate, ENODEV);
}

static void a_detach_waits_for_a_swap(void **state)
{
	rules_load(three_at_1, 3);
	assert_int_equal(attach(0), 0);
	assert_int_equal(attach(2), 0);
	order_is_kept("hold_swap", swap_0, detach_2, 0);
}

static int be_a_visitor(void)
{
	missing_page_setup();
	return gate("visit 2 ann");
}

static void a_visitor_killed_meanwhile_leaves_nothing(void **state)
{
	volatile __u32 *sleeping;

	rules_load(sleeper_at_2, RULES);
	*(__u64 *)table_variable(&rules, "user_string") =
		(unsigned long)MISSING_PAGE;
	sleeping = variable("sleeping");
	assert_int_equal(attach(SLEEPER), 0);
	start_child("visitor");
	wait_until(*sleeping == 1);
	assert_return_code(kill(child.pid, SIGKILL), errno);
	assert_int_equal(process_wait(&child), 256 + SIGKILL);
	gate_is("remove 2", 0);
	assert_true(is_hung_up(SLEEPER));
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		chain_test(rules_are_asked_by_priority),
		chain_test(a_decision_ends_the_visit),
		chain_test(a_gate_without_rules_refuses),
		chain_test(commands_are_words_in_one_line),
		chain_test(a_gate_takes_so_many_rules),
		chain_test(a_rule_is_for_a_gate_that_is_there),
		chain_test(refuses_bad_tables_and_says_why),
		chain_test(private_members_are_the_modules),
		chain_test(a_table_is_in_one_place),
		chain_test(a_table_can_be_attached_again),
		chain_test(a_swapped_table_has_the_place_of_the_old_one),
		chain_test(a_refused_swap_changes_nothing),
		chain_test(a_gate_that_goes_takes_its_rules_along),
		chain_test(a_link_whose_gate_has_gone_is_harmless),
		chain_test(a_table_without_a_link_is_called_no_more),
		chain_test(a_table_without_a_link_is_deleted_first),
		chain_test(the_module_stays_while_a_table_is_loaded),
		chain_test(a_loader_that_is_killed_leaves_nothing),
		sleep_test(a_sleeper_holds_up_no_other_gate),
		sleep_test(detach_at_its_own_gate_waits_for_a_sleeper),
		sleep_test(a_gate_that_goes_waits_alone_for_a_sleeper),
		sleep_test(who_comes_after_its_gate_went_meets_no_rule),
		chain_test(a_gate_with_many_rules_goes_at_once),
		chain_test(a_gate_that_is_gone_is_freed),
		sleep_test(a_gate_that_goes_waits_for_a_detach),
		sleep_test(no_call_meets_a_rule_that_was_not_told_of),
		sleep_test(no_call_meets_a_swapped_rule_before_it_was_told_of),
		chain_test(changes_wait_for_a_detach),
		chain_test(a_detach_waits_for_a_swap),
		sleep_test(a_visitor_killed_meanwhile_leaves_nothing),
	};

	if (argc == 2 && !strcmp(argv[1], "loader"))
		return be_a_loader();
	if (argc == 2 && !strcmp(argv[1], "visitor"))
		return be_a_visitor();
	return run_all(tests);
}
