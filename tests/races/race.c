// SPDX-License-Identifier: GPL-2.0-only
#include "lib.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "race.h"

#define DEFAULT_SECONDS 0.3

static atomic_bool over;
static atomic_bool failed;
static char failure[256];

uint64_t race_seed(void)
{
	const char *text = getenv("RACE_SEED");
	uint64_t seed = text ? strtoull(text, NULL, 0) : (uint64_t)time(NULL);

	print_message("# RACE_SEED=%llu\n", (unsigned long long)seed);
	return random_begin(seed);
}

double race_seconds(void)
{
	const char *text = getenv("RACE_SECONDS");
	double seconds = text ? strtod(text, NULL) : DEFAULT_SECONDS;

	if (seconds <= 0)
		fail_msg("RACE_SECONDS=%s is no number of seconds", text);
	return seconds;
}

unsigned long race_enough(double per_second)
{
	unsigned long enough = race_seconds() * per_second;

	return enough ? enough : 1;
}

bool race_is_long(void)
{
	return getenv("RACE_SECONDS");
}

/*
 * Counts operations during which one of the other side ended, if at least one of
 * the two was done. If two overlap, one of them ends first, so none is missed.
 */
static atomic_ulong overlaps;

void race_begin(struct race_actor *a)
{
	int how;

	for (how = 0; how < RACE_ENDS; how++)
		a->before[how] = a->other->ended[how];
}

void race_end(struct race_actor *a, enum race_end how)
{
	bool done = a->other->ended[RACE_DONE] != a->before[RACE_DONE];
	bool lost = a->other->ended[RACE_LOST] != a->before[RACE_LOST];

	if ((how == RACE_DONE && (done || lost)) || (how == RACE_LOST && done))
		overlaps++;
	a->side->ended[how]++;
}

bool race_over(void)
{
	return over;
}

void race_fail(const char *format, ...)
{
	va_list args;

	/* Only the first failure is kept: it shows the cause. */
	if (atomic_exchange(&failed, true))
		return;
	va_start(args, format);
	vsnprintf(failure, sizeof(failure), format, args);
	va_end(args);
	over = true;
}

void race_pause(struct race_actor *a)
{
	/* Half of the waits are 0, the others 2 to 1024 microseconds. */
	unsigned int shift = random_below(&a->random, 20);

	if (shift >= 10)
		usleep(1U << (shift - 9));
}

static void *act_on(void *arg)
{
	struct race_actor *a = arg;

	while (!over)
		a->side->act->act(a);
	return NULL;
}

/* Are there enough overlaps, and has each side done something? */
static bool enough_seen(const struct race_side sides[2], unsigned long enough)
{
	return overlaps >= enough && sides[0].ended[RACE_DONE] &&
	       sides[1].ended[RACE_DONE];
}

static void tell(const struct race_side *side)
{
	print_message("# %s: %lu done, %lu lost to others, %lu idle\n",
		      side->act->name, side->ended[RACE_DONE],
		      side->ended[RACE_LOST], side->ended[RACE_IDLE]);
}

void race_run(const struct race_act *x, const struct race_act *y,
	      double per_second)
{
	struct race_actor actors[RACE_ACTORS_MAX] = {};
	struct race_side sides[2] = { { .act = x }, { .act = y } };
	uint64_t random = race_seed();
	double seconds = race_seconds();
	unsigned long enough = race_enough(per_second);
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	unsigned int n = 2 * cpus, i;
	double started;

	if (n > RACE_ACTORS_MAX)
		n = RACE_ACTORS_MAX;
	over = false;
	failed = false;
	overlaps = 0;
	for (i = 0; i < n; i++) {
		actors[i].side = &sides[i % 2];
		actors[i].other = &sides[1 - i % 2];
		actors[i].number = i;
		actors[i].random = random + 2 * i;
		if (actors[i].side->act->start)
			actors[i].side->act->start(&actors[i]);
	}

	started = clock_seconds();
	for (i = 0; i < n; i++)
		assert_int_equal(pthread_create(&actors[i].thread, NULL, act_on,
						&actors[i]),
				 0);
	while (!over) {
		double passed = clock_seconds() - started;

		usleep(10000);
		if (passed >= RACE_PATIENCE(seconds) ||
		    (passed >= seconds && enough_seen(sides, enough)))
			over = true;
	}
	for (i = 0; i < n; i++)
		pthread_join(actors[i].thread, NULL);
	for (i = 0; i < n; i++) {
		if (actors[i].side->act->stop)
			actors[i].side->act->stop(&actors[i]);
	}

	print_message("# %.1f s, %u threads\n", clock_seconds() - started, n);
	tell(&sides[0]);
	tell(&sides[1]);
	print_message("# %lu overlaps, at least %lu wanted\n", overlaps, enough);
	if (failed)
		fail_msg("%s", failure);
	assert_true(enough_seen(sides, enough));
}
