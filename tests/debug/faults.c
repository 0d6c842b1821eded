// SPDX-License-Identifier: GPL-2.0-only
#include "faults.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

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

static int fail_nth;

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

void begins(const struct operation *o)
{
	const char *const argv[] = { "./begins", o->name, NULL };
	static struct process p;

	if (process_run(&p, argv))
		fail_msg("begins: %s", p.said);
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

void runs_out_of_memory(void **state)
{
	const struct operation *o = *state;
	int all, inside, harmless, harmless_inside;

	spare_what_the_kernel_gets_wrong(o->parses_btf);
	all = fail_each(o, false, &harmless);
	spare_what_the_kernel_gets_wrong(false);
	inside = fail_each(o, true, &harmless_inside);

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
	/* The first of these is what a function of the module asks for. */
	assert_true(!inside || harmless_inside < inside);
}

int inject(void **state)
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
	return fail_nth < 0 ? -1 : 0;
}
