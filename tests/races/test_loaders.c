// SPDX-License-Identifier: GPL-2.0-only
/*
 * Loaders that are killed at random moments, while a writer writes: each
 * leaves an empty slot behind.
 */
#include "lib.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include "hostile.h"
#include "race.h"

#define KILLS 200
#define KILLS_SHORT 6

static struct process loader;
static atomic_bool writing;
static atomic_ulong begun, ended, failed;

static void *write_on(void *arg)
{
	int fd = open(TRIGGER, O_WRONLY | O_CLOEXEC);

	while (writing) {
		begun++;
		failed += write(fd, "race", 4) != 4;
		ended++;
	}
	close(fd);
	return NULL;
}

static void start_loader(void)
{
	static const char *const argv[] = { "./loader", "--interval", "0", NULL };

	process_start(&loader, argv);
}

/* How long a loader takes until its table is attached, in microseconds. */
static unsigned int time_to_attach(void)
{
	double started = clock_seconds();

	start_loader();
	process_wait_for(&loader, "attached: ");
	kill(loader.pid, SIGTERM);
	assert_int_equal(process_wait(&loader), 0);
	return (clock_seconds() - started) * 1e6;
}

static void killed_loaders_leave_an_empty_slot(void **state)
{
	unsigned int kills = race_is_long() ? KILLS : KILLS_SHORT;
	unsigned int enough = kills / 10 ? kills / 10 : 1;
	unsigned int before = 0, attached = 0, writes = 0, i, usual;
	uint64_t random = race_seed();
	pthread_t writer;

	module_set_log(false);
	usual = time_to_attach();

	writing = true;
	begun = ended = failed = 0;
	assert_int_equal(pthread_create(&writer, NULL, write_on, NULL), 0);

	/* Goes on until there was enough of both, but not for ever. */
	for (i = 0; i < kills ||
		    (i < 10 * kills && (before < enough || attached < enough));
	     i++) {
		unsigned long n;

		start_loader();
		/* Follows how fast loaders are now, so that half are in time. */
		usleep(random_below(&random, usual * 2));
		n = begun;
		writes += n > ended;
		kill(loader.pid, SIGKILL);
		assert_int_equal(process_wait(&loader), 256 + SIGKILL);
		if (strstr(loader.said, "attached: ")) {
			attached++;
			usual -= usual / 20;
		} else {
			before++;
			usual += usual / 20;
		}
		status_wait("attached", "no");
		/* The next loader must find the slot empty. */
		assert_null(strstr(loader.said, "refused"));
	}
	writing = false;
	pthread_join(writer, NULL);

	print_message(
		"# %u killed while loading, %u while attached, at least %u wanted; %u during a write\n",
		before, attached, enough, writes);
	print_message("# %lu writes, %lu met a table\n", ended,
		      status_number("test_1 calls"));
	assert_int_equal(failed, 0);
	assert_true(before >= enough);
	assert_true(attached >= enough);
	assert_true(writes >= enough);
	assert_true(status_number("test_1 calls") > 0);
	assert_true(status_number("test_1 calls") <= ended);
	assert_int_equal(status_number("test_1 calls"),
			 status_number("test_3 calls"));
	expect_clean();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		module_test(killed_loaders_leave_an_empty_slot),
	};

	return run_all(tests);
}
