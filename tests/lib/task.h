/* SPDX-License-Identifier: GPL-2.0-only */
/* Calls that a thread of its own makes while the test goes on. */
#ifndef TASK_H
#define TASK_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

/**
 * struct task - a call
 * @act: what it does; best it asserts nothing, and returns 0 or an errno
 * @arg: what @act gets
 * @cpu: where it runs, or -1 for anywhere
 * @thread: that makes it
 * @next: the task that was started before
 * @tid: its thread, for the kernel
 * @done: whether it has returned
 * @err: what it returned
 * @took: how many seconds
 */
struct task {
	int (*act)(const void *arg);
	const void *arg;
	int cpu;
	pthread_t thread;
	struct task *next;
	atomic_int tid;
	atomic_bool done;
	int err;
	double took;
};

/* Begins it. On a CPU of its own, who is held up in the kernel holds up nobody else. */
void task_start(struct task *t, int (*act)(const void *arg), const void *arg);
void task_start_on(struct task *t, int cpu, int (*act)(const void *arg),
		   const void *arg);

/* Waits until it has returned, before it may begin again. */
void task_join(struct task *t);

/* Waits until all have returned: also for the teardown of a test that failed. */
void tasks_join(void);

/* The usual call: a message to the trigger file. */
int task_trigger(const void *message);

#endif /* TASK_H */
