// SPDX-License-Identifier: GPL-2.0-only
/* opsctl list: the tables that the kernel holds, and what holds them. */
#include "list.h"

#include <stdio.h>

#include "opsctl.h"
#include "output.h"

static void print_holders(const struct holders *holders)
{
	int i;

	for (i = 0; i < holders->nr_pins; i++)
		printf(", pinned at %s", shown(holders->pins[i]));
	for (i = 0; i < holders->nr_pids; i++)
		printf(", pid %d (%s)", holders->pids[i],
		       shown(process_name(holders->pids[i])));
}

void print_table(const struct table *t)
{
	bool first = true;
	int i;

	printf("%u: %s  %s (%s)  %s\n", t->info.id, shown(t->name),
	       t->type.btf ? shown(t->type.name) : "unknown type",
	       *t->module ? shown(t->module) : "unknown module",
	       t->attached ? "attached" : "not attached");

	for (i = 0; i < t->nr_links; i++) {
		printf("\tlink %u", t->links[i].id);
		print_holders(&t->links[i].holders);
		putchar('\n');
	}
	if (t->attached && !t->nr_links)
		printf("\tno link: stays until removed (opsctl remove %u)\n",
		       t->info.id);

	printf("\tmap %s", shown(t->info.name));
	print_holders(&t->holders);
	printf(", state %s, refcount %u\n", table_state_name(t), t->refcount);

	for (i = 0; i < table_nr_members(t); i++) {
		if (!table_member_is_function(t, i) || !table_program(t, i))
			continue;
		printf("%s%s prog %u", first ? "\t" : ", ",
		       shown(table_member_name(t, i)), table_program(t, i));
		first = false;
	}
	if (!first)
		putchar('\n');
}

static void add_holders(struct json_object *to, const struct holders *holders)
{
	struct json_object *pins = json_object_new_array();
	struct json_object *processes = json_object_new_array();
	int i;

	for (i = 0; i < holders->nr_pins; i++)
		json_object_array_add(pins, json_text(holders->pins[i]));
	for (i = 0; i < holders->nr_pids; i++) {
		struct json_object *process = json_object_new_object();

		json_object_object_add(process, "pid",
				       json_object_new_uint64(holders->pids[i]));
		json_object_object_add(process, "name",
				       json_text(process_name(holders->pids[i])));
		json_object_array_add(processes, process);
	}
	json_object_object_add(to, "pins", pins);
	json_object_object_add(to, "processes", processes);
}

struct json_object *table_to_json(const struct table *t)
{
	struct json_object *table = json_object_new_object();
	struct json_object *links = json_object_new_array();
	struct json_object *programs = json_object_new_object();
	int i;

	json_object_object_add(table, "id", json_object_new_uint64(t->info.id));
	json_object_object_add(table, "name", json_text(t->name));
	json_object_object_add(table, "map", json_text(t->info.name));
	json_object_object_add(table, "type",
			       t->type.btf ? json_text(t->type.name) : NULL);
	json_object_object_add(table, "module",
			       *t->module ? json_text(t->module) : NULL);
	json_object_object_add(table, "attached",
			       json_object_new_boolean(t->attached));
	json_object_object_add(table, "state", json_text(table_state_name(t)));
	json_object_object_add(table, "refcount",
			       json_object_new_uint64(t->refcount));
	for (i = 0; i < t->nr_links; i++) {
		struct json_object *link = json_object_new_object();

		json_object_object_add(link, "id",
				       json_object_new_uint64(t->links[i].id));
		add_holders(link, &t->links[i].holders);
		json_object_array_add(links, link);
	}
	json_object_object_add(table, "links", links);
	add_holders(table, &t->holders);
	for (i = 0; i < table_nr_members(t); i++) {
		if (table_member_is_function(t, i) && table_program(t, i))
			json_object_object_add(
				programs, table_member_name(t, i),
				json_object_new_uint64(table_program(t, i)));
	}
	json_object_object_add(table, "programs", programs);
	return table;
}

int cmd_list(int argc, char **argv)
{
	struct json_object *all;
	struct tables tables;
	int i, status;

	(void)argv;
	if (argc)
		return bad_usage("list takes no argument");
	status = tables_read(&tables);
	if (status != EXIT_OK)
		goto out;

	if (settings.json) {
		all = json_object_new_array();
		for (i = 0; i < tables.count; i++)
			json_object_array_add(all, table_to_json(&tables.at[i]));
		json_print(all);
	} else {
		for (i = 0; i < tables.count; i++)
			print_table(&tables.at[i]);
		if (!tables.count)
			fputs("There is no struct_ops table in the kernel.\n",
			      stderr);
	}

out:
	tables_free(&tables);
	return status;
}
