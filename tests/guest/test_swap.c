// SPDX-License-Identifier: GPL-2.0-only
/* Swapping the attached table for another. */
#include "lib.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#include <bpf/bpf.h>

#define TABLES "programs/tables.bpf.o"
#define SWAP "programs/swap.bpf.o"
#define WRITERS 2
#define SWAPS 1000
#define ENOUGH 100 /* triggers that met each of the tables */

static struct table table, other;
static struct bpf_map *second;

static void a_swap_is_logged_counted_and_shown(void **state)
{
	table_up(&table, TABLES, "first");
	table_load(&other, TABLES, "second");
	klog_mark();

	assert_int_equal(bpf_link__update_map(table.link, other.map), 0);
	assert_string_equal(status("name"), "second");
	assert_int_equal(status_number("swaps"), 1);
	trigger("x");
	assert_int_equal(*(__u64 *)table_variable(&table, "test_1_calls"), 0);
	assert_int_equal(*(__u64 *)table_variable(&other, "test_1_calls"), 1);

	table_detach(&table);
	klog_expect("bpf_testmod_ops swapped: second for first\n"
		    "Calling struct_ops callbacks:\n"
		    "test_1() returned: -7\n"
		    "test_2(10, 20) returned: 1020\n"
		    "test_3() called with buffer\n"
		    "bpf_testmod_ops unregistered: second\n");
}

/* The kernel refuses these before it asks the module: nothing changes. */
static void a_refused_swap_changes_nothing(void **state)
{
	LIBBPF_OPTS(bpf_link_update_opts, wrong_old);

	table_up(&table, TABLES, "first");
	table_load(&other, TABLES, "second");

	wrong_old.flags = BPF_F_REPLACE;
	wrong_old.old_map_fd = bpf_map__fd(other.map);
	/* An update needs an element: attach once, for libbpf to write it. */
	assert_int_equal(table_attach(&other), EEXIST);
	assert_int_equal(bpf_link_update(bpf_link__fd(table.link),
					 bpf_map__fd(other.map), &wrong_old),
			 -EPERM);
	assert_string_equal(status("name"), "first");

	wrong_old.old_map_fd = bpf_map__fd(table.map);
	assert_int_equal(bpf_link_update(bpf_link__fd(table.link),
					 bpf_map__fd(other.map), &wrong_old),
			 0);
	assert_string_equal(status("name"), "second");

	assert_int_equal(bpf_link__detach(table.link), 0);
	assert_int_equal(bpf_link__update_map(table.link, table.map), -ENOLINK);
	assert_string_equal(status("attached"), "no");
	assert_int_equal(status_number("swaps"), 1);
}

/* Both tables of SWAP in one object, so that they share their stamps. */
static void load_both(const char *second_name)
{
	table_open(&table, SWAP, "table_a");
	second = bpf_object__find_map_by_name(table.obj, second_name);
	assert_non_null(second);
	bpf_map__set_autocreate(second, true);
	assert_int_equal(bpf_object__load(table.obj), 0);
	assert_int_equal(table_attach(&table), 0);
}

static unsigned long variable(const char *name)
{
	return *(__u64 *)table_variable(&table, name);
}

static void stamps_tell_a_mixed_trigger(void **state)
{
	load_both("table_mixed");
	trigger("x");
	assert_int_equal(variable("mixed"), 0);
	assert_int_equal(bpf_link__update_map(table.link, second), 0);
	trigger("x");
	assert_int_equal(variable("mixed"), 2);
}

static atomic_bool stop;
static atomic_ulong writes;
static atomic_ulong write_errors;

static void *write_on(void *arg)
{
	int fd = open(TRIGGER, O_WRONLY);

	while (!stop) {
		if (write(fd, "swap", 4) != 4)
			write_errors++;
		writes++;
	}
	close(fd);
	return NULL;
}

static void triggers_during_1000_swaps_meet_one_table_whole(void **state)
{
	pthread_t writers[WRITERS];
	int i;

	module_set_log(false);
	load_both("table_b");

	stop = false;
	for (i = 0; i < WRITERS; i++)
		assert_int_equal(
			pthread_create(&writers[i], NULL, write_on, NULL), 0);
	for (i = 0; i < SWAPS; i++)
		assert_int_equal(bpf_link__update_map(table.link,
						      i % 2 ? table.map : second),
				 0);
	stop = true;
	for (i = 0; i < WRITERS; i++)
		pthread_join(writers[i], NULL);

	print_message("# %d swaps; of %lu writes %lu met table a, %lu table b\n",
		      SWAPS, writes, variable("triggers_a"),
		      variable("triggers_b"));
	assert_int_equal(write_errors, 0);
	assert_int_equal(status_number("swaps"), SWAPS);
	assert_int_equal(variable("mixed"), 0);
	/* No write met an empty slot: all were counted. */
	assert_int_equal(variable("triggers_a") + variable("triggers_b"), writes);
	assert_int_equal(status_number("test_1 calls"), writes);
	assert_int_equal(status_number("test_3 calls"), writes);
	assert_in_range(variable("triggers_a"), ENOUGH, writes);
	assert_in_range(variable("triggers_b"), ENOUGH, writes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		module_test(a_swap_is_logged_counted_and_shown),
		module_test(a_refused_swap_changes_nothing),
		module_test(stamps_tell_a_mixed_trigger),
		module_test(triggers_during_1000_swaps_meet_one_table_whole),
	};

	return run_all(tests);
}
