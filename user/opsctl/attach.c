// SPDX-License-Identifier: GPL-2.0-only
/* opsctl attach: tables from a file into the kernel. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "machine.h"
#include "pin.h"
#include "signals.h"
#include "command.h"
#include "memory.h"
#include "object.h"
#include "output.h"
#include "sleepers.h"
#include "tables.h"

#define LINKS_MAX 16

static int check_pin_dir(const char *dir)
{
	const char *problem = pin_dir_problem(dir);

	if (problem)
		return refused("cannot pin in %s: %s", shown(dir), problem);
	return EXIT_OK;
}

/* Types with one slot refuse a second table: who has it? */
static void show_holders(const struct bpf_map *map)
{
	struct tables tables;
	int i, status;

	status = tables_read(&tables);
	for (i = 0; i < tables.count && status == EXIT_OK; i++) {
		const struct table *t = &tables.items[i];

		if (!t->attached || !table_has_type_of(t, map))
			continue;
		fprintf(stderr,
			"Attached now: table '%s', id %u. To remove it: opsctl remove %u\n",
			shown(t->name), t->info.id, t->info.id);
	}
	tables_free(&tables);
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
		return refused(
			"table %s cannot be pinned: it has no link (SEC(\".struct_ops.link\") has)",
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

static int attach_one(struct bpf_map *map, const char *pin, struct bpf_link **link)
{
	char *path;
	int err;

	*link = bpf_map__attach_struct_ops(map);
	if (!*link) {
		err = errno;
		refused("the kernel refused to attach table %s: %s; the module's reason, if it has one: dmesg",
			shown(bpf_map__name(map)), kernel_strerror(err));
		if (err == EEXIST)
			show_holders(map);
		return EXIT_REFUSED;
	}
	if (!pin)
		return EXIT_OK;
	path = pin_path(pin, map);
	err = bpf_link__pin(*link, path);
	if (err)
		refused("cannot pin the link at %s: %s", shown(path),
			strerror(-err));
	free(path);
	return err ? EXIT_REFUSED : EXIT_OK;
}

/* Waits until Ctrl-C, or until no table is attached any more. */
static void stay(struct bpf_link **links, int n)
{
	struct pollfd fds[LINKS_MAX];
	int i, left = n;

	for (i = 0; i < n; i++)
		fds[i] = (struct pollfd){ .fd = bpf_link__fd(links[i]) };
	while (!signals_told_to_stop() && left) {
		if (signals_poll(fds, n, NULL) < 0) {
			if (errno != EINTR)
				return;
			continue;
		}
		for (i = 0; i < n; i++) {
			if (!fds[i].revents)
				continue;
			/* A table without a link gives POLLERR, not POLLHUP. */
			fds[i].fd = -1;
			if (!(fds[i].revents & POLLHUP))
				continue;
			fputs("A table was detached by someone else.\n", stderr);
			left--;
		}
	}
}

/* Closing the links would detach too, but would not say what it waits for. */
static int detach_links(struct bpf_link **links, int n)
{
	struct bpf_link_info info;
	const struct table *t;
	struct tables tables;
	int i, err, status;
	__u32 size;

	status = tables_read(&tables);
	for (i = 0; i < n && status == EXIT_OK; i++) {
		size = sizeof(info);
		memset(&info, 0, size);
		/* For a table without a link this is the map's descriptor. */
		if (bpf_link_get_info_by_fd(bpf_link__fd(links[i]), &info, &size))
			continue;
		t = tables_by_link(&tables, info.id);
		err = t ? link_detach(bpf_link__fd(links[i]), t) : 0;
		if (err)
			status = refused("the kernel refused to detach link %u: %s",
					 info.id, strerror(-err));
	}
	tables_free(&tables);
	return status;
}

/* Attaches each in turn; LINKS has those that were, even if one failed. */
static int attach_all(struct bpf_object *obj, const char *pin,
		      struct bpf_link **links, int *n)
{
	struct bpf_map *map = NULL;
	int status;

	while ((map = object_next_table(obj, map))) {
		status = attach_one(map, pin, &links[*n]);
		if (links[*n])
			++*n;
		if (status != EXIT_OK)
			return status;
		printf("attached: table %s", shown(bpf_map__name(map)));
		if (pin)
			printf(", pinned at %s/%s", shown(pin),
			       shown(bpf_map__name(map)));
		putchar('\n');
	}
	return EXIT_OK;
}

/* Lets go of the links; if something failed, it detaches their tables first. */
static int close_links(struct bpf_link **links, int n, const char *pin, int status)
{
	int i, err;

	if (status != EXIT_OK && n)
		fputs("What was attached is detached again.\n", stderr);
	for (i = 0; i < n; i++) {
		/* Detach first: the kernel closes an unlinked pin only later. */
		if (pin && status != EXIT_OK) {
			bpf_link__detach(links[i]);
			bpf_link__unpin(links[i]);
		}
		err = bpf_link__destroy(links[i]);
		if (err)
			status = refused(
				"cannot detach a table: %s; it stays attached: opsctl list",
				strerror(-err));
	}
	return status;
}

int cmd_attach(const struct request *request)
{
	struct bpf_link *links[LINKS_MAX] = {};
	const char *pin = request->pin;
	struct bpf_object *obj;
	int status, n = 0;

	status = pin ? check_pin_dir(pin) : EXIT_OK;
	if (status != EXIT_OK)
		return status;
	/* Signals come in only while we wait, so nothing is left half done. */
	signals_hold();
	signal(SIGPIPE, SIG_IGN);
	status = object_load(request->operands[0], request, &obj);
	if (status != EXIT_OK)
		return status;
	status = check_tables(obj, pin);
	if (status == EXIT_OK)
		status = attach_all(obj, pin, links, &n);
	if (status == EXIT_OK && !pin) {
		puts("Ctrl-C detaches; --pin DIR would leave it attached.");
		fflush(stdout);
		stay(links, n);
		status = detach_links(links, n);
	}
	status = close_links(links, n, pin, status);
	bpf_object__close(obj);
	return status;
}
