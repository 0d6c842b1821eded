// SPDX-License-Identifier: GPL-2.0-only
#include "links.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "command.h"
#include "base/output.h"

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
	else if (t->is_bound)
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
