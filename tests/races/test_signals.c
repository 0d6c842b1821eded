// SPDX-License-Identifier: GPL-2.0-only
/*
 * Signals into a prepare that sleeps: it goes on sleeping until its page is there
 * or SIGKILL ends it, even if a detach or a swap waits for it meanwhile.
 */
#include "lib.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hostile.h"
#include "race.h"
#include "task.h"

#define DECIDE "programs/decide.bpf.o"
#define PER_SECOND 0.5

static struct table tables[2], *attached, *other;
static struct process writer;

/* The writer: this program as another process. */
static volatile sig_atomic_t signals;

static void count_signal(int signo)
{
	signals++;
}

/* Waits for a signal that nobody else gets. */
static void *fill_when_told(void *arg)
{
	int signo;

	sigwait(arg, &signo);
	missing_page_fill();
	return NULL;
}

static int be_a_writer(void)
{
	/* There is no SA_RESTART: if a signal could end a write, it would. */
	struct sigaction action = { .sa_handler = count_signal };
	static sigset_t fill, all;
	pthread_t filler;
	int err;

	sigemptyset(&fill);
	sigaddset(&fill, SIGUSR2);
	sigfillset(&all);
	sigaction(SIGUSR1, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	missing_page_setup();
	sigprocmask(SIG_SETMASK, &all, NULL);
	if (pthread_create(&filler, NULL, fill_when_told, &fill))
		return 1;
	sigprocmask(SIG_SETMASK, &fill, NULL);
	puts("ready");
	fflush(stdout);
	err = trigger_write("x", 1);
	printf("write: %d, signals: %s\n", err, signals ? "some" : "none");
	return 0;
}

static struct task changer;

static int swap(const void *arg)
{
	return bpf_link__update_map(attached->link, other->map);
}

static int detach(const void *arg)
{
	return bpf_link__detach(attached->link);
}

/* After a swap or a detach the other table is the attached one. */
static void other_is_attached(bool swapped)
{
	struct table *t = attached;

	if (swapped) {
		other->link = attached->link;
		attached->link = NULL;
	} else {
		table_detach(attached);
		assert_int_equal(table_attach(other), 0);
	}
	attached = other;
	other = t;
}

static bool is_inside(void)
{
	return !strcmp(status("in prepare"), "1");
}

/*
 * Sends a signal that does not kill, perhaps one that the writer counts. Returns
 * whether it came while prepare slept.
 */
static bool signal_writer(uint64_t *random, bool *counted)
{
	bool inside = is_inside();

	switch (random_below(random, 3)) {
	case 0:
		kill(writer.pid, SIGUSR1);
		*counted = true;
		break;
	case 1:
		kill(writer.pid, SIGTERM);
		*counted = true;
		break;
	default:
		kill(writer.pid, SIGSTOP);
		usleep(random_below(random, 5000));
		kill(writer.pid, SIGCONT);
	}
	usleep(random_below(random, 5000));
	/* The sleeper has not moved. */
	if (inside)
		assert_true(is_inside());
	return inside;
}

static struct {
	unsigned long rounds, signals, filled, killed, killed_inside;
	unsigned long swaps, detaches;
} seen;

/* Runs a write that sleeps, sends signals into it, and may let somebody wait for it. */
static void sleep_through_signals(uint64_t *random)
{
	static const char *const argv[] = { "./test_signals", "writer", NULL };
	unsigned int n = random_below(random, 6);
	int (*change)(const void *) = NULL;
	bool inside, counted = false;

	process_start(&writer, argv);
	process_wait_for(&writer, "ready");
	/* Signals before the sleep are wanted too, but not as often. */
	if (random_below(random, 4))
		status_wait("in prepare", "1");
	if (is_inside() && random_below(random, 4)) {
		change = random_below(random, 2) ? swap : detach;
		task_start(&changer, change, NULL);
	}
	while (n--)
		seen.signals += signal_writer(random, &counted);
	inside = is_inside();
	if (change)
		assert_false(changer.done);

	if (random_below(random, 2)) {
		kill(writer.pid, SIGKILL);
		assert_int_equal(process_wait(&writer), 256 + SIGKILL);
		seen.killed++;
		seen.killed_inside += inside;
	} else {
		kill(writer.pid, SIGUSR2);
		assert_int_equal(process_wait(&writer), 0);
		/* Signals during the sleep were not lost: they waited for its end. */
		assert_non_null(strstr(writer.said,
				       counted ? "write: 0, signals: some\n"
					       : "write: 0, signals: none\n"));
		seen.filled++;
	}
	assert_string_equal(status("in prepare"), "0");
	if (change) {
		tasks_join();
		assert_int_equal(changer.err, 0);
		other_is_attached(change == swap);
		change == swap ? seen.swaps++ : seen.detaches++;
	}
	seen.rounds++;
}

static void signals_do_not_wake_it(void **state)
{
	uint64_t random = race_seed();
	double seconds = race_seconds(), started;
	unsigned long enough = race_enough(PER_SECOND);
	unsigned long rejections;
	int i;

	module_set_log(false);
	for (i = 0; i < 2; i++) {
		table_load(&tables[i], DECIDE, "asleep");
		table_must_be_loaded(&tables[i]);
		*(__u64 *)table_variable(&tables[i], "user_string") =
			(unsigned long)MISSING_PAGE;
	}
	attached = &tables[0];
	other = &tables[1];
	assert_int_equal(table_attach(attached), 0);
	/* An update needs an element: attach once, for libbpf to write it. */
	assert_int_equal(table_attach(other), EEXIST);
	memset(&seen, 0, sizeof(seen));

	started = clock_seconds();
	while (clock_seconds() - started < seconds ||
	       (clock_seconds() - started < RACE_PATIENCE(seconds) &&
		(seen.signals < enough || seen.killed_inside < enough ||
		 seen.swaps < enough || seen.detaches < enough || !seen.filled)))
		sleep_through_signals(&random);

	print_message("# %lu sleepers, %lu filled, %lu killed\n", seen.rounds,
		      seen.filled, seen.killed);
	print_message(
		"# %lu signals into the sleep, %lu kills; %lu swaps and %lu detaches that waited; at least %lu of each wanted\n",
		seen.signals, seen.killed_inside, seen.swaps, seen.detaches,
		enough);
	assert_true(seen.signals >= enough);
	assert_true(seen.killed_inside >= enough);
	assert_true(seen.swaps >= enough);
	assert_true(seen.detaches >= enough);
	assert_true(seen.filled >= 1);

	/* A writer that was killed before it slept may have reached it too. */
	rejections = status_number("prepare rejections");
	assert_in_range(rejections, seen.killed_inside, seen.killed);
	assert_int_equal(status_number("prepare calls"),
			 seen.filled + rejections);
	assert_int_equal(status_number("test_1 calls"), seen.filled);
	assert_int_equal(status_number("swaps"), seen.swaps);
	table_detach(attached);
	table_free(&tables[0]);
	table_free(&tables[1]);
	expect_clean();
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		module_test(signals_do_not_wake_it),
	};

	if (argc == 2 && !strcmp(argv[1], "writer"))
		return be_a_writer();
	return run_all(tests);
}
