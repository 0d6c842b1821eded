// SPDX-License-Identifier: GPL-2.0-only
#include "writers.h"

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "cost.h"
#include "figure.h"

/* A writer and its count, on a cache line of its own. */
struct writer {
	pthread_t thread;
	int cpu;
	const char *file;
	volatile unsigned long writes;
	volatile bool failed;
} __attribute__((aligned(128)));

static atomic_bool go;
static atomic_bool stop;

static void *write_on(void *arg)
{
	struct writer *w = arg;
	cpu_set_t one;
	int fd = open(w->file, O_WRONLY);

	CPU_ZERO(&one);
	CPU_SET(w->cpu, &one);
	w->failed = fd < 0 || sched_setaffinity(0, sizeof(one), &one);
	while (!go)
		sched_yield();
	while (!stop && !w->failed) {
		w->failed = write(fd, "message", 7) != 7;
		w->writes++;
	}
	close(fd);
	return NULL;
}

/* On a busy machine it may take a while until each has had its turn. */
static bool all_have_begun(const struct writer *writers, int n)
{
	int i;

	for (i = 0; i < n; i++) {
		if (!writers[i].writes && !writers[i].failed)
			return false;
	}
	return true;
}

double writes_per_second(const char *file, int n)
{
	const struct timespec period = { .tv_nsec = quick ? 1e6 : 2e8 };
	struct writer *writers = aligned_alloc(128, n * sizeof(*writers));
	double best = 0;
	int i, attempt;

	if (!writers)
		die("no memory", "writers");
	for (attempt = 0; attempt < (quick ? 1 : 3); attempt++) {
		unsigned long writes = 0;
		double begun, took;

		go = stop = false;
		for (i = 0; i < n; i++) {
			writers[i] = (struct writer){ .cpu = i, .file = file };
			if (pthread_create(&writers[i].thread, NULL, write_on,
					   &writers[i]))
				die("cannot start a thread", "writer");
		}
		begun = now();
		go = true;
		do
			nanosleep(&period, NULL);
		while (!all_have_begun(writers, n));
		stop = true;
		took = now() - begun;
		for (i = 0; i < n; i++) {
			pthread_join(writers[i].thread, NULL);
			if (writers[i].failed)
				die("cannot write", file);
			writes += writers[i].writes;
		}
		if (writes * 1e9 / took > best)
			best = writes * 1e9 / took;
	}
	free(writers);
	return best;
}
