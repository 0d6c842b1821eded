// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory runs out: every allocation of an operation fails in turn, until the
 * operation ends without meeting one. Needs the debug kernel's failslab.
 */
#include "lib.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "hostile.h"

#define DEBUGFS "/sys/kernel/debug"

/*
 * Where modules are, and BPF programs, which allocate nothing here
 * (Documentation/arch/x86/x86_64/mm.rst; the debug kernel has no KASLR).
 */
#define MODULES_START "0xffffffffa0000000"
#define MODULES_END "0xffffffffff000000"
#define ANYWHERE_START "0x0"
#define ANYWHERE_END "0xffffffffffffffff"

/* More than any operation allocates. */
#define ENDLESS 5000

static const char *const injectors[] = { "failslab", "fail_page_alloc" };

static int fail_nth, ko = -1, map = -1, other_map = -1, link_fd = -1,
		     trigger_fd = -1;
static unsigned long calls;

static void set(const char *injector, const char *knob, const char *value)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), DEBUGFS "/%s/%s", injector, knob);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		fail_msg("%s: %s; this test needs the debug kernel", path,
			 strerror(errno));
	assert_int_equal(write(fd, value, strlen(value)), strlen(value));
	close(fd);
}

/* The address of the kernel's function NAME, and of what follows it. */
static void find_function(const char *name, unsigned long *start,
			  unsigned long *end)
{
	FILE *f = fopen("/proc/kallsyms", "re");
	unsigned long at;
	char symbol[256];

	assert_non_null(f);
	*start = 0;
	while (!*start && fscanf(f, "%lx %*c %255s%*[^\n]", &at, symbol) == 2)
		if (!strcmp(symbol, name))
			*start = at;
	assert_true(*start);

	*end = -1UL;
	rewind(f);
	while (fscanf(f, "%lx %*c %255s%*[^\n]", &at, symbol) == 2)
		if (at > *start && at < *end)
			*end = at;
	fclose(f);
}

/*
 * Two functions of the kernel, in 6.12 and in 7.3, do not take a failure for one,
 * and go wrong themselves: event_define_fields(), under event_create_dir(),
 * warns, and btf_check_all_metas() goes on without the type for which
 * btf_add_type() had no memory, so that every later one has another's id. The
 * kernel can spare only one range. The other functions between these two allocate
 * nothing that a load needs.
 */
static void spare_what_the_kernel_gets_wrong(bool spare)
{
	char from[32] = "0", to[32] = "0";
	unsigned long start, end, unused;
	size_t i;

	if (spare) {
		find_function("event_create_dir", &start, &unused);
		find_function("btf_check_all_metas", &unused, &end);
		assert_true(start < end);
		snprintf(from, sizeof(from), "%#lx", start);
		snprintf(to, sizeof(to), "%#lx", end);
	}
	for (i = 0; i < ARRAY_SIZE(injectors); i++) {
		set(injectors[i], "reject-start", from);
		set(injectors[i], "reject-end", to);
	}
}

static void fail_only_under(const char *start, const char *end)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(injectors); i++) {
		set(injectors[i], "require-start", start);
		set(injectors[i], "require-end", end);
	}
}

/* The Nth allocation of this thread will fail; 0: none. */
static void arm(int nth)
{
	char text[16];
	int len = snprintf(text, sizeof(text), "%d", nth);

	assert_int_equal(pwrite(fail_nth, text, len, 0), len);
}

static bool has_failed(void)
{
	char text[16] = "";

	assert_true(pread(fail_nth, text, sizeof(text) - 1, 0) > 0);
	return atoi(text) == 0;
}

/*
 * Whether the next allocations meet the failure: at once if nothing was allocated
 * since arm(), otherwise soon, as an operation may allocate less than before.
 */
static bool fails_next(int nth)
{
	int i, fd;

	for (i = 0; i < nth && !has_failed(); i++) {
		fd = open("/", O_RDONLY | O_CLOEXEC);
		if (fd >= 0)
			close(fd);
	}
	return has_failed();
}

static int new_table(const char *name)
{
	int fd = new_map(&ours, BPF_F_LINK);
	struct value v;

	good_value(&v, name);
	returns(tweaked_update(fd, &v, NULL), 0);
	return fd;
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* Reads the file in one go, because this runs after each failure. */
static void count_calls(unsigned long calls[NR_FUNCTIONS])
{
	char *text = trigger_read();
	char *at = strstr(text, "prepare calls: ");
	int n;

	assert_non_null(at);
	n = sscanf(at,
		   "prepare calls: %lu prepare rejections: %*u in prepare: %*d filter calls: %lu filter rejections: %*u test_1 calls: %lu test_2 calls: %lu test_3 calls: %lu",
		   &calls[PREPARE], &calls[FILTER], &calls[TEST_1],
		   &calls[TEST_2], &calls[TEST_3]);
	assert_int_equal(n, NR_FUNCTIONS);
	free(text);
}

/* Checks that the attached table works, and is called NAME; NULL: none is attached. */
static void expect_whole(const char *name)
{
	unsigned long before[NR_FUNCTIONS], after[NR_FUNCTIONS];
	int i;

	assert_string_equal(status("attached"), name ? "yes" : "no");
	if (name)
		assert_string_equal(status("name"), name);
	count_calls(before);
	trigger("whole");
	count_calls(after);
	for (i = 0; i < NR_FUNCTIONS; i++)
		assert_int_equal(after[i], before[i] + (name ? 1 : 0));
	assert_string_equal(status("in prepare"), "0");
}

static void close_table(void)
{
	close_fd(&trigger_fd);
	close_fd(&link_fd);
	close_fd(&map);
	close_fd(&other_map);
}

static void close_everything(int err)
{
	(void)err;
	close_table();
	expect_whole(NULL);
}

/* The parts of a table that is made anew for each load of the module. */
static void close_parts(void)
{
	int i;

	for (i = 0; i < NR_FUNCTIONS; i++)
		close_fd(&progs[i]);
	close_fd(&own_btf);
	close_fd(&ours.btf_fd);
}

/* Attaches a table that is made for the module as it was just loaded. */
static void attach_anew(void)
{
	int i;

	ours.btf_fd = raw_btf_of(MODULE_NAME);
	own_btf = raw_btf_own();
	for (i = 0; i < NR_FUNCTIONS; i++)
		progs[i] = must(raw_struct_ops(&ours, i, 0));
	map = new_table("first");
	link_fd = must(raw_link_create(map));
}

/* A module that was just loaded takes a table, and the table does its work. */
static void expect_module_works(void)
{
	expect_whole(NULL);
	attach_anew();
	expect_whole("first");
	close_parts();
	close_everything(0);
}

static int load(void)
{
	return -module_load_from(ko, "log=0");
}

static void after_load(int err)
{
	if (err) {
		assert_int_equal(access(TRIGGER, F_OK), -1);
		assert_int_equal(access("/sys/module/" MODULE_NAME, F_OK), -1);
	} else {
		/* A failure that did no harm must have left nothing out, either. */
		expect_module_works();
		module_unload_soon();
	}
}

static void before_unload(void)
{
	returns(load(), 0);
}

static int unload(void)
{
	return -module_unload();
}

static void after_unload(int err)
{
	if (err)
		assert_int_equal(module_unload(), 0);
	assert_int_equal(access(TRIGGER, F_OK), -1);
}

static int load_program(void)
{
	map = raw_struct_ops(&ours, PREPARE, 0);
	return map < 0 ? map : 0;
}

static int create_map(void)
{
	union bpf_attr attr;

	raw_map_attr(&attr, &ours, own_btf, BPF_F_LINK);
	map = raw_bpf(BPF_MAP_CREATE, &attr);
	return map < 0 ? map : 0;
}

static void before_fill(void)
{
	map = new_map(&ours, BPF_F_LINK);
}

static int fill_map(void)
{
	struct value v;

	good_value(&v, "first");
	return tweaked_update(map, &v, NULL);
}

static void after_fill(int err)
{
	if (err) {
		expect_state(map, INIT, 0);
		returns(fill_map(), 0);
	}
	expect_state(map, READY, 0);
	close_everything(err);
}

static void before_attach(void)
{
	map = new_table("first");
}

static int attach(void)
{
	link_fd = raw_link_create(map);
	return link_fd < 0 ? link_fd : 0;
}

static void after_attach(int err)
{
	expect_whole(err ? NULL : "first");
	close_everything(err);
}

static void before_detach(void)
{
	before_attach();
	returns(attach(), 0);
}

static int detach(void)
{
	return raw_link_detach(link_fd);
}

static void after_detach(int err)
{
	expect_whole(err ? "first" : NULL);
	close_everything(err);
}

static void before_swap(void)
{
	before_detach();
	other_map = new_table("second");
}

static int swap(void)
{
	return raw_link_update(link_fd, other_map, 0, 0);
}

static void after_swap(int err)
{
	expect_whole(err ? "first" : "second");
	close_everything(err);
}

/* Loads the module anew: a write keeps its memory for the next one. */
static void before_write(void)
{
	returns(load(), 0);
	attach_anew();
	trigger_fd = open(TRIGGER, O_WRONLY | O_CLOEXEC);
	assert_return_code(trigger_fd, errno);
	calls = status_number("test_1 calls");
}

static int write_message(void)
{
	static const char message[BPF_TESTMOD_MSG_MAX];

	return write(trigger_fd, message, sizeof(message)) < 0 ? -errno : 0;
}

static void after_write(int err)
{
	assert_int_equal(status_number("test_1 calls"), calls + (err ? 0 : 1));
	expect_whole("first");
	close_parts();
	close_everything(err);
	module_unload_soon();
}

/* The text of the trigger file: as it should be, and as it was read. */
static char *whole_text;
static char text_read[4096];

static void before_read(void)
{
	before_detach();
	whole_text = trigger_read();
}

static int read_status(void)
{
	ssize_t n;

	trigger_fd = open(TRIGGER, O_RDONLY | O_CLOEXEC);
	if (trigger_fd < 0)
		return -errno;
	n = read(trigger_fd, text_read, sizeof(text_read) - 1);
	if (n < 0)
		return -errno;
	text_read[n] = '\0';
	return 0;
}

static void after_read(int err)
{
	if (!err)
		assert_string_equal(text_read, whole_text);
	free(whole_text);
	expect_whole("first");
	close_everything(err);
}

/**
 * struct operation - something that allocates memory
 * @name: what it is
 * @before: makes what it needs, or NULL
 * @run: does it; returns 0, or an errno, negated
 * @after: checks that what it did is done, or, with an errno, undone
 * @all: how many allocations it makes, at least; 0: none
 * @inside: how many of them under the module's functions; 0: none
 * @parses_btf: it runs into what 6.12 gets wrong
 * @other_errnos: errnos besides ENOMEM with which the kernel may fail it
 */
struct operation {
	const char *name;
	void (*before)(void);
	int (*run)(void);
	void (*after)(int err);
	int all;
	int inside;
	bool parses_btf;
	int other_errnos[2];
};

/* If it leaks, the leak is reported under its name. */
static void begins(const struct operation *o)
{
	const char *const argv[] = { "./begins", o->name, NULL };
	static struct process p;

	if (process_run(&p, argv))
		fail_msg("begins: %s", p.said);
}

/* For operations on the module itself: it is not loaded before. */
static int module_gone(void **state)
{
	int err;

	begins(*state);
	err = module_setup(state);
	if (err)
		return err;
	memset(progs, 0xff, sizeof(progs));
	own_btf = -1;
	/* The ids of the type are the same at each load. */
	raw_type_find(&ours, MODULE_NAME, "bpf_testmod_ops");
	close_fd(&ours.btf_fd);
	module_unload_soon();
	return 0;
}

static int module_still_gone(void **state)
{
	/* If the test has failed, the module may be loaded, and in use. */
	if (!access("/sys/module/" MODULE_NAME, F_OK)) {
		close_table();
		close_parts();
		module_unload_soon();
	}
	return 0;
}

static int tables_setup(void **state)
{
	int err;

	begins(*state);
	err = hostile_setup(state);
	if (!err)
		module_set_log(false);
	return err;
}

static bool may_fail_with(const struct operation *o, int err)
{
	return err == ENOMEM || err == o->other_errnos[0] ||
	       err == o->other_errnos[1];
}

/* Returns how many allocations failed, each in a run of its own. */
static int fail_each(const struct operation *o, bool inside, int *harmless)
{
	bool failed = true, next_failed = false;
	int nth, err;

	if (inside)
		fail_only_under(MODULES_START, MODULES_END);
	else
		fail_only_under(ANYWHERE_START, ANYWHERE_END);

	*harmless = 0;
	for (nth = 1; nth < ENDLESS; nth++) {
		if (o->before)
			o->before();
		arm(nth);
		err = o->run();
		failed = has_failed();
		if (!failed && !inside)
			next_failed = fails_next(nth);
		arm(0);
		if (err && !(failed && may_fail_with(o, -err)))
			fail_msg("%s, allocation %d: errno %d", o->name, nth,
				 -err);
		o->after(err);
		if (!failed)
			break;
		if (!err)
			++*harmless;
	}
	assert_false(failed);
	/* Otherwise it met no failure because it allocates nothing. */
	assert_true(inside || next_failed);
	fail_only_under(ANYWHERE_START, ANYWHERE_END);
	return nth - 1;
}

static void expect_count(int count, int least)
{
	if (least)
		assert_true(count >= least);
	else
		assert_int_equal(count, 0);
}

static void runs_out_of_memory(void **state)
{
	const struct operation *o = *state;
	int all, inside, harmless, unused;

	spare_what_the_kernel_gets_wrong(o->parses_btf);
	all = fail_each(o, false, &harmless);
	spare_what_the_kernel_gets_wrong(false);
	inside = fail_each(o, true, &unused);

	if (all)
		print_message(
			"# %s: %d allocations failed, one at a time, %d of them without harm; %d under the module's functions\n",
			o->name, all, harmless, inside);
	else
		print_message(
			"# %s: allocates nothing, so it cannot run out of memory\n",
			o->name);
	expect_count(all, o->all);
	expect_count(inside, o->inside);
}

static int inject(void **state)
{
	size_t i;

	if (mount("none", DEBUGFS, "debugfs", 0, NULL) && errno != EBUSY)
		return -1;
	for (i = 0; i < ARRAY_SIZE(injectors); i++) {
		/* Allocations that may wait, of any size; and no stack in the log. */
		set(injectors[i], "ignore-gfp-wait", "N");
		set(injectors[i], "verbose", "0");
	}
	set("fail_page_alloc", "min-order", "0");

	fail_nth = open("/proc/thread-self/fail-nth", O_RDWR | O_CLOEXEC);
	ko = open(MODULE_FILE, O_RDONLY | O_CLOEXEC);
	return fail_nth < 0 || ko < 0 ? -1 : 0;
}

#define operation(name, setup, teardown, ...)                                  \
	{                                                                      \
		name, runs_out_of_memory, setup, teardown, &(struct operation) \
		{                                                              \
			name, __VA_ARGS__                                      \
		}                                                              \
	}
#define of_module(name, ...) \
	operation(name, module_gone, module_still_gone, __VA_ARGS__)
#define of_table(name, ...) \
	operation(name, tables_setup, hostile_teardown, __VA_ARGS__)

int main(void)
{
	const struct CMUnitTest tests[] = {
		of_module("load", .run = load, .after = after_load, .all = 50,
			  .inside = 3, .parses_btf = true),
		of_module("unload", .before = before_unload, .run = unload,
			  .after = after_unload, .all = 1),
		/* EINVAL: no bpf_prog_alloc(); ENOTSUPP: no room for the JIT's code. */
		of_table("load a program", .run = load_program,
			 .after = close_everything, .all = 10,
			 .other_errnos = { EINVAL, ENOTSUPP }),
		of_table("create a map", .run = create_map,
			 .after = close_everything, .all = 3),
		of_table("fill the map", .before = before_fill, .run = fill_map,
			 .after = after_fill, .all = 10),
		of_table("attach", .before = before_attach, .run = attach,
			 .after = after_attach, .all = 1),
		of_table("swap", .before = before_swap, .run = swap,
			 .after = after_swap),
		of_table("detach", .before = before_detach, .run = detach,
			 .after = after_detach),
		/* One block for the message and for what is kept with it. */
		of_module("write", .before = before_write, .run = write_message,
			  .after = after_write, .all = 1, .inside = 1),
		/* trigger_open() is off the stack when single_open() allocates. */
		of_table("read", .before = before_read, .run = read_status,
			 .after = after_read, .all = 1),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, inject, NULL) ? 1 : 0;
}
