// SPDX-License-Identifier: GPL-2.0-only
/* The kfunc that gives programs the message: its bounds, and rewriting. */
#include "lib.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "bpf_testmod.h"

#define DATA "programs/data.bpf.o"

static struct table table;

/* The message's bytes, from 1 on, so that none is like its neighbour or NUL. */
static char message[BPF_TESTMOD_MSG_MAX];

static void ask(size_t len, __u32 offset, __u64 size)
{
	*(__u32 *)table_variable(&table, "offset") = offset;
	*(__u64 *)table_variable(&table, "size") = size;
	/* 2 stays if the program has not asked. */
	*(__u8 *)table_variable(&table, "got") = 2;
	assert_int_equal(trigger_write(message, len), 0);
}

static void gives(size_t len, __u32 offset, __u64 size)
{
	ask(len, offset, size);
	if (*(__u8 *)table_variable(&table, "got") != 1)
		fail_msg("%llu bytes at %u of %zu: refused", size, offset, len);
	assert_int_equal(*(__u8 *)table_variable(&table, "first_byte"),
			 (__u8)message[offset]);
	assert_int_equal(*(__u8 *)table_variable(&table, "last_byte"),
			 (__u8)message[offset + size - 1]);
}

static void gives_null(size_t len, __u32 offset, __u64 size)
{
	ask(len, offset, size);
	if (*(__u8 *)table_variable(&table, "got") != 0)
		fail_msg("%llu bytes at %u of %zu: not refused", size, offset,
			 len);
}

static void setup(void)
{
	size_t i;

	for (i = 0; i < sizeof(message); i++)
		message[i] = i % 255 + 1;
	table_up(&table, DATA, "asks");
	module_set_log(false);
}

static void bytes_inside_the_message_are_given(void **state)
{
	setup();
	gives(1, 0, 1);
	gives(8, 0, 1);
	gives(8, 7, 1);
	gives(8, 0, 8);
	gives(9, 1, 8);
	gives(4095, 4094, 1);
	gives(4095, 0, 4095);
}

static void bytes_outside_are_not(void **state)
{
	setup();
	gives_null(0, 0, 1);
	gives_null(8, 8, 1);
	gives_null(8, 9, 1);
	gives_null(8, 1, 8);
	gives_null(7, 0, 8);
	gives_null(4095, 1, 4095);
	gives_null(4095, 4095, 1);
	gives_null(4094, 0, 4095);
	gives_null(4095, 0, 4096);
}

static void huge_offsets_and_sizes_are_outside(void **state)
{
	setup();
	/* With sums that are 0 or inside, if taken in 32 bits. */
	gives_null(8, 0xffffffff, 1);
	gives_null(8, 0xfffffff8, 8);
	gives_null(8, 0xfffffffc, 8);
	gives_null(8, 1, 0xffffffff);
	gives_null(8, 4, 0xffffffff);
	gives_null(8, 8, 0xfffffff8);
	gives_null(8, 0xffffffff, 0xffffffff);
	/* Sizes and offsets that are negative as 32-bit numbers. */
	gives_null(8, 0x80000000, 1);
	gives_null(8, 0, 0xffffffff);
}

/* For size 0 the verifier would let the program read one byte. */
static void no_bytes_are_not_given(void **state)
{
	setup();
	gives_null(8, 0, 0);
	gives_null(8, 8, 0);
	gives_null(0, 0, 0);
}

static void test_3_sees_what_was_rewritten(const char *name, const char *expected)
{
	table_up(&table, DATA, name);
	*(__u32 *)table_variable(&table, "offset") = 2;
	trigger("rewritten");
	assert_string_equal(table_variable(&table, "seen"), expected);
	/* The program refuses if it finds no room for it. */
	assert_int_equal(trigger_write("short", 5), EINVAL);
	table_free(&table);
}

static void test_3_sees_what_filter_and_prepare_wrote(void **state)
{
	test_3_sees_what_was_rewritten("filter_writes", "refffften");
	test_3_sees_what_was_rewritten("prepare_writes", "reppppten");
}

static void the_writers_own_buffer_is_not_touched(void **state)
{
	char mine[] = "rewritten";

	table_up(&table, DATA, "filter_writes");
	assert_int_equal(trigger_write(mine, 9), 0);
	assert_string_equal(table_variable(&table, "seen"), "ffffitten");
	assert_string_equal(mine, "rewritten");
}

/* Also where a longer one has left its bytes in the same memory. */
static void is_followed_by_a_nul(const char *name)
{
	static const char *const messages[] = { "a longer one", "x", "", "yz" };
	size_t i;

	stay_on_first_cpu();
	table_up(&table, DATA, name);
	for (i = 0; i < ARRAY_SIZE(messages); i++) {
		assert_int_equal(trigger_write(messages[i], strlen(messages[i])),
				 0);
		assert_string_equal(table_variable(&table, "text"), messages[i]);
	}
	table_free(&table);
}

static void a_nul_follows_the_message(void **state)
{
	is_followed_by_a_nul("sees");
	is_followed_by_a_nul("sees_data");
}

/* Otherwise the program would call into freed memory. */
static void a_program_that_calls_it_keeps_the_module(void **state)
{
	struct bpf_program *prog;
	int fd;

	table_load(&table, DATA, "asks");
	table_must_be_loaded(&table);
	prog = bpf_object__find_program_by_name(table.obj, "ask");
	fd = dup(bpf_program__fd(prog));
	assert_return_code(fd, errno);
	table_free(&table);
	/* Longer than the kernel takes to free the map. */
	sleep(2);
	assert_int_equal(module_unload(), EAGAIN);
	close(fd);
	module_unload_soon();
	assert_int_equal(module_setup(state), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		module_test(bytes_inside_the_message_are_given),
		module_test(bytes_outside_are_not),
		module_test(huge_offsets_and_sizes_are_outside),
		module_test(no_bytes_are_not_given),
		module_test(test_3_sees_what_filter_and_prepare_wrote),
		module_test(the_writers_own_buffer_is_not_touched),
		module_test(a_nul_follows_the_message),
		module_test(a_program_that_calls_it_keeps_the_module),
	};

	return run_all(tests);
}
