// SPDX-License-Identifier: GPL-2.0-only
/* opsctl watch: what happens to tables, as it happens. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "command.h"
#include "signals.h"
#include "base/memory.h"
#include "base/output.h"
#include "kernel/tables.h"

/* The kernel tells nobody of an attachment, so watch looks again after this time. */
#define INTERVAL_MS 200

/* One attachment, as it was when it was looked at. The texts in it are its own. */
struct attachment {
	__u32 link; /* 0: the table is attached without one */
	__u32 map;
	char name[NAME_SIZE];
	char type[NAME_SIZE];
	char module[64];
	char *ended;
};

struct attachments {
	struct attachment *items;
	int count;
};

static void add_attachment(struct attachments *all, const struct table *t,
			   __u32 link)
{
	struct attachment *a;

	all->items = xgrow(all->items, all->count, sizeof(*all->items));
	a = &all->items[all->count++];
	*a = (struct attachment){
		.link = link,
		.map = t->info.id,
		.ended = t->ended ? xstrdup(t->ended) : NULL,
	};
	snprintf(a->name, sizeof(a->name), "%s", t->name);
	snprintf(a->type, sizeof(a->type), "%s", t->type.btf ? t->type.name : "");
	snprintf(a->module, sizeof(a->module), "%s", t->module);
}

static void attachments_of(const struct tables *tables, struct attachments *all)
{
	int i, j;

	*all = (struct attachments){};
	for (i = 0; i < tables->count; i++) {
		const struct table *t = &tables->items[i];

		for (j = 0; j < t->nr_links; j++)
			add_attachment(all, t, t->links[j].id);
		if (t->is_bound && !t->nr_links)
			add_attachment(all, t, 0);
	}
}

static void attachments_free(struct attachments *all)
{
	int i;

	for (i = 0; i < all->count; i++)
		free(all->items[i].ended);
	free(all->items);
	*all = (struct attachments){};
}

/* Finds it by its link, which may have another table by now, or else by its table. */
static const struct attachment *find(const struct attachments *all,
				     const struct attachment *like)
{
	int i;

	for (i = 0; i < all->count; i++) {
		const struct attachment *a = &all->items[i];

		if (a->link == like->link && (a->link || a->map == like->map))
			return a;
	}
	return NULL;
}

static void print_time(void)
{
	struct timespec now;
	struct tm local;
	char text[16];

	clock_gettime(CLOCK_REALTIME, &now);
	localtime_r(&now.tv_sec, &local);
	strftime(text, sizeof(text), "%H:%M:%S", &local);
	printf("%s.%03ld ", text, now.tv_nsec / 1000000);
}

/* The seconds of the Unix epoch, so that no time zone matters. */
static double seconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

static void print_event(const char *event, const struct attachment *a)
{
	print_time();
	printf("%-6s %s, id %u", event, shown(a->name), a->map);
	if (a->link)
		printf(", link %u", a->link);
}

static struct json_object *event_to_json(const char *event,
					 const struct attachment *a)
{
	struct json_object *row = json_object_new_object();

	json_object_object_add(row, "time",
			       json_object_new_double(seconds_now()));
	add_text(row, "event", event);
	add_number(row, "id", a->map);
	add_text(row, "name", a->name);
	add_text(row, "type", *a->type ? a->type : NULL);
	add_text(row, "module", *a->module ? a->module : NULL);
	if (a->link)
		add_number(row, "link", a->link);
	else
		json_object_object_add(row, "link", NULL);
	return row;
}

static void tell_attach(const struct attachment *a)
{
	if (settings.json) {
		json_print(event_to_json("attach", a));
		return;
	}
	print_event("attach", a);
	printf(", %s (%s)\n", *a->type ? shown(a->type) : "unknown type",
	       *a->module ? shown(a->module) : "unknown module");
}

static void tell_swap(const struct attachment *a, const struct attachment *old)
{
	struct json_object *row, *replaced;

	if (settings.json) {
		row = event_to_json("swap", a);
		replaced = json_object_new_object();
		add_number(replaced, "id", old->map);
		add_text(replaced, "name", old->name);
		json_object_object_add(row, "old", replaced);
		json_print(row);
		return;
	}
	print_event("swap", a);
	printf(", for %s, id %u\n", shown(old->name), old->map);
}

static void tell_end(const struct attachment *a)
{
	struct json_object *row;

	if (settings.json) {
		row = event_to_json("ended", a);
		add_text(row, "reason", a->ended);
		json_print(row);
		return;
	}
	print_event("ended", a);
	printf(": %s\n", shown(a->ended));
}

static void tell_detach(const struct attachment *a, const struct tables *tables)
{
	struct json_object *row;
	bool used = false;
	int i;

	for (i = 0; i < tables->count; i++)
		used |= tables->items[i].info.id == a->map &&
			table_is_used(&tables->items[i]);
	if (settings.json) {
		row = event_to_json("detach", a);
		add_bool(row, "still_used", used);
		json_print(row);
		return;
	}
	print_event("detach", a);
	puts(used ? ", still used" : "");
}

/* What goes is told first: where a type has one place, the order is as it was. */
static void tell_changes(const struct attachments *before,
			 const struct attachments *after,
			 const struct tables *tables)
{
	int i;

	for (i = 0; i < before->count; i++) {
		if (!find(after, &before->items[i]))
			tell_detach(&before->items[i], tables);
	}
	for (i = 0; i < after->count; i++) {
		const struct attachment *a = &after->items[i];
		const struct attachment *old = find(before, a);

		if (!old)
			tell_attach(a);
		else if (old->map != a->map)
			tell_swap(a, old);
		if (a->ended && (!old || old->map != a->map || !old->ended))
			tell_end(a);
	}
}

static bool one_is_gone(const struct attachments *before,
			const struct attachments *after)
{
	int i;

	for (i = 0; i < before->count; i++) {
		if (!find(after, &before->items[i]))
			return true;
	}
	return false;
}

static int read_attachments(struct tables *tables, struct attachments *all)
{
	int status = tables_read(tables);

	if (status == EXIT_OK)
		attachments_of(tables, all);
	return status;
}

/* Looks once, tells what has changed, and keeps what it saw for the next time. */
static int look(struct attachments *last, bool tell)
{
	struct attachments now;
	struct tables tables;
	int status = read_attachments(&tables, &now);

	/*
	 * Once more where one came or went meanwhile: the kernel may have given it its name
	 * after that was read, or it may have gone after its uses were counted.
	 */
	if (status == EXIT_OK &&
	    (one_is_gone(last, &now) || one_is_gone(&now, last))) {
		attachments_free(&now);
		tables_free(&tables);
		status = read_attachments(&tables, &now);
	}
	if (status == EXIT_OK) {
		if (tell)
			tell_changes(last, &now, &tables);
		attachments_free(last);
		*last = now;
	}
	tables_free(&tables);
	/* Otherwise a pipe whose reader is gone would be written to for ever. */
	if (status == EXIT_OK && fflush(stdout))
		status = refused("cannot write what happens: %s",
				 strerror(errno));
	return status;
}

int cmd_watch(const struct request *request)
{
	const struct timespec interval = { .tv_nsec = INTERVAL_MS * 1000000L };
	struct attachments last = {};
	int status;

	(void)request;
	signals_hold();
	status = look(&last, false);
	if (status == EXIT_OK)
		fprintf(stderr, "Watching; attached now: %d. Ctrl-C ends this.\n",
			last.count);
	while (status == EXIT_OK && !signals_told_to_stop()) {
		if (signals_poll(NULL, 0, &interval) == 0)
			status = look(&last, true);
	}
	attachments_free(&last);
	return status;
}
