// SPDX-License-Identifier: GPL-2.0-only
#include "source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "facts.h"
#include "prototype.h"
#include "base/memory.h"

/* The table, and what the names of its programs begin with: they are all one file's. */
#define TABLE "mine"

#define COLUMNS 80
#define TAB 8

static const char *name_of(const struct source *s, const struct btf_member *m)
{
	return btf__name_by_offset(s->type->btf, m->name_off);
}

static bool is_wanted(const struct source *s, const char *member)
{
	const struct request *request = s->request;
	int i;

	for (i = 0; i < request->nr_members; i++) {
		if (!strcmp(request->members[i], member))
			return true;
	}
	return !request->nr_members;
}

static const struct btf_member *member(const struct source *s, int i)
{
	return btf_members(s->type->type) + i;
}

static int nr_members(const struct source *s)
{
	return btf_vlen(s->type->type);
}

static bool is_function(const struct source *s, int i)
{
	return member_is_function(s->type->btf, member(s, i)) &&
	       is_wanted(s, name_of(s, member(s, i)));
}

/* Returns why the kernel refuses a program there that does nothing, or NULL. */
static const char *why_refused(const struct source *s, int i)
{
	const char *why = NULL;
	struct prototype p;
	int j;

	prototype_read(&p, s->type, member(s, i));
	for (j = 0; j < p.count; j++) {
		if (p.parameters[j].is_reference)
			why = "has to give a reference back";
		else if (p.parameters[j].is_in_arena)
			why = "has to use an arena";
	}
	prototype_free(&p);
	return why;
}

/* Returns why there is no program for a function that is wanted, or NULL. */
static const char *why_left_out(const struct source *s, int i)
{
	const char *why = prototype_problem(s->type, member(s, i));
	const struct fact *fact;

	if (why || s->request->nr_members)
		return why;
	fact = fact_of(s->type->name, name_of(s, member(s, i)));
	if (fact && fact->left_out)
		return fact->note;
	return fact && fact->body ? NULL : why_refused(s, i);
}

static bool is_printed(const struct source *s, int i)
{
	return is_function(s, i) && !s->why[i];
}

/* vmlinux.h has members without a name that are structs with one, which is no standard C. */
static bool needs_extensions(const struct btf *btf)
{
	__u32 id, end = btf__type_cnt(btf);
	int i;

	for (id = 1; id < end; id++) {
		const struct btf_type *t = btf__type_by_id(btf, id);

		for (i = 0; btf_is_composite(t) && i < btf_vlen(t); i++) {
			const struct btf_member *m = btf_members(t) + i;
			const struct btf_type *its;

			if (m->name_off)
				continue;
			its = btf__type_by_id(btf, m->type);
			if (btf_is_composite(its) && its->name_off)
				return true;
		}
	}
	return false;
}

/* Prints the path, if neither a shell nor a comment takes a part of it for its own. */
static void print_path(const char *path)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				    "/._+-~:@%";

	fputs(*path != '-' && !path[strspn(path, plain)] ? path : "FILE", stdout);
}

static void print_head(const struct source *s)
{
	const struct ops_type *type = s->type;

	printf("// SPDX-License-Identifier: GPL-2.0-only\n"
	       "/*\n"
	       " * A table of the type %s (%s).\n"
	       " * To build and to attach it:\n"
	       " *   bpftool ",
	       type->name, type->module);
	if (s->base) {
		fputs("-B ", stdout);
		print_path(s->base);
		putchar(' ');
	}
	fputs("btf dump file ", stdout);
	print_path(s->btf);
	printf(" format c >vmlinux.h\n"
	       " *   clang -g -O2 -mcpu=v3 -target bpf %s-c %s.bpf.c\n"
	       " *   opsctl attach %s.bpf.o\n"
	       " *\n"
	       " * BTF does not tell which programs may sleep: the type decides. The section of\n"
	       " * one that sleeps is \"struct_ops.s/MEMBER\". Elsewhere the kernel refuses it.\n"
	       " */\n"
	       "#include \"vmlinux.h\"\n"
	       "#include <bpf/bpf_helpers.h>\n"
	       "#include <bpf/bpf_tracing.h>\n"
	       "\n"
	       "char _license[] SEC(\"license\") = \"GPL\";\n",
	       needs_extensions(type->btf)
		       ? "-fms-extensions -Wno-microsoft-anon-tag \\\n *\t"
		       : "",
	       type->name, type->name);
}

/**
 * struct list - a list that is printed on lines of 80 columns
 * @lead: what a line begins with
 * @indent: the columns of that
 * @column: where the line ends so far
 */
struct list {
	char lead[COLUMNS];
	int indent;
	int column;
};

/* Adds an item, and the comma or the end that follows it. */
static void list_add(struct list *list, const char *item, const char *end)
{
	int width = strlen(item) + strlen(end);

	if (list->column > list->indent && list->column + 1 + width > COLUMNS) {
		printf("\n%s", list->lead);
		list->column = list->indent;
	} else if (list->column > list->indent) {
		putchar(' ');
		list->column++;
	}
	list->column += width;
	printf("%s%s", item, end);
}

/* Begins it after INDENT columns of a line, with which the next lines are aligned. */
static void list_begin(struct list *list, int indent)
{
	*list = (struct list){ .indent = indent, .column = indent };
	if (indent >= COLUMNS)
		return;
	memset(list->lead, '\t', indent / TAB);
	memset(list->lead + indent / TAB, ' ', indent % TAB);
}

static bool has_wide(const struct prototype *p)
{
	int i;

	for (i = 0; i < p->count; i++) {
		if (p->parameters[i].is_wide)
			return true;
	}
	return false;
}

/* BPF_PROG2() takes the types of parameters apart from their names. */
static void print_signature(const char *member, const struct prototype *p)
{
	bool apart = has_wide(p);
	struct list list;
	int i;

	list_begin(&list, printf("%sBPF_PROG%s(", p->result, apart ? "2" : ""));
	list.column += printf(TABLE "_");
	list.column += printf("%s%s", member, p->count ? "," : ")\n");
	for (i = 0; i < p->count; i++) {
		const struct parameter *parameter = &p->parameters[i];
		const char *end = i + 1 < p->count ? "," : ")";

		if (apart) {
			list_add(&list, parameter->type, ",");
			list_add(&list, parameter->name, end);
		} else {
			list_add(&list, parameter->declaration, end);
		}
	}
	if (p->count)
		putchar('\n');
}

/* What is known of a member, a sentence each. */
static void print_facts(const char *member, const struct fact *fact,
			const struct prototype *p)
{
	char *sentences[1 + 3 * PARAMETERS_MAX];
	int i, n = 0;

	if (fact)
		sentences[n++] = xasprintf("%s %s.", member, fact->note);
	for (i = 0; i < p->count; i++) {
		const struct parameter *parameter = &p->parameters[i];

		if (parameter->is_nullable)
			sentences[n++] =
				xasprintf("%s may be NULL.", parameter->name);
		if (parameter->is_reference)
			sentences[n++] = xasprintf(
				"%s is a reference: give it back, or pass it on.",
				parameter->name);
		if (parameter->is_in_arena)
			sentences[n++] = xasprintf("%s is in the arena.",
						   parameter->name);
	}
	if (n == 1)
		printf("/* %s */\n", sentences[0]);
	else if (n)
		puts("/*");
	for (i = 0; i < n; i++) {
		if (n > 1)
			printf(" * %s\n", sentences[i]);
		free(sentences[i]);
	}
	if (n > 1)
		puts(" */");
}

static void print_program(const struct source *s, const struct btf_member *m)
{
	const char *member = name_of(s, m);
	const struct fact *fact = fact_of(s->type->name, member);
	struct prototype p;

	prototype_read(&p, s->type, m);
	putchar('\n');
	if (fact && fact->calls)
		printf("%s\n", fact->calls);
	print_facts(member, fact, &p);
	printf("SEC(\"struct_ops/%s\")\n", member);
	print_signature(member, &p);
	puts("{");
	if (fact && fact->body)
		fputs(fact->body, stdout);
	else if (p.returns)
		printf("\treturn %s;\n", p.returns);
	puts("}");
	prototype_free(&p);
}

/* Returns the type of a data member, or NULL if nothing can be written there by its name. */
static const struct btf_type *data_type(const struct source *s, int i)
{
	int id = btf__resolve_type(s->type->btf, member(s, i)->type);

	if (id < 0 || !member(s, i)->name_off ||
	    btf_member_bitfield_size(s->type->type, i))
		return NULL;
	return btf__type_by_id(s->type->btf, id);
}

static bool is_number(const struct btf_type *t)
{
	return t && (btf_is_int(t) || btf_is_any_enum(t));
}

/* Tells whether it is the name by which tables are known: it may not be empty. */
static bool is_text(const struct btf *btf, const struct btf_type *t,
		    const char *name)
{
	int id;

	if (!t || !btf_is_array(t) || btf_array(t)->nelems < 2 ||
	    (strcmp(name, "name") && strcmp(name, "id")))
		return false;
	id = btf__resolve_type(btf, btf_array(t)->type);
	return id > 0 && btf_is_int(btf__type_by_id(btf, id)) &&
	       btf__type_by_id(btf, id)->size == 1;
}

/* Prints a data member that an author may want to write. */
static void print_data(const struct source *s, int i)
{
	const char *name = name_of(s, member(s, i));
	const struct btf_type *t = data_type(s, i);

	if (is_number(t))
		printf("\t.%s = 0,\n", name);
	else if (is_text(s->type->btf, t, name))
		printf("\t.%s = \"%.*s\",\n", name,
		       (int)btf_array(t)->nelems - 1, TABLE);
}

static void print_function(const struct source *s, const struct btf_member *m)
{
	const char *member = name_of(s, m);
	int width = TAB + 2 * strlen(member) + strlen(". = (void *)" TABLE "_,");

	printf("\t.%s =%s(void *)" TABLE "_%s,\n", member,
	       width > COLUMNS ? "\n\t\t" : " ", member);
}

/* Prints once, for all members with that reason, that they are left out. */
static void print_left_out(const struct source *s, int which)
{
	struct list list = { .lead = " *   ", .indent = strlen(" *   ") };
	const char *why = s->why[which];
	int i, left = 0;
	char *reason;

	for (i = 0; i < nr_members(s); i++) {
		if (!s->why[i] || strcmp(s->why[i], why))
			continue;
		/* An earlier member has said it. */
		if (i < which)
			return;
		if (!left++)
			list.column = printf(" * Left out:");
		list_add(&list, name_of(s, member(s, i)), "");
	}
	reason = xasprintf("(%s%s)", left > 1 ? "each " : "", why);
	list_add(&list, reason, "");
	putchar('\n');
	free(reason);
}

/* Tells whether it is a data member that print_data() leaves out. */
static bool is_special(const struct source *s, int i)
{
	const struct btf_member *m = member(s, i);
	const struct btf_type *t = data_type(s, i);

	if (member_is_function(s->type->btf, m))
		return false;
	if (btf_member_bitfield_size(s->type->type, i))
		return true;
	return m->name_off && !is_number(t) &&
	       !is_text(s->type->btf, t, name_of(s, m));
}

static void print_special(const struct source *s, int i)
{
	const struct btf_member *m = member(s, i);
	const char *name = name_of(s, m);
	char *c;

	if (btf_member_bitfield_size(s->type->type, i)) {
		printf(" * Libbpf refuses bitfields: %s\n",
		       *name ? name : "(one without a name)");
		return;
	}
	c = member_in_c(s->type->btf, m);
	printf(" * Stays zero: %s\n", strchr(c, '\n') ? name : c);
	free(c);
}

/* Prints what of the table is not there, and why. */
static void print_rest(const struct source *s)
{
	int i, n = 0;

	for (i = 0; i < nr_members(s); i++)
		n += is_special(s, i) || s->why[i];
	if (!n)
		return;
	puts("/*");
	for (i = 0; i < nr_members(s); i++) {
		if (is_special(s, i))
			print_special(s, i);
	}
	for (i = 0; i < nr_members(s); i++) {
		if (s->why[i])
			print_left_out(s, i);
	}
	puts(" */");
}

static void print_table(const struct source *s)
{
	int i;

	putchar('\n');
	print_rest(s);
	printf("SEC(\".struct_ops.link\")\n"
	       "struct %s " TABLE " = {\n",
	       s->type->name);
	for (i = 0; i < nr_members(s); i++) {
		if (is_printed(s, i))
			print_function(s, member(s, i));
		else if (!member_is_function(s->type->btf, member(s, i)))
			print_data(s, i);
	}
	puts("};");
}

void source_print(struct source *source)
{
	int i, n = nr_members(source);

	source->why = calloc(n, sizeof(*source->why));
	if (!source->why)
		abort();
	print_head(source);
	for (i = 0; i < n; i++) {
		if (is_function(source, i))
			source->why[i] = why_left_out(source, i);
		if (is_printed(source, i))
			print_program(source, member(source, i));
	}
	print_table(source);
	free(source->why);
}
