// SPDX-License-Identifier: GPL-2.0-only
/* opsctl new: the source of a BPF object to begin with, for any type. */
#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/libbpf.h>

#include "command.h"
#include "member.h"
#include "base/btf_check.h"
#include "base/memory.h"
#include "base/nearest.h"
#include "base/output.h"
#include "kernel/kernel_btf.h"
#include "source/source.h"

#define BTF_DIR "/sys/kernel/btf/"

/**
 * struct origin - where the types come from
 * @types: those of the wanted name
 * @btf: the BTF of the file that was asked for, or NULL for this machine's
 * @base: the BTF that this goes on from, where it was asked for as well
 * @base_file: its file; NULL if there is none
 * @module: what @btf belongs to
 */
struct origin {
	struct ops_types types;
	struct btf *btf;
	struct btf *base;
	const char *base_file;
	char *module;
};

static void close_origin(struct origin *o)
{
	ops_types_free(&o->types);
	btf__free(o->btf);
	btf__free(o->base);
	free(o->module);
}

/* The file's name without directory and ending. */
static char *module_of(const char *file)
{
	char *path = xstrdup(file);
	char *name = xstrdup(basename(path));

	free(path);
	name[strcspn(name, ".")] = '\0';
	return name;
}

static int unreadable(const char *file, const char *hint)
{
	char why[128];

	/* Some errors are libbpf's own. */
	libbpf_strerror(errno, why, sizeof(why));
	return refused("cannot read the BTF of %s: %s%s", shown(file), why, hint);
}

/* Source of C is made of the names in it, whoever has chosen them. */
static int check_btf(const char *file, const struct btf *btf)
{
	const char *wrong = btf_problem(btf) ?: btf_name_problem(btf);

	return wrong ? refused("the BTF of %s is wrong: %s", shown(file), wrong)
		     : EXIT_OK;
}

/*
 * Finds the BTF that the one of the file goes on from: none for a kernel's. In its place a
 * module may have an excerpt of it, with which libbpf can read the module, but the types in
 * that have no members. Leaves the BTF in O where it needs none.
 */
static int find_base(struct origin *o, const struct request *request,
		     const struct btf **base)
{
	*base = NULL;
	o->base_file = request->base_btf;
	if (o->base_file) {
		o->base = btf__parse(o->base_file, NULL);
		*base = o->base;
		return o->base ? check_btf(o->base_file, o->base)
			       : unreadable(o->base_file, "");
	}
	o->btf = btf__parse(request->btf, NULL);
	if (o->btf && !btf__base_btf(o->btf))
		return EXIT_OK;
	if (!o->btf && errno != EINVAL)
		return unreadable(request->btf, "");
	btf__free(o->btf);
	o->btf = NULL;
	*base = kernel_btf("vmlinux");
	if (!*base)
		return unreadable(BTF_DIR "vmlinux", "");
	/* bpftool takes it by itself for the files next to it. */
	if (strncmp(request->btf, BTF_DIR, strlen(BTF_DIR)))
		o->base_file = BTF_DIR "vmlinux";
	return EXIT_OK;
}

static int read_file(struct origin *o, const struct request *request)
{
	const struct btf *base;
	int status;

	status = find_base(o, request, &base);
	if (status != EXIT_OK)
		return status;
	if (!o->btf)
		o->btf = btf__parse_split(request->btf, (struct btf *)base);
	if (o->btf)
		return check_btf(request->btf, o->btf);
	return unreadable(
		request->btf,
		request->base_btf
			? "; is it a module of that kernel?"
			: "; a module of another kernel needs that one's vmlinux in --base-btf");
}

/* Finds the types of that name, or all types. */
static int find_types(struct origin *o, const struct request *request,
		      const char *name)
{
	if (!request->btf) {
		if (ops_types_find(&o->types, name))
			return refused(
				"cannot read the kernel's BTF in /sys/kernel/btf: %s",
				strerror(errno));
		return EXIT_OK;
	}
	o->types = (struct ops_types){};
	ops_types_find_in(&o->types, o->btf, o->module, name);
	return EXIT_OK;
}

static int no_such_type(struct origin *o, const struct request *request)
{
	struct nearest near = { .wanted = request->operands[0] };
	char *known = NULL, *hint;
	FILE *names;
	int i, status;

	ops_types_free(&o->types);
	status = find_types(o, request, NULL);
	if (status != EXIT_OK)
		return status;
	for (i = 0; i < o->types.count; i++)
		nearest_offer(&near, o->types.items[i].name);
	hint = nearest_text(&near);
	if (!request->btf) {
		status = refused(
			"no struct_ops type '%s' in the kernel or a loaded module ('opsctl types' lists them)%s",
			shown(near.wanted), hint);
		free(hint);
		return status;
	}
	names = xmemstream(&known);
	for (i = 0; i < o->types.count; i++)
		fprintf(names, "%s%s", i ? ", " : "", o->types.items[i].name);
	fclose(names);
	status = refused("no struct_ops type '%s' in %s%s; it has: %s",
			 shown(near.wanted), shown(request->btf), hint,
			 *known ? shown(known) : "none");
	free(known);
	free(hint);
	return status;
}

static int two_modules(const struct origin *o)
{
	return refused(
		"more than one module has a type %s; to choose one: --btf " BTF_DIR
		"%s or --btf " BTF_DIR "%s",
		shown(o->types.items[0].name), shown(o->types.items[0].module),
		shown(o->types.items[1].module));
}

/* Checks the members that were asked for before anything is printed. */
static int check_members(const struct ops_type *type,
			 const struct request *request)
{
	const struct btf_member *m;
	int i, j, status;
	char *hint;

	for (i = 0; i < request->nr_members; i++) {
		struct nearest near = { .wanted = request->members[i] };

		m = member_find(type->btf, type->type, near.wanted);
		if (m && member_is_function(type->btf, m))
			continue;
		if (m)
			return bad_usage(
				"--member takes a function, and '%s' of %s is data",
				shown(near.wanted), shown(type->name));
		for (j = 0; j < btf_vlen(type->type); j++) {
			m = btf_members(type->type) + j;
			if (member_is_function(type->btf, m))
				nearest_offer(&near,
					      btf__name_by_offset(type->btf,
								  m->name_off));
		}
		hint = nearest_text(&near);
		if (request->btf)
			status = refused("%s has no member '%s'%s",
					 shown(type->name), shown(near.wanted),
					 hint);
		else
			status = refused(
				"%s has no member '%s' ('opsctl types %s' lists them)%s",
				shown(type->name), shown(near.wanted),
				shown(type->name), hint);
		free(hint);
		return status;
	}
	return EXIT_OK;
}

static int print(const struct origin *o, const struct request *request)
{
	const struct ops_type *type = &o->types.items[0];
	char *file = request->btf ? xstrdup(request->btf)
				  : xasprintf(BTF_DIR "%s", type->module);
	struct source source = {
		.type = type,
		.btf = file,
		.base = o->base_file,
		.request = request,
	};

	source_print(&source);
	free(file);
	return EXIT_OK;
}

int cmd_new(const struct request *request)
{
	struct origin o = {};
	int status = EXIT_OK;

	if (request->base_btf && !request->btf)
		return bad_usage("--base-btf is for --btf with a module");
	if (request->btf) {
		o.module = module_of(request->btf);
		status = read_file(&o, request);
	}
	if (status == EXIT_OK)
		status = find_types(&o, request, request->operands[0]);
	if (status == EXIT_OK && !o.types.count)
		status = no_such_type(&o, request);
	else if (status == EXIT_OK && o.types.count > 1)
		status = two_modules(&o);
	else if (status == EXIT_OK)
		status = check_members(&o.types.items[0], request)
				 ?: print(&o, request);
	close_origin(&o);
	return status;
}
