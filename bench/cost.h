/* SPDX-License-Identifier: GPL-2.0-only */
/* Measures what an operation costs: in instructions where they can be counted. */
#ifndef COST_H
#define COST_H

#include <stdbool.h>
#include <stdint.h>

/**
 * struct calibration - what a code of known length measures
 * @counts: the time stamp counter counts instructions: every figure is a number
 *	    of instructions, else of nanoseconds
 * @loop: instructions that a loop has more than a shorter one
 * @loop_counted: what the counter said
 * @nops: instructions without a branch
 * @nops_counted: what the counter said
 */
struct calibration {
	bool counts;
	int64_t loop;
	int64_t loop_counted;
	int64_t nops;
	int64_t nops_counted;
};

extern struct calibration calibration;

/* Call it first of all, on the CPU on which everything is measured. */
void calibrate(void);

/* An operation; false ends the measuring, with errno set. */
typedef bool (*operation)(void *arg);

/**
 * enum batching - how often an operation may be done
 * @OFTEN: as often as it takes
 * @SELDOM: some 40 times in all, one by one
 */
enum batching { OFTEN, SELDOM };

/*
 * The least that one operation has cost, without what measuring it costs; -1,
 * with errno set, if it failed.
 */
double cost_of(operation op, void *arg, enum batching batching);

/**
 * struct spent - what was spent on something slow
 * @elapsed: until it was done, waiting included, in nanoseconds
 * @cpu: by the process itself, in nanoseconds
 */
struct spent {
	double elapsed;
	double cpu;
};

/* The least of both, each by itself; @elapsed is -1 if it failed. */
struct spent spent_on(operation op, void *arg, unsigned int repetitions);

/* Fewer repetitions, for a test that looks at no number. */
extern bool quick;

/* CLOCK_MONOTONIC, in nanoseconds. */
double now(void);

#endif /* COST_H */
