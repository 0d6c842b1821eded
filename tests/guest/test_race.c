// SPDX-License-Identifier: GPL-2.0-only
/* Writers against attach and detach. */
#include "lib.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#define TABLES "programs/tables.bpf.o"
#define WRITERS 4
#define WRITES_EACH 2500
#define WRITES (WRITERS * WRITES_EACH)
#define ENOUGH 100 /* writes that met a table, and that met none */
#define ENOUGH_SWITCHES 50 /* times that a table came and went */

static struct table table;
static atomic_int writers_left;
static atomic_int switches;
static atomic_int write_errors;

static void *write_on(void *arg)
{
	int fd = open(TRIGGER, O_WRONLY);
	int i;

	for (i = 0; i < WRITES_EACH; i++) {
		/* Tables come and go meanwhile, even on a slow machine. */
		while (switches <= i / (WRITES_EACH / ENOUGH_SWITCHES))
			usleep(100);
		if (write(fd, "race", 4) != 4)
			write_errors++;
	}
	close(fd);
	writers_left--;
	return NULL;
}

static void no_write_is_lost_while_tables_come_and_go(void **state)
{
	pthread_t writers[WRITERS];
	unsigned long met, missed;
	int i;

	module_set_log(false);
	table_load(&table, TABLES, "first");
	table_must_be_loaded(&table);

	writers_left = WRITERS;
	for (i = 0; i < WRITERS; i++)
		assert_int_equal(
			pthread_create(&writers[i], NULL, write_on, NULL), 0);
	while (writers_left) {
		assert_int_equal(table_attach(&table), 0);
		table_detach(&table);
		switches++;
	}
	for (i = 0; i < WRITERS; i++)
		pthread_join(writers[i], NULL);

	/* The programs count atomically what the module counts per CPU. */
	met = *(__u64 *)table_variable(&table, "test_1_calls");
	missed = WRITES - met;
	print_message("# %d attaches; of %d writes %lu met a table, %lu met none\n",
		      switches, WRITES, met, missed);

	assert_int_equal(write_errors, 0);
	assert_int_equal(status_number("test_1 calls"), met);
	assert_int_equal(*(__u64 *)table_variable(&table, "test_2_calls"), met);
	assert_int_equal(status_number("test_2 calls"), met);
	assert_int_equal(*(__u64 *)table_variable(&table, "test_3_calls"), met);
	assert_int_equal(status_number("test_3 calls"), met);
	assert_in_range(met, ENOUGH, WRITES);
	assert_in_range(missed, ENOUGH, WRITES);
	assert_true(switches >= ENOUGH_SWITCHES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		module_test(no_write_is_lost_while_tables_come_and_go),
	};

	return run_all(tests);
}
