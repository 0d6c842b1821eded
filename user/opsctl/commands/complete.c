// SPDX-License-Identifier: GPL-2.0-only
/* opsctl complete: prints what a shell may offer where a user types. */
#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>

#include "command.h"
#include "base/output.h"
#include "kernel/kernel_btf.h"
#include "kernel/tables.h"

/* Tells whether the user's terminal can show it: that knows the encoding. */
static bool is_printable(const char *text)
{
	mbstate_t state = {};
	size_t len;
	wchar_t c;

	while ((len = mbrtowc(&c, text, MB_CUR_MAX, &state))) {
		if (len > MB_CUR_MAX || !iswprint(c))
			return false;
		text += len;
	}
	return true;
}

/* Tells whether opsctl takes it for a name in any place, and it can be typed. */
static bool is_name(const char *text)
{
	return *text != '-' && !strchr(text, '/') &&
	       text[strspn(text, "0123456789")] && is_printable(text);
}

/* Offers the name where it means this table: tables_find() refuses what is not clear. */
static void offer_name(const struct tables *tables, const struct table *t)
{
	struct table *found;

	if (is_name(t->name) && tables_named(tables, t->name, &found) == 1 &&
	    found == t)
		puts(t->name);
}

static void offer_table(const struct tables *tables, const struct table *t)
{
	printf("%u\n", t->info.id);
	offer_name(tables, t);
}

static void offer_attached(const struct tables *tables, const struct table *t)
{
	if (t->is_bound)
		offer_table(tables, t);
}

/* Offers the name as well where it stands for one link. */
static void offer_links(const struct tables *tables, const struct table *t)
{
	int i;

	for (i = 0; i < t->nr_links; i++)
		printf("%u\n", t->links[i].id);
	if (t->nr_links == 1)
		offer_name(tables, t);
}

static int offer_each(void (*offer)(const struct tables *tables,
				    const struct table *t))
{
	struct tables tables;
	int i, status;

	status = tables_read(&tables);
	for (i = 0; i < tables.count && status == EXIT_OK; i++)
		offer(&tables, &tables.items[i]);
	tables_free(&tables);
	return status;
}

static int offer_types(void)
{
	struct ops_types types;
	int i;

	if (ops_types_find(&types, NULL))
		return refused("cannot read the kernel's BTF: %s",
			       strerror(errno));
	for (i = 0; i < types.count; i++) {
		if (is_name(types.items[i].name))
			puts(types.items[i].name);
	}
	ops_types_free(&types);
	return EXIT_OK;
}

int cmd_complete(const struct request *request)
{
	const char *what = request->operands[0];

	setlocale(LC_CTYPE, "");
	if (!strcmp(what, "tables"))
		return offer_each(offer_table);
	if (!strcmp(what, "attached"))
		return offer_each(offer_attached);
	if (!strcmp(what, "links"))
		return offer_each(offer_links);
	if (!strcmp(what, "types"))
		return offer_types();
	return bad_usage("complete takes tables, attached, links or types");
}
