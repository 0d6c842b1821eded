// SPDX-License-Identifier: GPL-2.0-only
/* What keeps a loaded module busy, so that rmmod says "in use". */
#include "checks.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exit.h"
#include "look.h"
#include "machine.h"
#include "base/memory.h"
#include "base/output.h"
#include "kernel/tables.h"

/* A map that nobody has attached holds the module as well, for as long as it is there. */
static void add_table(FILE *out, const struct table *t)
{
	int i;

	next_item(out);
	fprintf(out, "table %s, id %u, %s", shown(t->name), t->info.id,
		t->is_bound ? "attached" : "not attached");
	for (i = 0; i < t->holders.nr_pins; i++)
		fprintf(out, ", its map pinned at %s", shown(t->holders.pins[i]));
	for (i = 0; i < t->holders.nr_processes; i++)
		fprintf(out, ", its map open in pid %d (%s)",
			t->holders.processes[i].pid,
			shown(t->holders.processes[i].name));
}

/* Returns the id of the last table that can be removed, or 0. */
static __u32 add_tables(FILE *out)
{
	struct tables tables;
	__u32 id = 0;
	int i;

	if (!caller_has_sys_admin() || tables_read(&tables) != EXIT_OK)
		return 0;
	tables_find_holders(&tables);
	for (i = 0; i < tables.count; i++) {
		const struct table *t = &tables.items[i];

		if (strcmp(t->module, machine.module))
			continue;
		add_table(out, t);
		if (t->is_bound)
			id = t->info.id;
	}
	tables_free(&tables);
	return id;
}

static void add_modules(FILE *out)
{
	char *path = xasprintf("/sys/module/%s/holders", machine.module);
	struct dirent *entry;
	DIR *dir = opendir(path);

	while (dir && (entry = readdir(dir))) {
		if (*entry->d_name == '.')
			continue;
		next_item(out);
		fprintf(out, "module %s", shown(entry->d_name));
	}
	if (dir)
		closedir(dir);
	free(path);
}

void check_module_users(struct finding *f)
{
	char *path, line[32], *users = NULL;
	FILE *out;
	__u32 id;

	if (!*machine.module)
		return;
	path = xasprintf("/sys/module/%s/refcnt", machine.module);
	if (!read_line(path, line, sizeof(line)))
		goto out;
	if (!strtoul(line, NULL, 10)) {
		report(f, OK, "nobody uses module %s", machine.module);
		goto out;
	}
	out = xmemstream(&users);
	id = add_tables(out);
	add_modules(out);
	fclose(out);
	report(f, OK, "module %s is in use, so it cannot be unloaded: %s",
	       machine.module,
	       *users ? users
		      : "by what has no table, such as an open file, a tracer, or a program that calls its kfuncs");
	if (id)
		advise(f, "opsctl remove %u", id);
	free(users);
out:
	free(path);
}
