// SPDX-License-Identifier: GPL-2.0-only
#include "tables.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "command.h"
#include "memory.h"
#include "output.h"

/* The beginning of every value: struct bpf_struct_ops_common_value. */
struct common_value {
	__u32 refcount;
	__u32 state;
};

/* enum bpf_struct_ops_state, which no header tells user space. */
enum { STATE_INIT, STATE_INUSE, STATE_TOBEFREE, STATE_READY };

const char *table_state_name(const struct table *table)
{
	static const char *const names[] = { "INIT", "INUSE", "TOBEFREE",
					     "READY" };

	return table->state < 4 ? names[table->state] : "unknown";
}

static void read_type(struct table *t)
{
	const char *module = kernel_btf_name(t->info.btf_vmlinux_id);
	const struct btf *btf;

	if (!module)
		return;
	snprintf(t->module, sizeof(t->module), "%s", module);
	btf = kernel_btf(t->module);
	/* If the module was exchanged meanwhile, it may have other types. */
	if (!btf ||
	    !ops_type_of_value(btf, t->info.btf_vmlinux_value_type_id, &t->type) ||
	    t->type.offset + t->type.type->size > t->info.value_size)
		t->type.btf = NULL;
}

/* Most types that have a member "name" make it an array of characters. */
static bool is_text(const struct btf *btf, __u32 type)
{
	int id = btf__resolve_type(btf, type);
	const struct btf_type *array;

	if (id < 0)
		return false;
	array = btf__type_by_id(btf, id);
	return btf_is_array(array) &&
	       btf__resolve_size(btf, id) == (long long)btf_array(array)->nelems;
}

static void read_name(struct table *t)
{
	const struct btf_member *member;
	int i;

	snprintf(t->name, sizeof(t->name), "%s", t->info.name);
	for (i = 0; i < t->nr_members; i++) {
		const char *text = t->members[i].data;

		member = btf_members(t->type.type) + i;
		if (strcmp(t->members[i].name, "name") ||
		    !is_text(t->type.btf, member->type))
			continue;
		if (*text)
			snprintf(t->name, sizeof(t->name), "%.*s",
				 (int)btf__resolve_size(t->type.btf, member->type),
				 text);
		return;
	}
}

static void read_members(struct table *t)
{
	const struct btf_member *member = btf_members(t->type.type);
	unsigned long id;
	int i;

	t->nr_members = btf_vlen(t->type.type);
	t->members = calloc(t->nr_members, sizeof(*t->members));
	if (!t->members && t->nr_members)
		abort();
	for (i = 0; i < t->nr_members; i++, member++) {
		struct member *m = &t->members[i];

		m->name = btf__name_by_offset(t->type.btf, member->name_off);
		m->is_function = member_is_function(t->type.btf, member);
		m->data = (char *)t->value + t->type.offset +
			  btf_member_bit_offset(t->type.type, i) / 8;
		if (!m->is_function)
			continue;
		/* The kernel writes the id where the function's address would be. */
		memcpy(&id, m->data, sizeof(id));
		m->program = id;
	}
}

static void read_value(struct table *t, int fd)
{
	struct common_value *common;
	__u32 key = 0;

	t->value = calloc(1, t->info.value_size);
	if (!t->value)
		abort();
	if (bpf_map_lookup_elem(fd, &key, t->value) < 0)
		return;
	common = t->value;
	t->state = common->state;
	t->refcount = common->refcount;
}

static void read_table(struct tables *tables, int fd)
{
	struct bpf_map_info info = {};
	__u32 size = sizeof(info);
	struct table *t;

	if (bpf_map_get_info_by_fd(fd, &info, &size) < 0 ||
	    info.type != BPF_MAP_TYPE_STRUCT_OPS)
		return;

	tables->items =
		xgrow(tables->items, tables->count, sizeof(*tables->items));
	t = &tables->items[tables->count++];
	*t = (struct table){ .info = info };
	read_value(t, fd);
	read_type(t);
	if (t->type.btf)
		read_members(t);
	read_name(t);
	/* Only a table without a link has the states INUSE and TOBEFREE. */
	t->attached = t->state == STATE_INUSE;
}

static void add_link(struct table *t, __u32 id)
{
	t->links = xgrow(t->links, t->nr_links, sizeof(*t->links));
	t->links[t->nr_links++] = (struct ops_link){ .id = id };
	/* The state of a table with a link stays READY, even while it is attached. */
	t->attached = true;
}

static void read_link(struct tables *tables, int fd)
{
	struct bpf_link_info info = {};
	__u32 size = sizeof(info);
	int i;

	if (bpf_link_get_info_by_fd(fd, &info, &size) < 0 ||
	    info.type != BPF_LINK_TYPE_STRUCT_OPS)
		return;
	for (i = 0; i < tables->count; i++) {
		if (tables->items[i].info.id == info.struct_ops.map_id)
			add_link(&tables->items[i], info.id);
	}
}

/* Calls READ with each object that the two functions find. Returns -errno. */
static int read_each(struct tables *tables, int (*next)(__u32, __u32 *),
		     int (*open)(__u32),
		     void (*read)(struct tables *tables, int fd))
{
	__u32 id = 0;
	int fd;

	while (next(id, &id) == 0) {
		fd = open(id);
		/* The object may be gone by now. */
		if (fd < 0)
			continue;
		read(tables, fd);
		close(fd);
	}
	return errno == ENOENT ? 0 : -errno;
}

int tables_read(struct tables *tables)
{
	int err;

	*tables = (struct tables){};
	err = read_each(tables, bpf_map_get_next_id, bpf_map_get_fd_by_id,
			read_table);
	if (!err)
		err = read_each(tables, bpf_link_get_next_id,
				bpf_link_get_fd_by_id, read_link);
	if (err == -EPERM)
		return refused(
			"not permitted to see the BPF maps of this machine; run this as root (it takes CAP_SYS_ADMIN)");
	if (err)
		return refused("cannot read the BPF maps of this machine: %s",
			       strerror(-err));
	return EXIT_OK;
}

void tables_free(struct tables *tables)
{
	int i, j;

	for (i = 0; i < tables->count; i++) {
		struct table *t = &tables->items[i];

		for (j = 0; j < t->nr_links; j++)
			holders_free(&t->links[j].holders);
		holders_free(&t->holders);
		free(t->links);
		free(t->members);
		free(t->value);
	}
	free(tables->items);
	*tables = (struct tables){};
}

void tables_find_holders(struct tables *tables)
{
	int i, j;

	holders_look();
	for (i = 0; i < tables->count; i++) {
		struct table *t = &tables->items[i];

		holders_of(false, t->info.id, &t->holders);
		for (j = 0; j < t->nr_links; j++)
			holders_of(true, t->links[j].id, &t->links[j].holders);
	}
}

bool table_has_type_of(const struct table *table, const struct bpf_map *map)
{
	struct bpf_map_info info = {};
	__u32 size = sizeof(info);

	if (bpf_map_get_info_by_fd(bpf_map__fd(map), &info, &size))
		return false;
	return info.btf_vmlinux_id == table->info.btf_vmlinux_id &&
	       info.btf_vmlinux_value_type_id ==
		       table->info.btf_vmlinux_value_type_id;
}

int table_link(const struct table *table, __u32 id)
{
	int i;

	for (i = 0; i < table->nr_links; i++) {
		if (table->links[i].id == id)
			return i;
	}
	return -1;
}

const struct table *tables_by_link(const struct tables *tables, __u32 id)
{
	int i;

	for (i = 0; i < tables->count; i++) {
		if (table_link(&tables->items[i], id) >= 0)
			return &tables->items[i];
	}
	return NULL;
}

bool parse_id(const char *text, __u32 *id)
{
	unsigned long value;
	char *end;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	value = strtoul(text, &end, 10);
	*id = value;
	return !errno && !*end && value == *id;
}

struct table *tables_find(const struct tables *tables, const char *what)
{
	struct table *found = NULL;
	int i, n = 0;
	__u32 id;

	if (parse_id(what, &id)) {
		for (i = 0; i < tables->count; i++) {
			if (tables->items[i].info.id == id)
				return &tables->items[i];
		}
	}
	for (i = 0; i < tables->count; i++) {
		if (!strcmp(tables->items[i].name, what)) {
			found = &tables->items[i];
			n++;
		}
	}
	if (n == 1)
		return found;
	if (n)
		refused("%d tables are called '%s'; take an id: 'opsctl list' shows them",
			n, shown(what));
	else
		refused("no struct_ops map with the id or the name '%s'; 'opsctl list' shows them all",
			shown(what));
	return NULL;
}
