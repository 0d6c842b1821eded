// SPDX-License-Identifier: GPL-2.0-only
/* Loading and unloading the module. */
#include "lib.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void loads_and_unloads_50_times(void **state)
{
	int i;

	for (i = 0; i < 50; i++) {
		klog_mark();
		assert_int_equal(module_load(MODULE_FILE, ""), 0);
		assert_int_equal(access(TRIGGER, F_OK), 0);
		assert_int_equal(module_unload(), 0);
		assert_int_equal(access(TRIGGER, F_OK), -1);
		klog_expect(MODULE_NAME
			    " loaded with struct_ops support\n" MODULE_NAME
			    " unloaded\n");
	}
}

static void parameter_log_can_be_set_at_load(void **state)
{
	assert_int_equal(module_load(MODULE_FILE, "log=0"), 0);
	klog_mark();
	trigger("x");
	klog_expect("");
	assert_int_equal(module_unload(), 0);
}

static void unloads_while_the_trigger_file_is_open(void **state)
{
	char byte;
	int fd;

	assert_int_equal(module_load(MODULE_FILE, ""), 0);
	fd = open(TRIGGER, O_RDWR);
	assert_return_code(fd, errno);
	assert_int_equal(write(fd, "x", 1), 1);
	assert_int_equal(read(fd, &byte, 1), 1);

	assert_int_equal(module_unload(), 0);
	assert_int_equal(write(fd, "x", 1), -1);
	assert_int_equal(errno, EIO);
	assert_int_equal(read(fd, &byte, 1), -1);
	assert_int_equal(errno, EIO);
	assert_int_equal(close(fd), 0);
}

#define NO_BTF \
	"no BTF, or BTF that this kernel rejected: build the module against this kernel's own headers, with vmlinux among them\n"

static void refuses_to_load_without_btf(void **state)
{
	klog_mark();
	assert_int_equal(module_load(MODULE_NAME "-nobtf.ko", ""), ENODATA);
	klog_expect(NO_BTF);
	assert_int_equal(access(TRIGGER, F_OK), -1);
}

/* Some kernels refuse such a module themselves, before its init runs. */
static void refuses_to_load_with_another_kernels_btf(void **state)
{
	char *kernel_says;
	int err;

	klog_mark();
	err = module_load(MODULE_NAME "-foreign.ko", "");
	assert_int_not_equal(err, 0);
	if (err == ENODATA) {
		klog_expect(NO_BTF);
	} else {
		kernel_says = klog_take("failed to validate module ");
		if (strncmp(kernel_says, "[" MODULE_NAME "] BTF: ",
			    strlen("[" MODULE_NAME "] BTF: ")))
			fail_msg("errno %d, and the kernel does not say why",
				 err);
		free(kernel_says);
	}
	assert_int_equal(access(TRIGGER, F_OK), -1);
}

static void refuses_to_load_without_its_file(void **state)
{
	int err;

	if (module_load("opsmod_full.ko", "")) {
		print_message("# this kernel has no kretprobes\n");
		skip();
	}
	klog_mark();
	err = module_load(MODULE_FILE, "");
	module_unload_named_soon("opsmod_full");
	if (!err)
		module_unload();
	assert_int_equal(err, ENOMEM);
	klog_expect("");
	assert_int_equal(module_load(MODULE_FILE, ""), 0);
	assert_int_equal(module_unload(), 0);
}

static void has_no_struct_of_the_kernel_as_its_own(void **state)
{
	int twice;

	assert_int_equal(module_load(MODULE_FILE, ""), 0);
	twice = module_structs_twice(MODULE_NAME);
	module_unload_soon();
	assert_int_equal(twice, 0);
}

/* The first load after a refused one: nothing was left behind. */
static void loads_after_a_refused_load(void **state)
{
	assert_int_not_equal(module_load(MODULE_NAME "-nobtf.ko", ""), 0);
	assert_int_equal(module_load(MODULE_FILE, ""), 0);
	assert_int_equal(module_unload(), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(loads_and_unloads_50_times),
		cmocka_unit_test(parameter_log_can_be_set_at_load),
		cmocka_unit_test(unloads_while_the_trigger_file_is_open),
		cmocka_unit_test(refuses_to_load_without_its_file),
		cmocka_unit_test(has_no_struct_of_the_kernel_as_its_own),
		cmocka_unit_test(refuses_to_load_without_btf),
		cmocka_unit_test(refuses_to_load_with_another_kernels_btf),
		cmocka_unit_test(loads_after_a_refused_load),
	};

	return run_all(tests);
}
