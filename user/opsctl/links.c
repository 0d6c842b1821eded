// SPDX-License-Identifier: GPL-2.0-only
#include "links.h"

#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "opsctl.h"
#include "output.h"
#include "programs.h"

/* How long a change may take before it is explained. */
#define PATIENCE_S 1

static int open_by_path(const char *path)
{
	int fd = bpf_obj_get(path);

	if (fd < 0)
		refused("cannot open %s: %s", shown(path), strerror(errno));
	return fd;
}

static int open_by_id(__u32 id)
{
	int fd = bpf_link_get_fd_by_id(id);

	if (fd < 0)
		refused("there is no link %u; 'opsctl list' shows those of tables",
			id);
	return fd;
}

static int open_by_name(const struct tables *tables, const char *name)
{
	const struct table *t = tables_find(tables, name);

	if (!t)
		return -1;
	if (t->nr_links == 1)
		return open_by_id(t->links[0].id);
	if (t->nr_links)
		refused("table '%s' has %d links; take a link's id",
			shown(name), t->nr_links);
	else if (t->attached)
		refused("table '%s' has no link: it was attached without one, and can only be removed: opsctl remove %u",
			shown(name), t->info.id);
	else
		refused("table '%s' is not attached", shown(name));
	return -1;
}

int link_choose(const struct tables *tables, const char *what,
		struct chosen_link *link)
{
	struct bpf_link_info info = {};
	__u32 size = sizeof(info);

	*link = (struct chosen_link){ .fd = -1 };
	if (strchr(what, '/'))
		link->fd = open_by_path(what);
	else if (parse_id(what, &link->id))
		link->fd = open_by_id(link->id);
	else
		link->fd = open_by_name(tables, what);
	if (link->fd < 0)
		return EXIT_REFUSED;

	if (bpf_link_get_info_by_fd(link->fd, &info, &size) < 0 ||
	    info.type != BPF_LINK_TYPE_STRUCT_OPS) {
		close(link->fd);
		return refused("%s is not a link of a struct_ops table",
			       shown(what));
	}
	link->id = info.id;
	link->table = tables_by_link(tables, link->id);
	if (!link->table && info.struct_ops.map_id) {
		close(link->fd);
		return refused("link %u was made or swapped just now; try again",
			       link->id);
	}
	return EXIT_OK;
}

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

static void show_tasks_in(const char *symbol, const char *member)
{
	DIR *proc = opendir("/proc"), *tasks;
	struct dirent *p, *t;
	char path[600];

	while (proc && (p = readdir(proc))) {
		if (atoi(p->d_name) <= 0)
			continue;
		snprintf(path, sizeof(path), "/proc/%s/task", p->d_name);
		tasks = opendir(path);
		while (tasks && (t = readdir(tasks))) {
			if (atoi(t->d_name) <= 0)
				continue;
			snprintf(path, sizeof(path), "/proc/%s/task/%s/stack",
				 p->d_name, t->d_name);
			look_into_task(path, atoi(t->d_name), symbol, member);
		}
		if (tasks)
			closedir(tasks);
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
