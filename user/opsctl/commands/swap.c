// SPDX-License-Identifier: GPL-2.0-only
/* opsctl swap: another table in the place of an attached one. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "command.h"
#include "base/memory.h"
#include "base/naming.h"
#include "base/output.h"
#include "kernel/klog.h"
#include "kernel/links.h"
#include "kernel/sleepers.h"
#include "kernel/tables.h"
#include "objects/object.h"
#include "objects/refusal.h"

struct update {
	int link_fd;
	int map_fd;
	int old_map_fd;
};

static int update_link(void *ctx)
{
	LIBBPF_OPTS(bpf_link_update_opts, opts);
	struct update *update = ctx;

	/* Replace the chosen table, and no other that came meanwhile. */
	opts.flags = BPF_F_REPLACE;
	opts.old_map_fd = update->old_map_fd;
	return bpf_link_update(update->link_fd, update->map_fd, &opts);
}

static int swap_refused(const char *act, const struct bpf_map *map,
			const struct bpf_object *obj, int err)
{
	char *what = xasprintf("%s %s", act, shown(bpf_map__name(map)));
	int status = attach_refused(what, obj, map, NULL, 0, err);

	free(what);
	return status;
}

static void say_swapped(const struct chosen_link *link,
			const struct bpf_object *obj, const struct bpf_map *map)
{
	char name[NAME_SIZE];

	object_naming(obj, map, name);
	if (settings.json)
		json_print(object_to_json(map, name, link->id));
	else
		printf("swapped: table %s, id %u, link %u\n", shown(name),
		       object_map_id(map), link->id);
}

static int swap(const struct chosen_link *link, struct bpf_object *obj,
		struct bpf_map *map)
{
	struct update update = { link->fd, bpf_map__fd(map), -1 };
	int err;

	if (!link->table)
		return refused("link %u was detached already", link->id);
	/* The kernel's answer would depend on which of the two types can swap. */
	if (!table_has_type_of(link->table, map))
		return refused(
			"table %s is of another type than table '%s', which link %u keeps attached",
			shown(bpf_map__name(map)), shown(link->table->name),
			link->id);
	if (!(bpf_map__map_flags(map) & BPF_F_LINK))
		return refused("table %s cannot be swapped in: it has no link",
			       shown(bpf_map__name(map)));
	klog_mark();
	err = object_write_table(obj, map);
	if (err)
		return swap_refused("take table", map, obj, -err);
	update.old_map_fd = bpf_map_get_fd_by_id(link->table->info.id);
	err = wait_for_sleepers(update_link, &update, link->table);
	close(update.old_map_fd);
	if (err == -EPERM)
		return refused("link %u was swapped by someone else meanwhile",
			       link->id);
	if (err == -EOPNOTSUPP)
		return refused(
			"tables of this type cannot be swapped; detach, then attach");
	if (err)
		return swap_refused("swap in table", map, obj, -err);
	say_swapped(link, obj, map);
	return EXIT_OK;
}

int cmd_swap(const struct request *request)
{
	const char *file = request->operands[1];
	struct chosen_link link;
	struct bpf_object *obj;
	struct tables tables;
	struct bpf_map *map;
	int status;

	status = tables_read(&tables);
	if (status == EXIT_OK)
		status = link_choose(&tables, request->operands[0], &link);
	if (status != EXIT_OK)
		goto free_tables;
	status = object_load(file, request, &obj);
	if (status != EXIT_OK)
		goto close_link;

	map = object_next_table(obj, NULL);
	if (object_next_table(obj, map))
		status = refused("%s holds more than one table; choose with --map",
				 shown(file));
	else
		status = swap(&link, obj, map);

	bpf_object__close(obj);
close_link:
	close(link.fd);
free_tables:
	tables_free(&tables);
	return status;
}
