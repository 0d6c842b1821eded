// SPDX-License-Identifier: GPL-2.0-only
/* opsctl list: the tables that the kernel holds, and what holds them. */
#include "list.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "base/output.h"

static void add_holders_to_row(struct row *row, const struct holders *holders)
{
	int i;

	for (i = 0; i < holders->nr_pins; i++)
		row_add(row, "pinned at %s", shown(holders->pins[i]));
	for (i = 0; i < holders->nr_processes; i++)
		row_add(row, "pid %d (%s)", holders->processes[i].pid,
			shown(holders->processes[i].name));
}

static bool is_zero(const struct table *t, int i)
{
	const struct btf_member *m = btf_members(t->type.type) + i;
	long long size = btf__resolve_size(t->type.btf, m->type);
	const char *data = t->members[i].data;

	while (size > 0 && !*data)
		data++, size--;
	return size <= 0;
}

/* Tells whether the member is where the table's name comes from. */
static bool is_its_name(const struct table *t, const char *member)
{
	char text[NAME_SIZE];

	return member_text(t->type.btf, t->type.type,
			   (char *)t->value + t->type.offset, member, text,
			   sizeof(text)) &&
	       !strcmp(text, t->name);
}

/* Prints programs, and then data that is not zero. */
static void print_set_members(const struct table *t)
{
	struct row row = {};
	int i;

	for (i = 0; i < t->nr_members; i++) {
		if (t->members[i].program)
			row_add(&row, "%s prog %u", shown(t->members[i].name),
				t->members[i].program);
	}
	row_end(&row);
	for (i = 0; i < t->nr_members; i++) {
		const struct member *m = &t->members[i];
		char *data;

		if (m->is_function || is_zero(t, i) || is_its_name(t, m->name))
			continue;
		data = data_in_c(t->type.btf, btf_members(t->type.type) + i,
				 m->data);
		row_add(&row, "%s = %s", shown(m->name), data);
		free(data);
	}
	row_end(&row);
}

static const char *state_in_words(const struct table *t)
{
	if (t->attached)
		return "attached";
	if (t->is_bound)
		return "ended";
	return table_is_used(t) ? "not attached, still used" : "not attached";
}

void print_table(const struct table *t, bool members)
{
	struct row row = {};
	int i;

	printf("%u: %s  %s (%s)  %s\n", t->info.id, shown(t->name),
	       t->type.btf ? shown(t->type.name) : "unknown type",
	       *t->module ? shown(t->module) : "unknown module",
	       state_in_words(t));
	if (t->ended)
		printf("\tended by the kernel: %s; its link is still there: opsctl remove %u\n",
		       shown(t->ended), t->info.id);

	if (table_is_used(t))
		puts("\tits programs run until those who use it, such as connections, let go");
	for (i = 0; i < t->nr_links; i++) {
		row_add(&row, "link %u", t->links[i].id);
		add_holders_to_row(&row, &t->links[i].holders);
		row_end(&row);
	}
	if (t->is_bound && !t->nr_links)
		printf("\tno link: stays until removed (opsctl remove %u)\n",
		       t->info.id);

	row_add(&row, "map %s", shown(t->info.name));
	add_holders_to_row(&row, &t->holders);
	row_add(&row, "state %s", table_state_name(t));
	row_add(&row, "refcount %u", t->refcount);
	row_end(&row);
	if (members)
		print_set_members(t);
}

static void add_holders(struct json_object *to, const struct holders *holders)
{
	struct json_object *pins = json_object_new_array();
	struct json_object *processes = json_object_new_array();
	int i;

	for (i = 0; i < holders->nr_pins; i++)
		json_object_array_add(pins, json_text(holders->pins[i]));
	for (i = 0; i < holders->nr_processes; i++) {
		struct json_object *process = json_object_new_object();

		add_number(process, "pid", holders->processes[i].pid);
		add_text(process, "name", holders->processes[i].name);
		json_object_array_add(processes, process);
	}
	json_object_object_add(to, "pins", pins);
	json_object_object_add(to, "processes", processes);
}

static struct json_object *links_to_json(const struct ops_link *links, int n)
{
	struct json_object *all = json_object_new_array();
	int i;

	for (i = 0; i < n; i++) {
		struct json_object *link = json_object_new_object();

		add_number(link, "id", links[i].id);
		add_holders(link, &links[i].holders);
		json_object_array_add(all, link);
	}
	return all;
}

struct json_object *table_to_json(const struct table *t)
{
	struct json_object *table = json_object_new_object();
	struct json_object *programs = json_object_new_object();
	int i;

	add_number(table, "id", t->info.id);
	add_text(table, "name", t->name);
	add_text(table, "map", t->info.name);
	add_text(table, "type", t->type.btf ? t->type.name : NULL);
	add_text(table, "module", *t->module ? t->module : NULL);
	add_bool(table, "attached", t->attached);
	add_text(table, "ended", t->ended);
	add_bool(table, "still_used", table_is_used(t));
	add_text(table, "state", table_state_name(t));
	add_number(table, "refcount", t->refcount);
	json_object_object_add(table, "links",
			       links_to_json(t->links, t->nr_links));
	add_holders(table, &t->holders);
	for (i = 0; i < t->nr_members; i++) {
		if (t->members[i].program)
			add_number(programs, t->members[i].name,
				   t->members[i].program);
	}
	json_object_object_add(table, "programs", programs);
	return table;
}

/*
 * A table that was detached leaves its link to those who hold that. So do the types
 * that let go of a table by themselves, as the chain of the kit does.
 */
static void print_empty_links(const struct tables *tables)
{
	struct row row = {};
	int i;

	for (i = 0; i < tables->nr_empty_links; i++) {
		printf("link %u: its table was detached\n",
		       tables->empty_links[i].id);
		add_holders_to_row(&row, &tables->empty_links[i].holders);
		row_end(&row);
	}
}

/* A line for each table, before all that is to be said of it. */
static void print_overview(const struct tables *tables)
{
	int i;

	printf("%6s %-20s %-22s %-15s %s\n", "ID", "TABLE", "TYPE", "MODULE",
	       "STATE");
	for (i = 0; i < tables->count; i++) {
		const struct table *t = &tables->items[i];

		printf("%6u %-20s %-22s %-15s %s\n", t->info.id, shown(t->name),
		       t->type.btf ? shown(t->type.name) : "?",
		       *t->module ? shown(t->module) : "?", state_in_words(t));
	}
	putchar('\n');
}

int cmd_list(const struct request *request)
{
	struct json_object *all;
	struct tables tables;
	int i, status;

	(void)request;
	status = tables_read(&tables);
	if (status != EXIT_OK)
		goto out;
	tables_find_holders(&tables);

	if (settings.json) {
		all = json_object_new_array();
		for (i = 0; i < tables.count; i++)
			json_object_array_add(all,
					      table_to_json(&tables.items[i]));
		json_print(all);
	} else {
		if (tables.count > 1)
			print_overview(&tables);
		for (i = 0; i < tables.count; i++)
			print_table(&tables.items[i], true);
		print_empty_links(&tables);
		if (!tables.count)
			fputs("There is no struct_ops table in the kernel.\n",
			      stderr);
	}

out:
	tables_free(&tables);
	return status;
}
