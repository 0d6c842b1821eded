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
	/* xorshift's one fixed point is 0. */
	return seed * 2 + 1;
}

/* xorshift64; the lower bits are the better ones. */
unsigned int race_below(uint64_t *random, unsigned int n)
{
	*random ^= *random << 13;
	*random ^= *random >> 7;
	*random ^= *random << 17;
	return (*random >> 11) % n;
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

double race_clock(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

/*
 * Begun is read before ended: if it is larger then, that many operations were
 * under way at the moment of the second look.
 */
static bool under_way(struct race_side *side, unsigned long *begun)
{
	*begun = side->begun;
	return *begun > side->ended;
}

void race_begin(struct race_actor *a)
{
	a->side->begun++;
	a->overlaps = under_way(a->other, &a->other_begun);
}

void race_end(struct race_actor *a, int ret)
{
	if (a->overlaps || a->other->begun != a->other_begun)
		a->side->overlaps++;
	if (ret >= 0)
		a->side->done++;
	a->side->ended++;
}

bool race_over(void)
{
	return over;
}

void race_fail(const char *format, ...)
{
	va_list args;

	/* The first is the one that tells. */
	if (atomic_exchange(&failed, true))
		return;
	va_start(args, format);
	vsnprintf(failure, sizeof(failure), format, args);
	va_end(args);
	over = true;
}

void race_pause(struct race_actor *a)
{
	/* Half of them are none, the others 2 to 1024 microseconds. */
	unsigned int shift = race_below(&a->random, 20);

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

static bool enough_of(const struct race_side *side, unsigned long enough)
{
	return side->overlaps >= enough && side->done;
}

static void tell(const struct race_side *side, const struct race_side *other,
		 unsigned long enough)
{
	print_message(
		"# %s: %lu, %lu done; %lu while %s was under way, at least %lu wanted\n",
		side->act->name, side->ended, side->done, side->overlaps,
		other->act->name, enough);
}

void race_run(const struct race_act *x, const struct race_act *y,
	      double per_second)
{
	struct race_actor actors[RACE_ACTORS_MAX] = {};
	struct race_side sides[2] = { { .act = x }, { .act = y } };
	uint64_t random = race_seed();
	double seconds = race_seconds();
	unsigned long enough = seconds * per_second > 1 ? seconds * per_second
							: 1;
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	unsigned int n = 2 * cpus, i;
	double started;

	if (n > RACE_ACTORS_MAX)
		n = RACE_ACTORS_MAX;
	over = false;
	failed = false;
	for (i = 0; i < n; i++) {
		actors[i].side = &sides[i % 2];
		actors[i].other = &sides[1 - i % 2];
		actors[i].number = i;
		actors[i].random = random + 2 * i;
		if (actors[i].side->act->start)
			actors[i].side->act->start(&actors[i]);
	}

	started = race_clock();
	for (i = 0; i < n; i++)
		assert_int_equal(pthread_create(&actors[i].thread, NULL, act_on,
						&actors[i]),
				 0);
	while (!over) {
		double passed = race_clock() - started;

		usleep(10000);
		if (passed >= RACE_PATIENCE(seconds) ||
		    (passed >= seconds && enough_of(&sides[0], enough) &&
		     enough_of(&sides[1], enough)))
			over = true;
	}
	for (i = 0; i < n; i++)
		pthread_join(actors[i].thread, NULL);
	for (i = 0; i < n; i++) {
		if (actors[i].side->act->stop)
			actors[i].side->act->stop(&actors[i]);
	}

	print_message("# %.1f s, %u threads\n", race_clock() - started, n);
	tell(&sides[0], &sides[1], enough);
	tell(&sides[1], &sides[0], enough);
	if (failed)
		fail_msg("%s", failure);
	assert_true(enough_of(&sides[0], enough));
	assert_true(enough_of(&sides[1], enough));
}
