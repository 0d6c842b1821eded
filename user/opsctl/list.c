// SPDX-License-Identifier: GPL-2.0-only
/* opsctl list: the tables that the kernel holds, and what holds them. */
#include "list.h"

#include <stdio.h>

#include "command.h"
#include "output.h"

static void print_holders(const struct holders *holders)
{
	int i;

	for (i = 0; i < holders->nr_pins; i++)
		printf(", pinned at %s", shown(holders->pins[i]));
	for (i = 0; i < holders->nr_processes; i++)
		printf(", pid %d (%s)", holders->processes[i].pid,
		       shown(holders->processes[i].name));
}

static const char *state_in_words(const struct table *t)
{
	return t->attached   ? "attached"
	       : t->is_bound ? "ended"
			     : "not attached";
}

void print_table(const struct table *t)
{
	const char *before = "\t";
	int i;

	printf("%u: %s  %s (%s)  %s\n", t->info.id, shown(t->name),
	       t->type.btf ? shown(t->type.name) : "unknown type",
	       *t->module ? shown(t->module) : "unknown module",
	       state_in_words(t));
	if (t->ended)
		printf("\tended by the kernel: %s; its link is still there: opsctl remove %u\n",
		       shown(t->ended), t->info.id);

	for (i = 0; i < t->nr_links; i++) {
		printf("\tlink %u", t->links[i].id);
		print_holders(&t->links[i].holders);
		putchar('\n');
	}
	if (t->is_bound && !t->nr_links)
		printf("\tno link: stays until removed (opsctl remove %u)\n",
		       t->info.id);

	printf("\tmap %s", shown(t->info.name));
	print_holders(&t->holders);
	printf(", state %s, refcount %u\n", table_state_name(t), t->refcount);

	for (i = 0; i < t->nr_members; i++) {
		if (!t->members[i].program)
			continue;
		printf("%s%s prog %u", before, shown(t->members[i].name),
		       t->members[i].program);
		before = ", ";
	}
	if (*before == ',')
		putchar('\n');
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

static struct json_object *links_to_json(const struct table *t)
{
	struct json_object *links = json_object_new_array();
	int i;

	for (i = 0; i < t->nr_links; i++) {
		struct json_object *link = json_object_new_object();

		add_number(link, "id", t->links[i].id);
		add_holders(link, &t->links[i].holders);
		json_object_array_add(links, link);
	}
	return links;
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
	add_text(table, "state", table_state_name(t));
	add_number(table, "refcount", t->refcount);
	json_object_object_add(table, "links", links_to_json(t));
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
	int i;

	for (i = 0; i < tables->nr_empty_links; i++) {
		printf("link %u: its table was detached",
		       tables->empty_links[i].id);
		print_holders(&tables->empty_links[i].holders);
		putchar('\n');
	}
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
		for (i = 0; i < tables.count; i++)
			print_table(&tables.items[i]);
		print_empty_links(&tables);
		if (!tables.count)
			fputs("There is no struct_ops table in the kernel.\n",
			      stderr);
	}

out:
	tables_free(&tables);
	return status;
}
