// SPDX-License-Identifier: GPL-2.0-only
#include "cost.h"

#include <sys/resource.h>
#include <time.h>

#define MANY 200 /* repetitions, of which the least counts */
#define FEW 40
#define BATCH 1000 /* operations between two looks at a clock */

struct calibration calibration;
bool quick;

static double clock_ns(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return t.tv_sec * 1e9 + t.tv_nsec;
}

double now(void)
{
	return clock_ns(CLOCK_MONOTONIC);
}

#ifdef __x86_64__

/* Under QEMU's -icount it counts the instructions that were executed. */
static inline uint64_t counter(void)
{
	uint32_t low, high;

	__asm__ volatile("rdtsc" : "=a"(low), "=d"(high)::"memory");
	return (uint64_t)high << 32 | low;
}

static int64_t least_of_loop(uint64_t iterations)
{
	int64_t least = INT64_MAX;
	int i;

	for (i = 0; i < MANY; i++) {
		uint64_t n = iterations, begun = counter();
		int64_t took;

		__asm__ volatile("1: dec %0\n\tjnz 1b" : "+r"(n)::"cc");
		took = counter() - begun;
		if (took < least)
			least = took;
	}
	return least;
}

/* Measures with and without the instructions: all else is the same. */
#define LEAST_OF(instructions)                          \
	({                                              \
		int64_t least_ = INT64_MAX;             \
		int i_;                                 \
                                                        \
		for (i_ = 0; i_ < MANY; i_++) {         \
			uint64_t begun_ = counter();    \
			int64_t took_;                  \
                                                        \
			__asm__ volatile(instructions); \
			took_ = counter() - begun_;     \
			if (took_ < least_)             \
				least_ = took_;         \
		}                                       \
		least_;                                 \
	})

/* No processor takes two cycles for a jump back and one for every nop. */
void calibrate(void)
{
	calibration.loop = 2 * 10000;
	calibration.loop_counted = least_of_loop(10100) - least_of_loop(100);
	calibration.nops = 100;
	calibration.nops_counted =
		LEAST_OF(".rept 100; nop; .endr") - LEAST_OF("");
	calibration.counts = calibration.loop_counted == calibration.loop &&
			     calibration.nops_counted == calibration.nops;
}

#else

static inline uint64_t counter(void)
{
	return 0;
}

void calibrate(void)
{
}

#endif

/* The least of MANY repetitions, each of so many operations; -1 if one failed. */
static double least(operation op, void *arg, unsigned int repetitions,
		    unsigned int batch)
{
	double best = -1;
	unsigned int i, k;

	for (i = 0; i < repetitions; i++) {
		double took;
		bool ok = true;

		if (calibration.counts) {
			uint64_t begun = counter();

			ok = op(arg);
			took = counter() - begun;
		} else {
			double begun = now();

			for (k = 0; ok && k < batch; k++)
				ok = op(arg);
			took = (now() - begun) / batch;
		}
		if (!ok)
			return -1;
		if (best < 0 || took < best)
			best = took;
	}
	return best;
}

static bool nothing(void *arg)
{
	(void)arg;
	return true;
}

double cost_of(operation op, void *arg, enum batching batching)
{
	unsigned int repetitions = batching == SELDOM || quick ? FEW : MANY;
	unsigned int batch = batching == SELDOM ? 1 : quick ? 2 : BATCH;
	double overhead = least(nothing, NULL, repetitions, batch);
	double cost = least(op, arg, repetitions, batch);

	return cost < 0 ? -1 : cost - overhead;
}

/* Of this process and of the children that it has waited for. */
static double cpu_ns(void)
{
	struct rusage children;

	getrusage(RUSAGE_CHILDREN, &children);
	return clock_ns(CLOCK_PROCESS_CPUTIME_ID) +
	       (children.ru_utime.tv_sec + children.ru_stime.tv_sec) * 1e9 +
	       (children.ru_utime.tv_usec + children.ru_stime.tv_usec) * 1e3;
}

struct spent spent_on(operation op, void *arg, unsigned int repetitions)
{
	struct spent best = { -1, -1 };
	unsigned int i;

	for (i = 0; i < repetitions; i++) {
		double begun = now(), cpu_begun = cpu_ns();
		bool ok = op(arg);
		double cpu = cpu_ns() - cpu_begun, elapsed = now() - begun;

		if (!ok)
			return (struct spent){ -1, -1 };
		if (best.elapsed < 0 || elapsed < best.elapsed)
			best.elapsed = elapsed;
		if (best.cpu < 0 || cpu < best.cpu)
			best.cpu = cpu;
	}
	return best;
}
