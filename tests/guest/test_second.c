// SPDX-License-Identifier: GPL-2.0-only
/* The second module: checks what the tests of the tools rely on. */
#include "lib.h"

#include <errno.h>
#include <string.h>

#include <bpf/bpf.h>

#include "modules/second/opsmod_second.h"

#define NAME "opsmod_second"
#define SECOND "programs/second.bpf.o"

static struct table table, other, third;

static int setup(void **state)
{
	/* A test that failed may have left it loaded. */
	module_unload_named(NAME);
	return module_load(NAME ".ko", "");
}

static int teardown(void **state)
{
	table_free_all();
	module_unload_named_soon(NAME);
	return 0;
}

#define second_test(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

static int attached(void)
{
	FILE *f = fopen("/sys/module/" NAME "/parameters/attached", "r");
	int n;

	assert_non_null(f);
	assert_int_equal(fscanf(f, "%d", &n), 1);
	fclose(f);
	return n;
}

static __u32 map_id(const struct bpf_map *map)
{
	struct bpf_map_info info = {};
	__u32 len = sizeof(info);

	assert_int_equal(bpf_map_get_info_by_fd(bpf_map__fd(map), &info, &len),
			 0);
	return info.id;
}

/* The map whose table the link holds now. */
static __u32 linked_map_id(const struct bpf_link *link)
{
	struct bpf_link_info info = {};
	__u32 len = sizeof(info);

	assert_int_equal(
		bpf_link_get_info_by_fd(bpf_link__fd(link), &info, &len), 0);
	return info.struct_ops.map_id;
}

static void tables_of_one_name_are_attached_at_once(void **state)
{
	table_up(&table, SECOND, "second_a");
	table_up(&other, SECOND, "second_b");
	table_up(&third, SECOND, "second_c");
	assert_int_equal(attached(), 3);

	table_detach(&table);
	assert_int_equal(attached(), 2);
	table_detach(&third);
	table_detach(&other);
	assert_int_equal(attached(), 0);
}

static void tables_of_both_types_are_attached_at_once(void **state)
{
	table_up(&table, SECOND, "second_a");
	table_up(&other, SECOND, "other");
	assert_int_equal(attached(), 2);
}

static void a_table_can_be_swapped(void **state)
{
	table_up(&table, SECOND, "second_a");
	table_load(&other, SECOND, "second_b");
	assert_int_equal(linked_map_id(table.link), map_id(table.map));
	assert_int_equal(bpf_link__update_map(table.link, other.map), 0);
	assert_int_equal(linked_map_id(table.link), map_id(other.map));
	assert_int_equal(attached(), 1);
}

static void the_other_type_cannot_be_swapped(void **state)
{
	table_up(&table, SECOND, "other");
	table_load(&other, SECOND, "other");
	assert_int_equal(bpf_link__update_map(table.link, other.map),
			 -EOPNOTSUPP);
	assert_int_equal(linked_map_id(table.link), map_id(table.map));
	assert_int_equal(attached(), 1);
}

static void types_cannot_be_swapped_for_each_other(void **state)
{
	table_up(&table, SECOND, "second_a");
	table_up(&other, SECOND, "other");
	assert_int_equal(bpf_link__update_map(table.link, other.map),
			 -EOPNOTSUPP);
	assert_int_equal(bpf_link__update_map(other.link, table.map), -EINVAL);
	assert_int_equal(linked_map_id(table.link), map_id(table.map));
	assert_int_equal(linked_map_id(other.link), map_id(other.map));
}

static void a_name_needs_its_nul(void **state)
{
	struct second_ops *ops;
	size_t size;

	table_open(&table, SECOND, "second_a");
	ops = bpf_map__initial_value(table.map, &size);
	assert_non_null(ops);
	memset(ops->name, 'x', sizeof(ops->name));
	assert_int_equal(bpf_object__load(table.obj), 0);
	assert_int_equal(table_attach(&table), EINVAL);
	table_free(&table);

	table_open(&table, SECOND, "second_a");
	ops = bpf_map__initial_value(table.map, &size);
	assert_non_null(ops);
	memset(ops->name, 'x', sizeof(ops->name) - 1);
	ops->name[sizeof(ops->name) - 1] = '\0';
	assert_int_equal(bpf_object__load(table.obj), 0);
	assert_int_equal(table_attach(&table), 0);
}

static void no_program_may_sleep(void **state)
{
	static const char *const cases[][2] = {
		{ "second_a", "first_1" },
		{ "second_a", "second_1" },
		{ "other", "only_1" },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		struct bpf_program *prog;

		table_open(&table, SECOND, cases[i][0]);
		prog = bpf_object__find_program_by_name(table.obj, cases[i][1]);
		assert_non_null(prog);
		bpf_program__set_flags(prog, BPF_F_SLEEPABLE);
		assert_int_equal(bpf_object__load(table.obj), -EINVAL);
		table_free(&table);
	}
}

static void refuses_to_load_without_btf(void **state)
{
	assert_int_equal(module_unload_named(NAME), 0);
	assert_int_equal(module_load(NAME "-nobtf.ko", ""), ENODATA);
	assert_int_equal(module_load(NAME ".ko", ""), 0);
}

static void the_module_stays_while_a_table_is_loaded(void **state)
{
	table_load(&table, SECOND, "other");
	assert_int_equal(module_unload_named(NAME), EAGAIN);
	assert_int_equal(table_attach(&table), 0);
	assert_int_equal(module_unload_named(NAME), EAGAIN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		second_test(tables_of_one_name_are_attached_at_once),
		second_test(tables_of_both_types_are_attached_at_once),
		second_test(a_table_can_be_swapped),
		second_test(the_other_type_cannot_be_swapped),
		second_test(types_cannot_be_swapped_for_each_other),
		second_test(a_name_needs_its_nul),
		second_test(no_program_may_sleep),
		second_test(refuses_to_load_without_btf),
		second_test(the_module_stays_while_a_table_is_loaded),
	};

	return run_all(tests);
}
