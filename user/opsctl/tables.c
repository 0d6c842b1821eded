// SPDX-License-Identifier: GPL-2.0-only
#include "tables.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "opsctl.h"
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

const void *table_member_data(const struct table *table, int member)
{
	return (char *)table->value + table->type.offset +
	       btf_member_bit_offset(table->type.type, member) / 8;
}

/* Takes the name from the member "name", if that is text, as in most types. */
static void read_name(struct table *t)
{
	const struct btf *btf = t->type.btf;
	const struct btf_member *member;
	int i;

	snprintf(t->name, sizeof(t->name), "%s", t->info.name);
	if (!btf || !t->value)
		return;

	member = btf_members(t->type.type);
	for (i = 0; i < btf_vlen(t->type.type); i++, member++) {
		const struct btf_type *array;
		const char *text;
		int id;

		if (strcmp(btf__name_by_offset(btf, member->name_off), "name"))
			continue;
		id = btf__resolve_type(btf, member->type);
		if (id < 0)
			return;
		array = btf__type_by_id(btf, id);
		if (!btf_is_array(array) ||
		    btf__resolve_size(btf, id) !=
			    (long long)btf_array(array)->nelems)
			return;
		text = table_member_data(t, i);
		if (*text)
			snprintf(t->name, sizeof(t->name), "%.*s",
				 (int)btf_array(array)->nelems, text);
		return;
	}
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

	tables->at =
		realloc(tables->at, (tables->count + 1) * sizeof(*tables->at));
	if (!tables->at)
		abort();
	t = &tables->at[tables->count++];
	*t = (struct table){ .info = info };
	read_value(t, fd);
	read_type(t);
	read_name(t);
	holders_of(false, info.id, &t->holders);
	/* Only a table without a link has the states INUSE and TOBEFREE. */
	t->attached = t->state == STATE_INUSE;
}

static void add_link(struct table *t, __u32 id)
{
	t->links = realloc(t->links, (t->nr_links + 1) * sizeof(*t->links));
	if (!t->links)
		abort();
	t->links[t->nr_links].id = id;
	holders_of(true, id, &t->links[t->nr_links].holders);
	t->nr_links++;
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
		if (tables->at[i].info.id == info.struct_ops.map_id)
			add_link(&tables->at[i], info.id);
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
	holders_look();
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
		struct table *t = &tables->at[i];

		for (j = 0; j < t->nr_links; j++)
			holders_free(&t->links[j].holders);
		holders_free(&t->holders);
		free(t->links);
		free(t->value);
	}
	free(tables->at);
	*tables = (struct tables){};
}

int table_nr_members(const struct table *table)
{
	return table->type.btf ? btf_vlen(table->type.type) : 0;
}

const char *table_member_name(const struct table *table, int member)
{
	return btf__name_by_offset(
		table->type.btf, btf_members(table->type.type)[member].name_off);
}

bool table_member_is_function(const struct table *table, int member)
{
	return member_is_function(table->type.btf,
				  &btf_members(table->type.type)[member]);
}

__u32 table_program(const struct table *table, int member)
{
	unsigned long id;

	/* The kernel writes the id where the function's address would be. */
	memcpy(&id, table_member_data(table, member), sizeof(id));
	return id;
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
		if (table_link(&tables->at[i], id) >= 0)
			return &tables->at[i];
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
			if (tables->at[i].info.id == id)
				return &tables->at[i];
		}
	}
	for (i = 0; i < tables->count; i++) {
		if (!strcmp(tables->at[i].name, what)) {
			found = &tables->at[i];
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
