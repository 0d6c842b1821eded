// SPDX-License-Identifier: GPL-2.0-only
#include "sleepers.h"

#include <dirent.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <bpf/bpf.h>

#include "programs.h"
#include "base/output.h"

/* How long a change may take before it is explained. */
#define PATIENCE_S 1

static void look_into_task(const char *file, pid_t tid, const char *symbol,
			   const char *member)
{
	FILE *stack = fopen(file, "re");
	char line[256], name[PROCESS_NAME_MAX];

	while (stack && fgets(line, sizeof(line), stack)) {
		if (!strstr(line, symbol))
			continue;
		process_name(tid, name);
		fprintf(stderr, "  task %d (%s) is in %s\n", tid, shown(name),
			shown(member));
		break;
	}
	if (stack)
		fclose(stack);
}

static void look_into_process(const char *pid, const char *symbol,
			      const char *member)
{
	char path[600];
	struct dirent *t;
	DIR *tasks;

	snprintf(path, sizeof(path), "/proc/%s/task", pid);
	tasks = opendir(path);
	while (tasks && (t = readdir(tasks))) {
		if (atoi(t->d_name) <= 0)
			continue;
		snprintf(path, sizeof(path), "/proc/%s/task/%s/stack", pid,
			 t->d_name);
		look_into_task(path, atoi(t->d_name), symbol, member);
	}
	if (tasks)
		closedir(tasks);
}

static void show_tasks_in(const char *symbol, const char *member)
{
	DIR *proc = opendir("/proc");
	struct dirent *p;

	while (proc && (p = readdir(proc))) {
		if (atoi(p->d_name) > 0)
			look_into_process(p->d_name, symbol, member);
	}
	if (proc)
		closedir(proc);
}

static void show_sleepers(const struct table *table)
{
	char symbol[TAG_LEN + 16], tag[TAG_LEN];
	struct bpf_prog_info info;
	int i;

	fprintf(stderr, "Waiting for programs of table '%s' that are running:\n",
		shown(table->name));
	for (i = 0; i < table->nr_members; i++) {
		if (!table->members[i].program ||
		    !program_read(table->members[i].program, &info))
			continue;
		/* /proc/PID/stack calls a program bpf_prog_TAG_NAME. */
		program_tag(&info, tag);
		snprintf(symbol, sizeof(symbol), "bpf_prog_%s", tag);
		show_tasks_in(symbol, table->members[i].name);
	}
}

struct waiting {
	int (*change)(void *ctx);
	void *ctx;
	int result;
};

static void *do_change(void *arg)
{
	struct waiting *waiting = arg;

	waiting->result = waiting->change(waiting->ctx);
	return NULL;
}

int wait_for_sleepers(int (*change)(void *ctx), void *ctx,
		      const struct table *table)
{
	struct waiting waiting = { .change = change, .ctx = ctx };
	struct timespec until;
	pthread_t thread;

	if (pthread_create(&thread, NULL, do_change, &waiting))
		return change(ctx);

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += PATIENCE_S;
	if (pthread_timedjoin_np(thread, NULL, &until)) {
		show_sleepers(table);
		pthread_join(thread, NULL);
	}
	return waiting.result;
}

static int detach(void *ctx)
{
	return bpf_link_detach(*(int *)ctx);
}

int link_detach(int fd, const struct table *table)
{
	return wait_for_sleepers(detach, &fd, table);
}
