// SPDX-License-Identifier: GPL-2.0-only
/*
 * The model named, in the module that shows it: examples/scribe. Many tables are attached,
 * each open file has chosen one of them by its name, and they come and go meanwhile.
 * Each program that must be refused has a twin that loads.
 */
#include "lib.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
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
#include "scribe/scribe.h"

#define NAME "scribe"
#define FILE_OF_LINES "/proc/scribe"
#define NAMED "programs/named.bpf.o"
#define EXAMPLES "programs/scribe.bpf.o"

static struct table table, other, third;
static int fds[2];

static int setup(void **state)
{
	size_t i;

	/* A test that failed may have left it loaded. */
	module_unload_named(NAME);
	klog_mark();
	if (module_load(NAME ".ko", ""))
		return -1;
	for (i = 0; i < ARRAY_SIZE(fds); i++)
		fds[i] = open(FILE_OF_LINES, O_RDWR | O_CLOEXEC);
	return fds[0] < 0 || fds[1] < 0;
}

static void close_files(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(fds); i++) {
		if (fds[i] >= 0)
			close(fds[i]);
		fds[i] = -1;
	}
}

static int teardown(void **state)
{
	process_kill_all();
	count_end();
	table_free_all();
	close_files();
	module_unload_named_soon(NAME);
	return 0;
}

#define named_test(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

static void klog_is(const char *lines)
{
	char *seen = klog_take(NAME ": ");

	assert_string_equal(seen, lines);
	free(seen);
}

static int put_line(int fd, const char *line)
{
	ssize_t n = write(fd, line, strlen(line));

	if (n < 0)
		return errno;
	assert_int_equal(n, strlen(line));
	return 0;
}

/* Returns 0, or the errno. */
static int use(int fd, const char *name)
{
	char line[64];

	snprintf(line, sizeof(line), "use %s\n", name);
	return put_line(fd, line);
}

static void get_line(int fd, const char *expected)
{
	char line[SCRIBE_MAX + 2] = "";

	assert_return_code(read(fd, line, sizeof(line) - 1), errno);
	assert_string_equal(line, expected);
}

static void becomes(int fd, const char *line, const char *expected)
{
	assert_int_equal(put_line(fd, line), 0);
	get_line(fd, expected);
}

/* The first byte tells which table it was: 'x' is left by none. */
static void is_of(int fd, char byte)
{
	const char expected[] = { byte, '\n', '\0' };

	becomes(fd, "x\n", expected);
}

static int notes(void)
{
	FILE *f = fopen("/sys/module/" NAME "/parameters/notes", "re");
	int n;

	assert_non_null(f);
	assert_int_equal(fscanf(f, "%d", &n), 1);
	fclose(f);
	return n;
}

static __u32 link_id(const struct bpf_link *link)
{
	struct bpf_link_info info = {};
	__u32 len = sizeof(info);

	assert_int_equal(
		bpf_link_get_info_by_fd(bpf_link__fd(link), &info, &len), 0);
	return info.id;
}

/* The example, and what a user sees of it. */

static void without_a_policy_lines_pass(void **state)
{
	char line[SCRIBE_MAX + 2];

	get_line(fds[0], "");
	becomes(fds[0], "hello\n", "hello\n");
	becomes(fds[0], "", "\n");
	/* Only what it is told at first is a name. */
	becomes(fds[0], "I use x\n", "I use x\n");

	/* What follows a line is no part of it, and is not lost without a word. */
	assert_int_equal(put_line(fds[0], "one\ntwo\n"), EINVAL);
	assert_int_equal(put_line(fds[0], "one\n\n"), EINVAL);
	assert_int_equal(write(fds[0], "one\0", 4), -1);
	assert_int_equal(errno, EINVAL);
	assert_int_equal(put_line(fds[0], "use one\ntwo"), EINVAL);

	memset(line, 'l', sizeof(line));
	line[SCRIBE_MAX + 1] = '\0';
	assert_int_equal(put_line(fds[0], line), EMSGSIZE);
	line[SCRIBE_MAX] = '\0';
	assert_int_equal(put_line(fds[0], line), 0);
	line[SCRIBE_MAX] = '\n';
	line[SCRIBE_MAX + 1] = '\0';
	get_line(fds[0], line);
	assert_int_equal(put_line(fds[0], line), 0);
	assert_int_equal(write(fds[0], line, sizeof(line)), -1);
	assert_int_equal(errno, EMSGSIZE);
	get_line(fds[0], line);
}

static void the_policies_of_the_example_do_as_they_say(void **state)
{
	table_up(&table, EXAMPLES, "shouting");
	table_up(&other, EXAMPLES, "differing");
	table_up(&third, EXAMPLES, "relaying");

	assert_int_equal(use(fds[0], "shout"), 0);
	becomes(fds[0], "Hello, you 2\n", "HELLO, YOU 2\n");

	assert_int_equal(use(fds[1], "diff"), 0);
	becomes(fds[1], "abcd\n", "abcd\n");
	becomes(fds[1], "axcy\n", ".x.y\n");
	/* The previous line is the one that was read back, and of the same file. */
	becomes(fds[1], ".xc.\n", "..c.\n");

	assert_int_equal(use(fds[0], "relay"), 0);
	assert_int_equal(use(fds[1], "relay"), 0);
	becomes(fds[0], "first\n", "first\n");
	becomes(fds[1], "a second one\n", "first\n");
	becomes(fds[0], "third\n", "a second one\n");
	assert_int_equal(put_line(fds[1], "\n"), EINVAL);
	/* What was refused has changed nothing. */
	get_line(fds[1], "");
	becomes(fds[1], "fourth\n", "third\n");
}

static void a_note_that_a_map_keeps_goes_with_the_map(void **state)
{
	int i;

	table_up(&table, EXAMPLES, "relaying");
	assert_int_equal(use(fds[0], "relay"), 0);
	for (i = 0; i < 1000; i++)
		assert_int_equal(put_line(fds[0], "note\n"), 0);
	assert_int_equal(notes(), 1);
	table_free(&table);
	wait_until(!notes());
}

static void a_copied_note_says_how_long_it_is(void **state)
{
	volatile __u32 *length;

	table_up(&table, NAMED, "repeats");
	length = table_variable(&table, "length");
	assert_int_equal(use(fds[0], "repeats"), 0);
	becomes(fds[0], "abc\n", "abc\n");
	becomes(fds[0], "longer\n", "abc\n");
	assert_int_equal(*length, 3);
}

static void a_program_may_have_switched_preemption_off(void **state)
{
	bool is_rt = !access("/sys/kernel/realtime", F_OK);
	volatile __u32 *before, *between;

	table_up(&table, NAMED, "unpreempted");
	before = table_variable(&table, "notes_before");
	between = table_variable(&table, "notes_between");
	assert_int_equal(use(fds[0], "unpreempted"), 0);
	becomes(fds[0], "abc\n", "abc\n");
	assert_int_equal(*before, 1);
	assert_int_equal(*between, !is_rt);
	assert_int_equal(notes(), 0);
}

static void what_check_refuses_is_not_rewritten(void **state)
{
	table_up(&table, NAMED, "strict");
	assert_int_equal(put_line(fds[0], "kept\n"), 0);
	assert_int_equal(use(fds[0], "strict"), 0);
	assert_int_equal(put_line(fds[0], "lost\n"), EPERM);
	get_line(fds[0], "kept\n");
}

/* The model. */

static void each_user_has_the_table_that_it_chose(void **state)
{
	table_up(&table, NAMED, "one");
	table_up(&other, NAMED, "two");
	is_of(fds[0], 'x');

	assert_int_equal(use(fds[0], "one"), 0);
	is_of(fds[0], '1');
	is_of(fds[1], 'x');
	assert_int_equal(use(fds[1], "two"), 0);
	is_of(fds[0], '1');
	is_of(fds[1], '2');
	/* Again, the same, and both the same. */
	assert_int_equal(use(fds[0], "two"), 0);
	assert_int_equal(use(fds[0], "two"), 0);
	is_of(fds[0], '2');
	is_of(fds[1], '2');
}

static void a_name_that_is_not_there_changes_nothing(void **state)
{
	static const char *const names[] = { "two",  "On", "One",      "one ",
					     "one1", "",   "(unnamed)" };
	size_t i;

	table_up(&table, NAMED, "one");
	assert_int_equal(use(fds[0], "one"), 0);
	for (i = 0; i < ARRAY_SIZE(names); i++) {
		assert_int_equal(use(fds[0], names[i]), ENOENT);
		assert_int_equal(use(fds[1], names[i]), ENOENT);
		is_of(fds[0], '1');
		is_of(fds[1], 'x');
	}
}

static void is_not_attached(const char *name, int err, const char *line)
{
	table_load(&third, NAMED, name);
	table_must_be_loaded(&third);
	klog_mark();
	assert_int_equal(table_attach(&third), err);
	klog_is(line);
	table_free(&third);
}

static void a_name_is_of_one_table(void **state)
{
	char line[256];

	table_up(&table, NAMED, "one");
	assert_int_equal(use(fds[0], "one"), 0);
	snprintf(line, sizeof(line),
		 "table \"one\" refused: the one of link %u has this name (0: it has no link); detach that one first\n",
		 link_id(table.link));
	is_not_attached("other_one", EEXIST, line);
	is_of(fds[0], '1');

	/* The link stays the same where another table takes the place. */
	table_load(&other, NAMED, "other_one");
	assert_int_equal(bpf_link__update_map(table.link, other.map), 0);
	is_not_attached("other_one", EEXIST, line);
	assert_int_equal(bpf_link__update_map(table.link, table.map), 0);
	table_free(&other);

	/* Its name is free as soon as it is detached. */
	table_detach(&table);
	table_up(&other, NAMED, "other_one");
	assert_int_equal(use(fds[0], "one"), 0);
	is_of(fds[0], '!');
}

/* As it is in bpf(2), for what libbpf does not do. */
static void raw_up(struct raw_table *t, __u32 flags)
{
	raw_table_make(t, NAME, "scribe_ops", "rewrite", 1, 0, flags);
	strcpy((char *)raw_table_at(t, "name"), "one");
}

static void a_table_without_a_link_holds_its_name_too(void **state)
{
	struct raw_table t;

	raw_up(&t, 0);
	klog_mark();
	assert_int_equal(raw_update(t.map, 0, t.value, 0), 0);
	klog_is("scribe_ops registered: one\n"
		"table \"one\" has no link and outlives its loader: find its id with 'bpftool map list', remove it with 'bpftool map delete id ID key 0 0 0 0'\n");
	assert_int_equal(use(fds[0], "one"), 0);
	is_not_attached(
		"one", EEXIST,
		"table \"one\" refused: the one of link 0 has this name (0: it has no link); detach that one first\n");
	assert_int_equal(raw_delete(t.map, 0), 0);
	table_up(&table, NAMED, "one");
	is_of(fds[0], 'x');
	raw_table_close(&t);
}

static void the_node_is_the_modules(void **state)
{
	unsigned char *node;
	struct raw_table t;
	int link, i;

	raw_up(&t, BPF_F_LINK);
	node = raw_table_at(&t, "node");
	/* The first byte, and one of a pointer in a list. */
	for (i = 0; i < 32; i += 17) {
		klog_mark();
		node[i] = 1;
		assert_int_equal(raw_update(t.map, 0, t.value, 0), -EINVAL);
		klog_is("table refused: its node is not for user space\n");
		node[i] = 0;
	}
	assert_int_equal(raw_update(t.map, 0, t.value, 0), 0);
	link = raw_link_create(t.map);
	assert_true(link > 0);
	assert_int_equal(use(fds[0], "one"), 0);
	close(link);
	raw_table_close(&t);
}

static void a_table_has_a_name_and_a_rewrite(void **state)
{
	table_up(&table, NAMED, "longest_name");
	assert_int_equal(use(fds[0], "fifteen letters"), 0);
	is_of(fds[0], '1');
	is_not_attached("nameless", EINVAL, "table refused: it has no name\n");
	is_not_attached(
		"name_without_nul", EINVAL,
		"table refused: its name is not printable ASCII that a NUL ends\n");
	is_not_attached(
		"without_rewrite", EINVAL,
		"table \"blind\" refused: it has no program for rewrite\n");
}

static void a_detach_takes_it_from_all_its_users(void **state)
{
	table_up(&table, NAMED, "one");
	table_up(&other, NAMED, "two");
	assert_int_equal(use(fds[0], "one"), 0);
	assert_int_equal(use(fds[1], "two"), 0);
	is_of(fds[0], '1');

	klog_mark();
	table_detach(&table);
	klog_is("scribe_ops unregistered: one\n");
	is_of(fds[0], 'x');
	is_of(fds[1], '2');
	assert_int_equal(use(fds[0], "one"), ENOENT);

	/* It does not come back by itself. */
	table_free(&table);
	table_up(&table, NAMED, "one");
	is_of(fds[0], 'x');
	assert_int_equal(use(fds[0], "one"), 0);
	is_of(fds[0], '1');
}

static void many_users_of_one_table(void **state)
{
	static int many[500];
	size_t i;

	table_up(&table, NAMED, "one");
	table_up(&other, NAMED, "two");
	for (i = 0; i < ARRAY_SIZE(many); i++) {
		many[i] = open(FILE_OF_LINES, O_RDWR | O_CLOEXEC);
		assert_return_code(many[i], errno);
		assert_int_equal(use(many[i], i % 3 ? "one" : "two"), 0);
	}
	/* Some go before the table does, and some change their minds. */
	for (i = 0; i < ARRAY_SIZE(many); i += 5)
		close(many[i]);
	for (i = 1; i < ARRAY_SIZE(many); i += 5)
		assert_int_equal(use(many[i], "two"), 0);
	table_detach(&table);
	for (i = 0; i < ARRAY_SIZE(many); i++) {
		if (i % 5)
			is_of(many[i], i % 3 && i % 5 != 1 ? 'x' : '2');
	}
	table_detach(&other);
	for (i = 0; i < ARRAY_SIZE(many); i++) {
		if (i % 5) {
			is_of(many[i], 'x');
			close(many[i]);
		}
	}
}

static void a_swap_hands_the_users_over(void **state)
{
	table_up(&table, NAMED, "one");
	table_up(&third, NAMED, "two");
	table_load(&other, NAMED, "other_one");
	assert_int_equal(use(fds[0], "one"), 0);
	is_of(fds[0], '1');

	klog_mark();
	assert_int_equal(bpf_link__update_map(table.link, other.map), 0);
	klog_is("scribe_ops swapped: one for one\n");
	is_of(fds[0], '!');
	is_of(fds[1], 'x');
	assert_int_equal(use(fds[1], "one"), 0);
	is_of(fds[1], '!');

	/* And back, again and again: the node is made anew each time. */
	assert_int_equal(bpf_link__update_map(table.link, table.map), 0);
	is_of(fds[0], '1');
	is_of(fds[1], '1');
	assert_int_equal(bpf_link__update_map(table.link, other.map), 0);
	is_of(fds[1], '!');
	table_detach(&table);
	is_of(fds[0], 'x');
	is_of(fds[1], 'x');
}

static void a_swap_keeps_the_name(void **state)
{
	table_up(&table, NAMED, "one");
	table_load(&other, NAMED, "two");
	assert_int_equal(use(fds[0], "one"), 0);
	klog_mark();
	assert_int_equal(bpf_link__update_map(table.link, other.map), -EINVAL);
	klog_is("table \"two\" refused: it cannot replace \"one\", which has another name; attach it, then detach the other\n");
	is_of(fds[0], '1');
	assert_int_equal(use(fds[1], "two"), ENOENT);

	/* It is free all the same. */
	assert_int_equal(table_attach(&other), 0);
	assert_int_equal(use(fds[1], "two"), 0);
	is_of(fds[1], '2');
}

#define IS_ATTACHED(name) \
	"table \"" name   \
	"\" refused: it is attached, or calls are inside; load its object once more\n"

static void a_table_is_attached_once(void **state)
{
	int link;

	table_up(&table, NAMED, "one");
	assert_int_equal(use(fds[0], "one"), 0);
	klog_mark();
	assert_int_equal(raw_link_create(bpf_map__fd(table.map)), -EBUSY);
	klog_is(IS_ATTACHED("one"));
	is_of(fds[0], '1');

	table_detach(&table);
	link = raw_link_create(bpf_map__fd(table.map));
	assert_true(link > 0);
	is_of(fds[0], 'x');
	assert_int_equal(use(fds[0], "one"), 0);
	is_of(fds[0], '1');
	close(link);
	is_of(fds[0], 'x');
}

/* A swap of a link to the table that it has: the kernel refuses none of both. */
static void a_swap_brings_no_table_twice(void **state)
{
	int link;

	table_up(&table, NAMED, "one");
	assert_int_equal(use(fds[0], "one"), 0);
	klog_mark();
	assert_int_equal(bpf_link__update_map(table.link, table.map), -EBUSY);
	klog_is(IS_ATTACHED("one"));
	is_of(fds[0], '1');

	table_load(&other, NAMED, "other_one");
	assert_int_equal(bpf_link__update_map(table.link, other.map), 0);
	/* The old one is free again, but its name is not. */
	link = raw_link_create(bpf_map__fd(table.map));
	assert_int_equal(link, -EEXIST);
	is_of(fds[0], '!');
}

#define ROUNDS 300

static pthread_barrier_t start;
static int racing_map;
static int racing_links[2];

static void *create_link(void *arg)
{
	int *link = arg;
	int i;

	for (i = 0; i < ROUNDS; i++) {
		pthread_barrier_wait(&start);
		*link = raw_link_create(racing_map);
		pthread_barrier_wait(&start);
		/* The other thread looks at both, and closes them. */
		pthread_barrier_wait(&start);
	}
	return NULL;
}

/* Both reach the module: which one is first, the module's own lock decides. */
static void two_links_on_one_map_at_once(void **state)
{
	int i, attached[2] = {};
	pthread_t thread;

	table_up(&table, NAMED, "one");
	table_detach(&table);
	racing_map = bpf_map__fd(table.map);
	assert_int_equal(pthread_barrier_init(&start, NULL, 2), 0);
	assert_int_equal(
		pthread_create(&thread, NULL, create_link, &racing_links[1]), 0);
	for (i = 0; i < ROUNDS; i++) {
		int one;

		pthread_barrier_wait(&start);
		racing_links[0] = raw_link_create(racing_map);
		pthread_barrier_wait(&start);
		one = racing_links[0] < 0;
		assert_true(racing_links[one] > 0);
		assert_int_equal(racing_links[!one], -EBUSY);
		assert_int_equal(use(fds[0], "one"), 0);
		close(racing_links[one]);
		is_of(fds[0], 'x');
		attached[one]++;
		pthread_barrier_wait(&start);
	}
	pthread_join(thread, NULL);
	pthread_barrier_destroy(&start);
	print_message("# %d times the one was first, %d times the other\n",
		      attached[0], attached[1]);
}

/* Sleepers. */

/* Whether a detach need not wait: the kernel lets modules hold tables. */
static bool has_references(void)
{
	FILE *f = fopen("/proc/kallsyms", "re");
	bool found = false;
	size_t size = 0;
	char *line = NULL;

	assert_non_null(f);
	while (!found && getline(&line, &size, f) > 0)
		found = strstr(line, " __ksymtab_bpf_struct_ops_get\n");
	free(line);
	fclose(f);
	return found;
}

static struct task sleeper, changer;

static int write_asleep(const void *arg)
{
	return put_line(fds[0], "x\n");
}

/* Its program reads the page. Returns where it says that it is about to. */
static volatile __u32 *sleepy_table_up(void)
{
	table_up(&table, NAMED, "asleep");
	*(__u64 *)table_variable(&table, "user_string") =
		(unsigned long)MISSING_PAGE;
	return table_variable(&table, "napping");
}

static void start_sleeper(void)
{
	volatile __u32 *napping = sleepy_table_up();

	assert_int_equal(use(fds[0], "sleepy"), 0);
	task_start(&sleeper, write_asleep, NULL);
	wait_until(*napping == 1);
}

static void wake_sleeper(void)
{
	assert_false(sleeper.done);
	missing_page_fill();
	tasks_join();
	assert_int_equal(sleeper.err, 0);
	/* Its program ran to its end, whatever became of the table. */
	get_line(fds[0], "z\n");
}

static int detach_own(const void *arg)
{
	return bpf_link__detach(table.link);
}

static int close_own(const void *arg)
{
	table_detach(&table);
	return 0;
}

static int swap_own(const void *arg)
{
	return bpf_link__update_map(table.link, other.map);
}

/*
 * A change of the sleeper's own table: it waits for the sleeper where it must, and takes
 * effect at once everywhere. That it waits is told by what it has not done in a second in
 * which all else goes on.
 */
static void own_table(const char *what, int (*change)(const void *),
		      const char *line, char then)
{
	bool waits = !has_references();

	start_sleeper();
	assert_int_equal(use(fds[1], "sleepy"), 0);
	table_load(&other, NAMED, "awake");
	klog_mark();
	task_start(&changer, change, NULL);
	klog_wait_for(NAME ": ", line);
	is_of(fds[1], then);

	if (waits) {
		sleep(1);
		assert_false(changer.done);
	} else {
		wait_until(changer.done);
	}
	assert_false(sleeper.done);
	/* Somebody is inside: the module and its memory stay. */
	assert_int_equal(module_unload_named(NAME), EAGAIN);
	is_of(fds[1], then);
	wake_sleeper();
	assert_int_equal(changer.err, 0);
	is_of(fds[0], then);
	print_message("# %s took %.3f s while a sleeper slept for %s\n", what,
		      changer.took, waits ? "1 s of it" : "longer");
}

static void detaching_its_own_table(void **state)
{
	own_table("a detach", detach_own, "scribe_ops unregistered: sleepy\n",
		  'x');
}

static void closing_its_own_link(void **state)
{
	own_table("a close", close_own, "scribe_ops unregistered: sleepy\n", 'x');
}

static void swapping_its_own_table(void **state)
{
	own_table("a swap", swap_own, "scribe_ops swapped: sleepy for sleepy\n",
		  'a');
}

static void a_sleeper_holds_up_no_other_table(void **state)
{
	double began, took;

	table_up(&other, NAMED, "one");
	table_load(&third, NAMED, "other_one");
	assert_int_equal(use(fds[1], "one"), 0);
	start_sleeper();

	began = clock_seconds();
	assert_int_equal(bpf_link__update_map(other.link, third.map), 0);
	is_of(fds[1], '!');
	assert_int_equal(bpf_link__detach(other.link), 0);
	is_of(fds[1], 'x');
	took = clock_seconds() - began;
	table_free(&other);
	assert_false(sleeper.done);
	print_message(
		"# a swap and a detach of another table took %.3f s, past a sleeper\n",
		took);

	/* A user who waits for it can choose another, by another thread. */
	table_up(&other, NAMED, "two");
	assert_int_equal(use(fds[0], "two"), 0);
	assert_false(sleeper.done);
	wake_sleeper();
	is_of(fds[0], '2');
}

/* While its detach waits, or where that need not, while the sleeper is inside. */
static void others_are_attached_past_a_detach(void **state)
{
	int link;

	start_sleeper();
	klog_mark();
	task_start(&changer, close_own, NULL);
	klog_wait_for(NAME ": ", "scribe_ops unregistered: sleepy\n");
	table_up(&third, NAMED, "two");
	assert_int_equal(use(fds[1], "two"), 0);
	is_of(fds[1], '2');
	/* Its name is free. */
	table_up(&other, NAMED, "awake");
	assert_int_equal(use(fds[1], "sleepy"), 0);
	is_of(fds[1], 'a');
	table_free(&other);

	/* The table itself is, where nobody waits for who is inside. */
	link = raw_link_create(bpf_map__fd(table.map));
	if (has_references())
		assert_true(link > 0);
	else
		assert_int_equal(link, -EBUSY);
	assert_false(sleeper.done);
	if (link > 0)
		close(link);
	wake_sleeper();
	link = raw_link_create(bpf_map__fd(table.map));
	assert_true(link > 0);
	close(link);
}

/* Nobody but the sleeper holds it then: neither link, nor map, nor program. */
static void a_table_that_is_freed_while_a_sleeper_is_inside(void **state)
{
	if (!has_references()) {
		print_message("# without references there is no such table\n");
		skip();
	}
	start_sleeper();
	table_free(&table);
	/* What the kernel frees, it frees a grace period later, or some. */
	sleep(1);
	assert_int_equal(module_unload_named(NAME), EAGAIN);
	is_of(fds[1], 'x');
	wake_sleeper();
	is_of(fds[0], 'x');
}

/* Processes and the module. */

static struct process child;

static void only_root_writes_lines(void **state)
{
	static const char *const argv[] = { "/bin/sh", "-c",
					    "echo x >" FILE_OF_LINES, NULL };

	process_start_as(&child, argv, become_nobody_plain);
	assert_int_equal(process_wait(&child), 1);
	assert_int_equal(process_run(&child, argv), 0);
}

static int be_a_loader(void)
{
	table_up(&table, NAMED, "one");
	puts("attached");
	fflush(stdout);
	return pause();
}

static void a_killed_loader_leaves_nothing(void **state)
{
	static const char *const argv[] = { "./test_named", "loader", NULL };

	process_start(&child, argv);
	process_wait_for(&child, "attached");
	assert_int_equal(use(fds[0], "one"), 0);
	is_of(fds[0], '1');
	klog_mark();
	assert_return_code(kill(child.pid, SIGKILL), errno);
	assert_int_equal(process_wait(&child), 256 + SIGKILL);
	klog_wait_for(NAME ": ", "scribe_ops unregistered: one\n");
	is_of(fds[0], 'x');
	table_up(&table, NAMED, "one");
}

static int be_a_sleeper(void)
{
	int fd = open(FILE_OF_LINES, O_RDWR | O_CLOEXEC);

	missing_page_setup();
	if (fd < 0 || use(fd, "sleepy"))
		return 1;
	return put_line(fd, "x\n");
}

static void a_killed_sleeper_leaves_nothing(void **state)
{
	static const char *const argv[] = { "./test_named", "sleeper", NULL };
	volatile __u32 *napping = sleepy_table_up();

	process_start(&child, argv);
	wait_until(*napping == 1);
	assert_return_code(kill(child.pid, SIGKILL), errno);
	assert_int_equal(process_wait(&child), 256 + SIGKILL);
	table_detach(&table);
	assert_int_equal(use(fds[0], "sleepy"), ENOENT);
}

static void the_module_stays_while_a_table_is_attached(void **state)
{
	table_up(&table, NAMED, "one");
	close_files();
	assert_int_equal(module_unload_named(NAME), EAGAIN);
	table_free(&table);
	module_unload_named_soon(NAME);
	assert_int_equal(setup(state), 0);
}

static void the_module_goes_while_files_are_open(void **state)
{
	char line[8];

	table_up(&table, NAMED, "one");
	assert_int_equal(use(fds[0], "one"), 0);
	table_free(&table);
	module_unload_named_soon(NAME);
	assert_int_equal(put_line(fds[0], "x\n"), EIO);
	assert_int_equal(read(fds[0], line, sizeof(line)), -1);
	assert_int_equal(errno, EIO);
	close_files();
	assert_int_equal(setup(state), 0);
	is_of(fds[0], 'x');
}

/* What frees the note is in the module. */
static void the_module_stays_while_a_map_keeps_a_note(void **state)
{
	int map;

	table_up(&table, EXAMPLES, "relaying");
	assert_int_equal(use(fds[0], "relay"), 0);
	assert_int_equal(put_line(fds[0], "note\n"), 0);
	map = dup(bpf_object__find_map_fd_by_name(table.obj, "shelves"));
	assert_return_code(map, errno);
	table_free(&table);
	close_files();
	wait_until(!raw_delete_tables());
	assert_int_equal(notes(), 1);
	assert_int_equal(module_unload_named(NAME), EAGAIN);
	close(map);
	module_unload_named_soon(NAME);
	assert_int_equal(setup(state), 0);
}

/* A file that goes gives its table up, or the next detach finds its memory. */
static void a_user_goes_before_its_table(void **state)
{
	table_up(&table, NAMED, "one");
	assert_int_equal(use(fds[0], "one"), 0);
	assert_int_equal(use(fds[1], "one"), 0);
	close(fds[0]);
	fds[0] = -1;
	is_of(fds[1], '1');
	table_detach(&table);
	is_of(fds[1], 'x');
}

/* Programs. */

static int load(const char *program)
{
	return table_try(&table, NAMED, program);
}

static void accepts(const char *program)
{
	table_must_load(&table, NAMED, program);
}

/* PART is in the log, or OTHER_PART, where another kernel has other words. */
static void refuses_either(const char *program, const char *part,
			   const char *other_part, int err)
{
	int got = load(program);

	if (got != err ||
	    (!strstr(table.log, part) && !strstr(table.log, other_part)))
		fail_msg("%s: %d, not %d with '%s'; the log is: %s", program,
			 got, err, part, table.log);
}

static void refuses(const char *program, const char *part, int err)
{
	refuses_either(program, part, part, err);
}

static void the_previous_line_may_be_none(void **state)
{
	accepts("looks_for_previous");
	refuses("believes_in_previous",
		"Possibly NULL pointer passed to trusted ", EACCES);
}

static void only_rewrite_rewrites_and_sleeps(void **state)
{
	accepts("check_reads");
	refuses("check_rewrites",
		"calling kernel function scribe_set_byte is not allowed", EACCES);
	refuses("check_asleep",
		"attach to unsupported member check of struct scribe_ops",
		EINVAL);
	table_up(&table, NAMED, "asleep");
	table_up(&other, NAMED, "one");
}

static void lines_are_the_modules(void **state)
{
	accepts("reads_len");
	refuses("writes_len",
		"write at off 0 with size 4 through a pointer that is trusted: programs of scribe_ops can write nothing",
		EACCES);
	accepts("check_reads");
	refuses("reads_forged_line", "STRUCT scribe_line", EINVAL);
}

static void notes_are_put_once(void **state)
{
	accepts("puts_note");
	refuses("loses_note", "Unreleased reference", EINVAL);
	refuses_either("puts_note_twice",
		       "scribe_note_put expects referenced PTR_TO_BTF_ID",
		       "arg#0 pointer type STRUCT scribe_note must point to",
		       EINVAL);
	refuses("copies_forged_note", "STRUCT scribe_note", EINVAL);
	accepts("takes_note_from_map");
	refuses_either("puts_note_of_map",
		       "scribe_note_put expects referenced PTR_TO_BTF_ID",
		       "R1 must be referenced", EINVAL);
}

/* One change at a time: each of these waits for the one that is under way. */

static int detach_first(void)
{
	table_detach(&table);
	return 0;
}

static int swap_first(void)
{
	return bpf_link__update_map(table.link, third.map);
}

static int swap_back_first(void)
{
	return bpf_link__update_map(table.link, table.map);
}

static int attach_second(void)
{
	return table_attach(&other);
}

static int detach_second(void)
{
	table_detach(&other);
	return 0;
}

/* Without an assertion: it is in a thread. */
static int choose_second(void)
{
	return write(fds[0], "use diff\n", 9) == 9 ? 0 : errno;
}

static int drop_second(void)
{
	close(fds[1]);
	fds[1] = -1;
	return 0;
}

static void changes_wait_for_a_detach(void **state)
{
	table_up(&table, EXAMPLES, "shouting");
	table_load(&other, EXAMPLES, "differing");
	order_is_kept("hold_detach", detach_first, attach_second, 0);

	assert_int_equal(table_attach(&table), 0);
	order_is_kept("hold_detach", detach_first, choose_second, 0);

	assert_int_equal(use(fds[1], "diff"), 0);
	assert_int_equal(table_attach(&table), 0);
	order_is_kept("hold_detach", detach_first, drop_second, 0);

	assert_int_equal(table_attach(&table), 0);
	order_is_kept("hold_detach", detach_first, detach_second, 0);
}

static void a_detach_waits_for_a_swap(void **state)
{
	table_up(&table, EXAMPLES, "shouting");
	table_load(&third, EXAMPLES, "shouting");
	table_up(&other, EXAMPLES, "differing");
	order_is_kept("hold_swap", swap_first, detach_second, 0);

	/* Who chooses has no other lock that the kernel holds. */
	assert_int_equal(table_attach(&other), 0);
	order_is_kept("hold_swap", swap_back_first, choose_second, 0);
}

static int write_first(void)
{
	return write(fds[0], "x\n", 2) == 2 ? 0 : errno;
}

/* The type's event comes before, so that it can set up what calls meet. */
static void no_call_meets_a_table_that_was_not_told_of(void **state)
{
	volatile __u32 *length, *new_length;

	table_up(&table, NAMED, "repeats");
	table_load(&third, NAMED, "repeats");
	length = table_variable(&table, "length");
	new_length = table_variable(&third, "length");
	assert_int_equal(use(fds[0], "repeats"), 0);
	assert_int_equal(write_first(), 0);
	assert_int_equal(*length, 0);

	is_done_meanwhile("hold_swap", swap_first, write_first, 0);
	assert_int_equal(*length, 1);
	assert_int_equal(*new_length, 0);
	assert_int_equal(write_first(), 0);
	assert_int_equal(*new_length, 1);
}

/* A call has found its table, and is not inside yet. */
static void a_detach_waits_for_who_enters(void **state)
{
	if (has_references())
		skip();
	table_up(&table, EXAMPLES, "shouting");
	assert_int_equal(use(fds[0], "shout"), 0);
	order_is_kept("hold_enter", write_first, detach_first, 0);
	get_line(fds[0], "X\n");
}

static void a_table_is_entered_under_rcu(void **state)
{
	table_up(&table, EXAMPLES, "shouting");
	assert_int_equal(use(fds[0], "shout"), 0);
	count_begin(has_references() ? "count_gets" : "count_enters", NULL);
	assert_int_equal(put_line(fds[0], "x\n"), 0);
	assert_int_equal(count_of("entered"), 1);
	if (!count_of("rcu_is_counted")) {
		print_message("# this kernel does not count who is under RCU\n");
		skip();
	}
	assert_int_equal(count_of("entered_under_rcu"), 1);
}

static void a_table_that_is_given_up_leaves_nothing(void **state)
{
	if (has_references())
		skip();
	table_up(&table, EXAMPLES, "shouting");
	table_load(&other, EXAMPLES, "shouting");
	count_begin("count_srcus", NULL);
	assert_int_equal(bpf_link__update_map(table.link, other.map), 0);
	assert_int_equal(count_of("srcus_freed"), 1);
	table_detach(&table);
	assert_int_equal(count_of("srcus_freed"), 2);
}

static int setup_with_page(void **state)
{
	missing_page_setup();
	return setup(state);
}

/* A test that failed may have left threads, which the page's end wakes. */
static int teardown_with_page(void **state)
{
	missing_page_teardown();
	tasks_join();
	return teardown(state);
}

#define sleep_test(f) \
	cmocka_unit_test_setup_teardown(f, setup_with_page, teardown_with_page)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		named_test(without_a_policy_lines_pass),
		named_test(the_policies_of_the_example_do_as_they_say),
		named_test(a_note_that_a_map_keeps_goes_with_the_map),
		named_test(a_copied_note_says_how_long_it_is),
		named_test(a_program_may_have_switched_preemption_off),
		named_test(what_check_refuses_is_not_rewritten),
		named_test(each_user_has_the_table_that_it_chose),
		named_test(a_name_that_is_not_there_changes_nothing),
		named_test(a_name_is_of_one_table),
		named_test(a_table_without_a_link_holds_its_name_too),
		named_test(the_node_is_the_modules),
		named_test(a_table_has_a_name_and_a_rewrite),
		named_test(a_detach_takes_it_from_all_its_users),
		named_test(many_users_of_one_table),
		named_test(a_swap_hands_the_users_over),
		named_test(a_swap_keeps_the_name),
		named_test(a_table_is_attached_once),
		named_test(a_swap_brings_no_table_twice),
		named_test(two_links_on_one_map_at_once),
		sleep_test(detaching_its_own_table),
		sleep_test(closing_its_own_link),
		sleep_test(swapping_its_own_table),
		sleep_test(a_sleeper_holds_up_no_other_table),
		sleep_test(others_are_attached_past_a_detach),
		sleep_test(a_table_that_is_freed_while_a_sleeper_is_inside),
		named_test(only_root_writes_lines),
		named_test(a_killed_loader_leaves_nothing),
		named_test(a_killed_sleeper_leaves_nothing),
		named_test(the_module_stays_while_a_table_is_attached),
		named_test(the_module_goes_while_files_are_open),
		named_test(the_module_stays_while_a_map_keeps_a_note),
		named_test(a_user_goes_before_its_table),
		named_test(the_previous_line_may_be_none),
		named_test(only_rewrite_rewrites_and_sleeps),
		named_test(lines_are_the_modules),
		named_test(notes_are_put_once),
		named_test(changes_wait_for_a_detach),
		named_test(a_detach_waits_for_a_swap),
		named_test(a_detach_waits_for_who_enters),
		named_test(no_call_meets_a_table_that_was_not_told_of),
		named_test(a_table_is_entered_under_rcu),
		named_test(a_table_that_is_given_up_leaves_nothing),
	};

	if (argc == 2 && !strcmp(argv[1], "loader"))
		return be_a_loader();
	if (argc == 2 && !strcmp(argv[1], "sleeper"))
		return be_a_sleeper();
	return run_all(tests);
}
