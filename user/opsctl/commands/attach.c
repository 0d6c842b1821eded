// SPDX-License-Identifier: GPL-2.0-only
/* opsctl attach: tables from a file into the kernel. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "command.h"
#include "machine.h"
#include "member.h"
#include "pin.h"
#include "signals.h"
#include "base/memory.h"
#include "base/naming.h"
#include "base/output.h"
#include "kernel/klog.h"
#include "kernel/sleepers.h"
#include "kernel/state.h"
#include "kernel/tables.h"
#include "objects/object.h"
#include "objects/refusal.h"

#define LINKS_MAX 16

static int check_pin_dir(const char *dir)
{
	const char *problem = pin_dir_problem(dir);

	if (problem)
		return refused("cannot pin in %s: %s", shown(dir), problem);
	return EXIT_OK;
}

/* The path at which to pin the table's link; the caller frees it. */
static char *pin_path(const char *dir, const struct bpf_map *map)
{
	return xasprintf("%s/%s", dir, bpf_map__name(map));
}

static int check_pin(const char *dir, const struct bpf_map *map)
{
	const char *problem;
	char *path;

	if (!(bpf_map__map_flags(map) & BPF_F_LINK))
		return refused("table %s cannot be pinned: it has no link",
			       shown(bpf_map__name(map)));
	path = pin_path(dir, map);
	problem = pin_path_problem(path);
	if (problem)
		refused("cannot pin the link at %s: %s", shown(path), problem);
	free(path);
	return problem ? EXIT_REFUSED : EXIT_OK;
}

/* Checks all tables before any of them is attached. */
static int check_tables(struct bpf_object *obj, const char *pin)
{
	struct bpf_map *map = NULL;
	int status = EXIT_OK, n = 0;

	while ((map = object_next_table(obj, map)) && status == EXIT_OK) {
		if (++n > LINKS_MAX)
			status = refused("more than %d tables; choose with --map",
					 LINKS_MAX);
		else if (pin)
			status = check_pin(pin, map);
	}
	return status;
}

/* A table that is attached, and what is to be known of it. */
struct attached {
	struct bpf_map *map;
	struct bpf_link *link;
	struct subject subject;
	char name[NAME_SIZE];
};

static struct attached attached[LINKS_MAX];
static int nr_attached;

static struct subject subject_of_map(struct bpf_object *obj, struct bpf_map *map)
{
	const struct btf_type *type = table_struct(obj, map);
	size_t size;
	const void *data = bpf_map__initial_value(map, &size);

	if (!data || type->size > size)
		return (struct subject){};
	return subject_of(table_type_name(obj, map), bpf_object__btf(obj), type,
			  data);
}

/*
 * sched_ext makes the link, and ends a scheduler that fails soon after: its link is
 * there then all the same. Waits until it has run for a second.
 */
static int watch_beginning(const struct attached *a)
{
	const struct timespec step = { .tv_nsec = 20 * 1000 * 1000 };
	const char *reason;
	int i;

	if (a->subject.kind == SUBJECT_UNKNOWN)
		return EXIT_OK;
	for (i = 0; i < 50; i++) {
		reason = subject_ended(&a->subject);
		if (reason)
			return refused(
				"table %s was attached, and ended at once: %s",
				shown(a->name), shown(reason));
		if (a->subject.kind != SUBJECT_SCHED_EXT)
			break;
		nanosleep(&step, NULL);
	}
	return EXIT_OK;
}

static int pin_link(struct bpf_link *link, const char *dir, struct bpf_map *map)
{
	char *path = pin_path(dir, map);
	int err = bpf_link__pin(link, path);

	if (err)
		refused("cannot pin the link at %s: %s", shown(path),
			strerror(-err));
	free(path);
	return err ? EXIT_REFUSED : EXIT_OK;
}

static int attach_refused_map(struct bpf_object *obj, struct bpf_map *map, int err)
{
	struct bpf_map *own[LINKS_MAX] = {};
	char *what = xasprintf("attach table %s", shown(bpf_map__name(map)));
	int i, status;

	for (i = 0; i < nr_attached; i++)
		own[i] = attached[i].map;
	status = attach_refused(what, obj, map, own, nr_attached, err);
	if (err == EOPNOTSUPP && (bpf_map__map_flags(map) & BPF_F_LINK) &&
	    !table_is_declared_with_link(obj, map))
		fputs("It is declared without a link and was given one; if its type takes none: --no-link\n",
		      stderr);
	name_the_tables(obj);
	free(what);
	return status;
}

static int attach_one(struct bpf_object *obj, struct bpf_map *map, const char *pin)
{
	struct attached *a = &attached[nr_attached];
	int status;

	klog_mark();
	*a = (struct attached){
		.map = map,
		.subject = subject_of_map(obj, map),
	};
	object_naming(obj, map, a->name);
	a->link = bpf_map__attach_struct_ops(map);
	if (!a->link)
		return attach_refused_map(obj, map, errno);
	nr_attached++;
	status = watch_beginning(a);
	if (status == EXIT_OK && pin)
		status = pin_link(a->link, pin, map);
	return status;
}

/* Tells of each table that has come to its end; returns how many are left. */
static int take_leave(struct pollfd *fds, int left, int *status)
{
	const char *reason;
	int i;

	for (i = 0; i < nr_attached; i++) {
		if (fds[i].fd < 0)
			continue;
		reason = subject_ended(&attached[i].subject);
		if (fds[i].revents & POLLHUP) {
			fputs("A table was detached by someone else.\n", stderr);
			left--;
		} else if (reason) {
			*status = refused("table %s was ended: %s",
					  shown(attached[i].name), shown(reason));
			left--;
		} else if (!fds[i].revents) {
			continue;
		}
		/* A table without a link gives POLLERR, not POLLHUP. */
		fds[i].fd = -1;
	}
	return left;
}

/* Waits until Ctrl-C, or until no table is attached any more. */
static int stay(void)
{
	/* The kernel tells nobody that it has ended a table and left its link. */
	const struct timespec now_and_then = { .tv_nsec = 500 * 1000 * 1000 };
	const struct timespec *timeout = NULL;
	struct pollfd fds[LINKS_MAX];
	int i, left = nr_attached, status = EXIT_OK;

	for (i = 0; i < nr_attached; i++) {
		fds[i] = (struct pollfd){
			.fd = bpf_link__fd(attached[i].link),
		};
		if (attached[i].subject.kind != SUBJECT_UNKNOWN)
			timeout = &now_and_then;
	}
	while (!signals_told_to_stop() && left) {
		if (signals_poll(fds, nr_attached, timeout) < 0) {
			if (errno != EINTR)
				break;
			continue;
		}
		left = take_leave(fds, left, &status);
	}
	return status;
}

/* Closing the links would detach too, but would not say what it waits for. */
static int detach_links(void)
{
	struct bpf_link_info info;
	const struct table *t;
	struct tables tables;
	int i, err, status;
	__u32 size;

	/* Only those who may see all tables can be told; closing the link does the rest. */
	if (!caller_has_sys_admin())
		return EXIT_OK;
	status = tables_read(&tables);
	for (i = 0; i < nr_attached && status == EXIT_OK; i++) {
		int fd = bpf_link__fd(attached[i].link);

		size = sizeof(info);
		memset(&info, 0, size);
		/* For a table without a link this is the map's descriptor. */
		if (bpf_link_get_info_by_fd(fd, &info, &size))
			continue;
		t = tables_by_link(&tables, info.id);
		err = t ? link_detach(fd, t) : 0;
		if (err)
			status = refused("the kernel refused to detach link %u: %s",
					 info.id, strerror(-err));
	}
	tables_free(&tables);
	return status;
}

/* The id of the link, or 0 where the table has none. */
static __u32 link_id(const struct attached *a)
{
	struct bpf_link_info info = {};
	__u32 size = sizeof(info);

	if (!(bpf_map__map_flags(a->map) & BPF_F_LINK) ||
	    bpf_link_get_info_by_fd(bpf_link__fd(a->link), &info, &size))
		return 0;
	return info.id;
}

static void say_attached(const struct attached *a, const char *pin)
{
	__u32 link = link_id(a);

	printf("attached: table %s, id %u", shown(a->name),
	       object_map_id(a->map));
	if (link)
		printf(", link %u", link);
	if (pin)
		printf(", pinned at %s/%s", shown(pin),
		       shown(bpf_map__name(a->map)));
	putchar('\n');
}

static void say_attached_in_json(const char *pin)
{
	struct json_object *all = json_object_new_array();
	int i;

	for (i = 0; i < nr_attached; i++) {
		const struct attached *a = &attached[i];
		struct json_object *row =
			object_to_json(a->map, a->name, link_id(a));
		char *path = pin ? pin_path(pin, a->map) : NULL;

		add_text(row, "pin", path);
		json_object_array_add(all, row);
		free(path);
	}
	json_print(all);
}

/* Attaches each in turn, and says so. */
static int attach_all(struct bpf_object *obj, const char *pin)
{
	struct bpf_map *map = NULL;
	int status;

	while ((map = object_next_table(obj, map))) {
		status = attach_one(obj, map, pin);
		if (status != EXIT_OK)
			return status;
		if (!settings.json)
			say_attached(&attached[nr_attached - 1], pin);
	}
	if (settings.json)
		say_attached_in_json(pin);
	return EXIT_OK;
}

/* Lets go of the links; if something failed, it detaches their tables first. */
static int close_links(const char *pin, int status)
{
	int i, err;

	if (status != EXIT_OK && nr_attached)
		fputs("What was attached is detached again.\n", stderr);
	for (i = 0; i < nr_attached; i++) {
		struct bpf_link *link = attached[i].link;

		/* Detach first: the kernel closes an unlinked pin only later. */
		if (pin && status != EXIT_OK) {
			bpf_link__detach(link);
			bpf_link__unpin(link);
		}
		err = bpf_link__destroy(link);
		if (err)
			status = refused(
				"cannot detach a table: %s; it stays attached: opsctl list",
				strerror(-err));
	}
	return status;
}

/* What loads is what the kernel would attach, unless its type refuses it. */
static void say_loaded(struct bpf_object *obj)
{
	struct json_object *all = json_object_new_array();
	struct bpf_map *map = NULL;
	char name[NAME_SIZE];

	while ((map = object_next_table(obj, map))) {
		object_naming(obj, map, name);
		json_object_array_add(all, object_to_json(map, name, 0));
		if (!settings.json)
			printf("loaded, not attached: table %s\n", shown(name));
	}
	if (settings.json)
		json_print(all);
	else
		json_object_put(all);
}

int cmd_attach(const struct request *request)
{
	const char *pin = request->pin;
	struct bpf_object *obj;
	int status, ended = EXIT_OK;

	status = pin ? check_pin_dir(pin) : EXIT_OK;
	if (status != EXIT_OK)
		return status;
	status = object_load(request->operands[0], request, &obj);
	if (status != EXIT_OK)
		return status;
	/* Signals come in only while we wait, so nothing is left half done. */
	signals_hold();
	signal(SIGPIPE, SIG_IGN);
	status = check_tables(obj, pin);
	if (request->dry_run) {
		if (status == EXIT_OK)
			say_loaded(obj);
		goto close;
	}
	if (status == EXIT_OK)
		status = attach_all(obj, pin);
	if (status == EXIT_OK && !pin) {
		if (!settings.json)
			puts("Ctrl-C detaches; --pin DIR would leave it attached.");
		fflush(stdout);
		ended = stay();
		status = detach_links();
	}
	status = close_links(pin, status);
close:
	bpf_object__close(obj);
	return status ?: ended;
}
