/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A race: two sides do one thing each, over and over, for RACE_SECONDS. It
 * counts how often the two were under way together, and one of them was done.
 */
#ifndef RACE_H
#define RACE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "clock.h"
#include "random.h"

struct race_actor;

/**
 * struct race_act - what a side does
 * @name: its name in the test's output
 * @start: if there is one, called once, before the race, in the test's thread
 * @act: does it once: race_begin() and race_end() enclose the operation; the code
 *	 before and after them prepares it and tidies up
 * @stop: if there is one, called once, after the race, in the test's thread
 */
struct race_act {
	const char *name;
	void (*start)(struct race_actor *a);
	void (*act)(struct race_actor *a);
	void (*stop)(struct race_actor *a);
};

/**
 * enum race_end - the outcome of an operation
 * @RACE_DONE: the kernel did what it was asked for
 * @RACE_LOST: it refused, because somebody else was faster
 * @RACE_IDLE: something that it needs was not there: it is no part of the race
 */
enum race_end { RACE_DONE, RACE_LOST, RACE_IDLE, RACE_ENDS };

/**
 * struct race_side - one of the two
 * @act: what it does
 * @ended: operations, by how they ended
 */
struct race_side {
	const struct race_act *act;
	atomic_ulong ended[RACE_ENDS];
};

/**
 * struct race_actor - a thread of a side
 * @side: the side that it belongs to
 * @other: the side that it races against
 * @number: its number among all actors of the race, from 0 on
 * @random: the state of its random numbers
 * @before: how many operations of the other side had ended before its own
 * @own: data of the act
 */
struct race_actor {
	struct race_side *side, *other;
	unsigned int number;
	uint64_t random;
	unsigned long before[RACE_ENDS];
	pthread_t thread;
	void *own;
};

#define RACE_ACTORS_MAX 16

/* For how many seconds a race goes on while it has not enough overlaps. */
#define RACE_PATIENCE(seconds) (10 * (seconds) + 60)

/* The seed of random moments: RACE_SEED, or the time. It is printed. */
uint64_t race_seed(void);

/* RACE_SECONDS, or enough time to see that a race still works. */
double race_seconds(void);

/* How many overlaps a race of that length must have, 1 at least. */
unsigned long race_enough(double per_second);

/* Whether RACE_SECONDS is given. */
bool race_is_long(void);

/* Call these when an operation begins and ends. */
void race_begin(struct race_actor *a);
void race_end(struct race_actor *a, enum race_end how);

/* Whether the race is over: no more operations are wanted. */
bool race_over(void);

/* An actor must not fail a test from its thread: it says what was wrong. */
void race_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Waits a random while, a millisecond at most; half of the time not at all. */
void race_pause(struct race_actor *a);

/*
 * Runs X against Y, each in as many threads as there are CPUs, so that some of
 * them share one, until RACE_SECONDS are over, there were PER_SECOND overlaps for
 * each of them, and each side has done something. A race that does not get there
 * in RACE_PATIENCE seconds fails.
 */
void race_run(const struct race_act *x, const struct race_act *y,
	      double per_second);

#endif /* RACE_H */
