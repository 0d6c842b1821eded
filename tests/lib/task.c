// SPDX-License-Identifier: GPL-2.0-only
#include "lib.h"

#include <sched.h>
#include <unistd.h>

#include "clock.h"
#include "task.h"

static struct task *tasks;

static void *make(void *arg)
{
	struct task *t = arg;
	double began = clock_seconds();
	cpu_set_t cpu;

	if (t->cpu >= 0) {
		CPU_ZERO(&cpu);
		CPU_SET(t->cpu, &cpu);
		pthread_setaffinity_np(pthread_self(), sizeof(cpu), &cpu);
	}
	t->tid = gettid();
	t->err = t->act(t->arg);
	t->took = clock_seconds() - began;
	t->done = true;
	return NULL;
}

void task_start_on(struct task *t, int cpu, int (*act)(const void *arg),
		   const void *arg)
{
	*t = (struct task){ .act = act, .arg = arg, .cpu = cpu };
	assert_int_equal(pthread_create(&t->thread, NULL, make, t), 0);
	t->next = tasks;
	tasks = t;
}

void task_start(struct task *t, int (*act)(const void *arg), const void *arg)
{
	task_start_on(t, -1, act, arg);
}

void task_join(struct task *t)
{
	struct task **at = &tasks;

	while (*at != t)
		at = &(*at)->next;
	*at = t->next;
	pthread_join(t->thread, NULL);
}

void tasks_join(void)
{
	while (tasks)
		task_join(tasks);
}

int task_trigger(const void *message)
{
	return trigger_write(message, 1);
}
