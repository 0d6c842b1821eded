// SPDX-License-Identifier: GPL-2.0-only
/* What programs may do, and what the table does: change it with the module. */
#include "lib.h"
#include "life.h"
#include "rules.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define PROGRAMS "programs/scribe.bpf.o"

static void programs_may_do_this_and_no_more(void **state)
{
	static const struct rules rules = {
		.type = "scribe_ops",
		.may_sleep = "rewrite",
		.may_write = "",
		.may_call = "check:scribe_byte rewrite:scribe_byte"
			    " rewrite:scribe_set_byte rewrite:scribe_note_new"
			    " rewrite:scribe_note_copy rewrite:scribe_note_put",
	};

	rules_hold(&rules);
}

static void the_table_lives_and_dies(void **state)
{
	life_swaps(PROGRAMS, "shouting");
	life_ends_with_its_loader(PROGRAMS);
}

/* TRIGGER begin */
static struct table table;

static void lines_are_rewritten_by_the_policy_that_was_chosen(void **state)
{
	char line[8] = "";
	int fd = open(TRIGGER, O_RDWR | O_CLOEXEC);

	assert_return_code(fd, errno);
	assert_int_equal(write(fd, "use shout", 9), -1);
	assert_int_equal(errno, ENOENT);
	table_up(&table, PROGRAMS, "shouting");
	assert_int_equal(write(fd, "use shout", 9), 9);
	assert_int_equal(write(fd, "hello", 5), 5);
	assert_int_equal(read(fd, line, sizeof(line)), 6);
	assert_string_equal(line, "HELLO\n");
	close(fd);
}

static void write_a_line(void)
{
	int fd = open(TRIGGER, O_RDWR | O_CLOEXEC);

	if (write(fd, "use shout", 9) > 0)
		assert_int_equal(write(fd, "hello", 5), 5);
	close(fd);
}

static void it_comes_and_goes_during_calls(void **state)
{
	life_races(PROGRAMS, "shouting", write_a_line);
}
/* TRIGGER end */

int main(void)
{
	const struct CMUnitTest tests[] = {
		module_test(programs_may_do_this_and_no_more),
		module_test(the_table_lives_and_dies),
		/* TRIGGER begin */
		module_test(lines_are_rewritten_by_the_policy_that_was_chosen),
		module_test(it_comes_and_goes_during_calls),
		/* TRIGGER end */
	};

	return run_all(tests);
}
