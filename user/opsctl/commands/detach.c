// SPDX-License-Identifier: GPL-2.0-only
/* opsctl detach, remove and wait: tables out of the kernel. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "array.h"
#include "command.h"
#include "base/output.h"
#include "kernel/links.h"
#include "kernel/sleepers.h"
#include "kernel/state.h"
#include "kernel/tables.h"

static int unpin(const struct holders *holders)
{
	int i, status = EXIT_OK;

	for (i = 0; i < holders->nr_pins; i++) {
		if (unlink(holders->pins[i]) == 0)
			printf("unlinked: %s\n", shown(holders->pins[i]));
		else if (errno != ENOENT) /* two paths can be one file */
			status = refused("cannot unlink the pin %s: %s",
					 shown(holders->pins[i]),
					 strerror(errno));
	}
	return status;
}

/* Who uses a table that is detached, of the types of which that is known. */
static const struct {
	const char *type;
	const char *how;
} ways_to_let_go[] = {
	{ "Qdisc_ops",
	  "'tc qdisc show' tells which devices; to let go: tc qdisc del dev DEVICE root" },
	{ "tcp_congestion_ops",
	  "connections let go as they are closed; and the sysctl\n"
	  "net.ipv4.tcp_congestion_control, with another value" },
};

static void say_how_to_let_go(const char *type)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(ways_to_let_go); i++) {
		if (!strcmp(ways_to_let_go[i].type, type))
			puts(ways_to_let_go[i].how);
	}
}

/* The table may be used all the same: see table_is_used(). */
static void say_who_goes_on(__u32 map_id)
{
	struct tables tables;
	int i;

	if (tables_read(&tables) != EXIT_OK)
		goto out;
	for (i = 0; i < tables.count; i++) {
		const struct table *t = &tables.items[i];

		if (t->info.id != map_id || !table_is_used(t))
			continue;
		printf("table %u is still used, by %u: its programs run until those let go\n",
		       map_id, t->refcount);
		if (t->type.btf)
			say_how_to_let_go(t->type.name);
	}
out:
	tables_free(&tables);
}

/* Detaches first: the kernel closes an unlinked pin only later. */
static int detach_and_unpin(int fd, const struct table *table, __u32 id)
{
	int err = link_detach(fd, table);

	if (err)
		return refused("the kernel refused to detach link %u: %s", id,
			       strerror(-err));
	printf("detached: link %u\n", id);
	say_who_goes_on(table->info.id);
	return unpin(&table->links[table_link(table, id)].holders);
}

/* Somebody else has detached the table, and may have left the pins of its link. */
static int unpin_empty(const struct tables *tables, __u32 id)
{
	int i;

	for (i = 0; i < tables->nr_empty_links; i++) {
		const struct ops_link *link = &tables->empty_links[i];

		if (link->id == id && link->holders.nr_pins)
			return unpin(&link->holders);
	}
	return refused("link %u was detached already", id);
}

int cmd_detach(const struct request *request)
{
	struct chosen_link link;
	struct tables tables;
	int status;

	status = tables_read(&tables);
	if (status == EXIT_OK)
		status = link_choose(&tables, request->operands[0], &link);
	if (status == EXIT_OK) {
		tables_find_holders(&tables);
		if (link.table)
			status = detach_and_unpin(link.fd, link.table, link.id);
		else
			status = unpin_empty(&tables, link.id);
		close(link.fd);
	}
	tables_free(&tables);
	return status;
}

static int delete_element(void *ctx)
{
	__u32 key = 0;

	return bpf_map_delete_elem(*(int *)ctx, &key);
}

static int remove_without_link(const struct table *t)
{
	int fd = bpf_map_get_fd_by_id(t->info.id);
	int err;

	if (fd < 0)
		return refused("map %u is gone", t->info.id);
	err = wait_for_sleepers(delete_element, &fd, t);
	close(fd);
	if (err)
		return refused("the kernel refused to remove table '%s': %s",
			       shown(t->name), strerror(-err));
	printf("removed: table %s, map %u\n", shown(t->name), t->info.id);
	say_who_goes_on(t->info.id);
	return EXIT_OK;
}

static int remove_table(const struct table *t)
{
	int i, fd, status = EXIT_OK;

	if (t->is_bound && !t->nr_links)
		status = remove_without_link(t);
	for (i = 0; i < t->nr_links; i++) {
		fd = bpf_link_get_fd_by_id(t->links[i].id);
		if (fd < 0 && errno == ENOENT)
			continue;
		if (fd < 0 || detach_and_unpin(fd, t, t->links[i].id))
			status = EXIT_REFUSED;
		if (fd >= 0)
			close(fd);
	}
	/* They keep the map, and with it the module that its type is in. */
	if (status == EXIT_OK)
		status = unpin(&t->holders);
	return status;
}

static void say_what_will_happen(const struct table *t)
{
	int i, j;

	if (t->is_bound)
		printf("Table '%s' of type %s will be detached: nobody new gets it.\n",
		       shown(t->name),
		       t->type.btf ? shown(t->type.name) : "(unknown)");
	if (t->is_bound && !t->nr_links)
		printf("It has no link; its element is deleted from map %u.\n",
		       t->info.id);
	for (i = 0; i < t->nr_links; i++) {
		const struct holders *holders = &t->links[i].holders;

		printf("Link %u is detached.\n", t->links[i].id);
		for (j = 0; j < holders->nr_pins; j++)
			printf("Its pin %s is unlinked.\n",
			       shown(holders->pins[j]));
		for (j = 0; j < holders->nr_processes; j++)
			printf("Process %d (%s) holds it, and is not told.\n",
			       holders->processes[j].pid,
			       shown(holders->processes[j].name));
	}
	for (i = 0; i < t->holders.nr_pins; i++)
		printf("The pin %s of map %u is unlinked.\n",
		       shown(t->holders.pins[i]), t->info.id);
}

static bool confirmed(void)
{
	char answer[16];

	printf("Go on? [y/N] ");
	fflush(stdout);
	return fgets(answer, sizeof(answer), stdin) &&
	       (*answer == 'y' || *answer == 'Y');
}

int cmd_remove(const struct request *request)
{
	struct tables tables;
	struct table *t;
	int status;

	if (!request->yes && !isatty(STDIN_FILENO))
		return bad_usage(
			"remove asks before it acts, and nobody is there to answer; --yes goes on without");

	status = tables_read(&tables);
	if (status != EXIT_OK)
		goto out;
	t = tables_find(&tables, request->operands[0]);
	tables_find_holders(&tables);
	if (!t)
		status = EXIT_REFUSED;
	else if (!t->is_bound && !t->holders.nr_pins)
		status = refused(
			"table '%s' is not attached, and its map is not pinned: it goes when its holders let go of it (opsctl list)",
			shown(t->name));
	if (status != EXIT_OK)
		goto out;

	if (!request->yes) {
		say_what_will_happen(t);
		if (!confirmed()) {
			puts("Nothing was done.");
			goto out;
		}
	}
	status = remove_table(t);

out:
	tables_free(&tables);
	return status;
}

/* Waits for the end of a table; returns the reason if it was the kernel who ended it. */
static const char *wait_for_end(const struct chosen_link *link)
{
	const struct table *t = link->table;
	struct pollfd fd = { .fd = link->fd };
	struct subject subject = {};
	const char *ended = t ? t->ended : NULL;
	int timeout = -1;

	if (t && t->type.btf)
		subject = subject_of(t->type.name, t->type.btf, t->type.type,
				     (char *)t->value + t->type.offset);
	/* The kernel tells nobody that it has ended a table and left its link. */
	if (subject.kind != SUBJECT_UNKNOWN)
		timeout = 500;
	while (t && !ended && !(fd.revents & (POLLHUP | POLLERR))) {
		poll(&fd, 1, timeout);
		ended = subject_ended(&subject);
	}
	return fd.revents & (POLLHUP | POLLERR) ? NULL : ended;
}

int cmd_wait(const struct request *request)
{
	struct chosen_link link;
	struct tables tables;
	const char *ended;
	int status;

	status = tables_read(&tables);
	if (status == EXIT_OK)
		status = link_choose(&tables, request->operands[0], &link);
	if (status == EXIT_OK) {
		fprintf(stderr, "Waiting for link %u.\n", link.id);
		ended = wait_for_end(&link);
		if (ended)
			fprintf(stderr, "The kernel has ended it: %s.\n",
				shown(ended));
		close(link.fd);
	}
	tables_free(&tables);
	return status;
}
