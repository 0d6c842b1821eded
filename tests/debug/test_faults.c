// SPDX-License-Identifier: GPL-2.0-only
/* Memory runs out for the module, its table in the slot, and writes to the trigger. */
#include "lib.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "faults.h"
#include "hostile.h"

static int ko = -1, map = -1, other_map = -1, link_fd = -1, trigger_fd = -1;
static unsigned long calls;

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
	return bpf_link_detach(link_fd);
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
	return bpf_link_update(link_fd, other_map, NULL);
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

static int setup(void **state)
{
	ko = open(MODULE_FILE, O_RDONLY | O_CLOEXEC);
	return ko < 0 ? -1 : inject(state);
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
	return cmocka_run_group_tests(tests, setup, NULL) ? 1 : 0;
}
