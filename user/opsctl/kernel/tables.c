// SPDX-License-Identifier: GPL-2.0-only
#include "tables.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "command.h"
#include "state.h"
#include "base/memory.h"
#include "base/output.h"

/* The beginning of every value: struct bpf_struct_ops_common_value. */
struct common_value {
	__u32 refcount;
	__u32 state;
};

/* enum bpf_struct_ops_state, which no header tells user space. */
enum { STATE_INIT, STATE_INUSE, STATE_TOBEFREE, STATE_READY };

bool table_is_used(const struct table *table)
{
	return !table->is_bound && table->refcount;
}

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
	btf = kernel_btf_of_id(t->info.btf_vmlinux_id, t->module);
	/* If the module was exchanged meanwhile, it may have other types. */
	if (!btf ||
	    !ops_type_of_value(btf, t->info.btf_vmlinux_value_type_id, &t->type) ||
	    t->type.offset + t->type.type->size > t->info.value_size)
		t->type.btf = NULL;
}

static void read_name(struct table *t)
{
	if (t->type.btf)
		table_naming(t->type.btf, t->type.type,
			     (char *)t->value + t->type.offset, t->info.name,
			     t->name);
	else
		snprintf(t->name, sizeof(t->name), "%s", t->info.name);
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

static bool read_table(struct tables *tables, int fd)
{
	struct bpf_map_info info = {};
	__u32 size = sizeof(info);
	struct table *t;

	if (bpf_map_get_info_by_fd(fd, &info, &size) < 0)
		return true;
	if (info.type != BPF_MAP_TYPE_STRUCT_OPS)
		return false;

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
	t->is_bound = t->state == STATE_INUSE;
	return true;
}

static void add_link(struct table *t, __u32 id)
{
	t->links = xgrow(t->links, t->nr_links, sizeof(*t->links));
	t->links[t->nr_links++] = (struct ops_link){ .id = id };
	/* The state of a table with a link stays READY, even while it is attached. */
	t->is_bound = true;
}

static void add_empty_link(struct tables *tables, __u32 id)
{
	tables->empty_links = xgrow(tables->empty_links, tables->nr_empty_links,
				    sizeof(*tables->empty_links));
	tables->empty_links[tables->nr_empty_links++] =
		(struct ops_link){ .id = id };
}

static bool read_link(struct tables *tables, int fd)
{
	struct bpf_link_info info = {};
	__u32 size = sizeof(info);
	int i;

	if (bpf_link_get_info_by_fd(fd, &info, &size) < 0)
		return true;
	if (info.type != BPF_LINK_TYPE_STRUCT_OPS)
		return false;
	if (!info.struct_ops.map_id) {
		add_empty_link(tables, info.id);
		return true;
	}
	for (i = 0; i < tables->count; i++) {
		if (tables->items[i].info.id != info.struct_ops.map_id)
			continue;
		add_link(&tables->items[i], info.id);
		return true;
	}
	/* The table came after we had read the tables. */
	tables->is_late = true;
	return true;
}

/* A newer table of the same name has what the files of its type tell of. */
static bool has_successor(const struct tables *tables, const struct table *t)
{
	int i;

	for (i = 0; i < tables->count; i++) {
		const struct table *other = &tables->items[i];

		if (other->is_bound && other->type.btf == t->type.btf &&
		    other->type.type == t->type.type &&
		    !strcmp(other->name, t->name) && other->info.id > t->info.id)
			return true;
	}
	return false;
}

static void find_end(const struct tables *tables, struct table *t)
{
	struct subject subject;
	const char *reason;

	t->attached = t->is_bound;
	if (!t->is_bound || !t->type.btf)
		return;
	subject = subject_of(t->type.name, t->type.btf, t->type.type,
			     (char *)t->value + t->type.offset);
	reason = subject_ended(&subject);
	if (!reason && subject.kind == SUBJECT_SCHED_EXT &&
	    has_successor(tables, t))
		reason = "a newer one of the same name runs";
	if (!reason)
		return;
	t->attached = false;
	t->ended = xstrdup(reason);
}

/**
 * struct kind - a kind of objects that the kernel has
 * @next: finds the next id; ids come in ascending order
 * @open: opens one
 * @read: reads it; false if it is none of struct_ops, and will never be
 * @others: the ids of those, when all were read last
 * @nr_others: how many
 */
struct kind {
	int (*next)(__u32 id, __u32 *next_id);
	int (*open)(__u32 id);
	bool (*read)(struct tables *tables, int fd);
	__u32 *others;
	int nr_others;
};

/* Most maps of a machine are none of struct_ops, and opening each would take long. */
static bool is_known_other(const struct kind *kind, int *i, __u32 id)
{
	while (*i < kind->nr_others && kind->others[*i] < id)
		++*i;
	return *i < kind->nr_others && kind->others[*i] == id;
}

/* Reads each object of a kind. Returns -errno. */
static int read_each(struct tables *tables, struct kind *kind)
{
	__u32 id = 0, *others = NULL;
	int fd, i = 0, n = 0, err;
	bool is_other;

	while (kind->next(id, &id) == 0) {
		is_other = is_known_other(kind, &i, id);
		if (!is_other) {
			fd = kind->open(id);
			/* The object may be gone by now. */
			if (fd < 0)
				continue;
			is_other = !kind->read(tables, fd);
			close(fd);
		}
		if (is_other) {
			others = xgrow(others, n, sizeof(*others));
			others[n++] = id;
		}
	}
	err = errno == ENOENT ? 0 : -errno;
	/* The kernel gives an id again only after two billion others. */
	free(kind->others);
	kind->others = others;
	kind->nr_others = n;
	return err;
}

/* How often to read again where tables come while they are read. */
#define READS_MAX 5

static int read_all(struct tables *tables)
{
	static struct kind maps = {
		.next = bpf_map_get_next_id,
		.open = bpf_map_get_fd_by_id,
		.read = read_table,
	};
	static struct kind links = {
		.next = bpf_link_get_next_id,
		.open = bpf_link_get_fd_by_id,
		.read = read_link,
	};
	int i, err;

	for (i = 0; i < READS_MAX; i++) {
		*tables = (struct tables){};
		err = read_each(tables, &maps);
		if (!err)
			err = read_each(tables, &links);
		if (err || !tables->is_late || i == READS_MAX - 1)
			break;
		tables_free(tables);
	}
	return err;
}

int tables_read(struct tables *tables)
{
	int i, err = read_all(tables);

	if (err == -EPERM)
		return refused(
			"not permitted to see the BPF maps of this machine; run this as root (it takes CAP_SYS_ADMIN)");
	if (err)
		return refused("cannot read the BPF maps of this machine: %s",
			       strerror(-err));
	for (i = 0; i < tables->count; i++)
		find_end(tables, &tables->items[i]);
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
		free(t->ended);
	}
	for (i = 0; i < tables->nr_empty_links; i++)
		holders_free(&tables->empty_links[i].holders);
	free(tables->empty_links);
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
	for (i = 0; i < tables->nr_empty_links; i++)
		holders_of(true, tables->empty_links[i].id,
			   &tables->empty_links[i].holders);
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

/* The higher, the rather a name means this table. */
static int rank(const struct table *t)
{
	return t->attached ? 3 : t->is_bound ? 2 : 1;
}

int tables_named(const struct tables *tables, const char *what,
		 struct table **found)
{
	int i, best = 0, n = 0;

	for (i = 0; i < tables->count; i++) {
		struct table *t = &tables->items[i];

		if ((strcmp(t->name, what) && !is_map_name(t->info.name, what)) ||
		    rank(t) < best)
			continue;
		n = rank(t) > best ? 1 : n + 1;
		best = rank(t);
		*found = t;
	}
	return n;
}

struct table *tables_find(const struct tables *tables, const char *what)
{
	struct table *found = NULL;
	__u32 id;
	int i, n;

	if (parse_id(what, &id)) {
		for (i = 0; i < tables->count; i++) {
			if (tables->items[i].info.id == id)
				return &tables->items[i];
		}
	}
	n = tables_named(tables, what, &found);
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
