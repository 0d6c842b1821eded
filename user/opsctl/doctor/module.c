// SPDX-License-Identifier: GPL-2.0-only
#include "checks.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "look.h"
#include "machine.h"
#include "base/memory.h"
#include "base/output.h"
#include "kernel/kernel_btf.h"

static bool module_is_there(void)
{
	return *machine.module && exists_in("/sys/module", machine.module);
}

/* A module that is compiled into the kernel has no state, and no BTF of its own. */
static bool module_is_built_in(void)
{
	char dir[128];

	snprintf(dir, sizeof(dir), "/sys/module/%s", machine.module);
	return !exists_in(dir, "initstate");
}

void check_module(struct finding *f)
{
	if (!*machine.module)
		return;
	if (!module_is_there()) {
		report(f, FATAL, "module %s is not loaded", machine.module);
		advise(f, "modprobe %s  # or insmod, with the path of its .ko",
		       quoted(machine.module));
	} else if (module_is_built_in()) {
		report(f, OK, "module %s is part of the kernel", machine.module);
	} else {
		report(f, OK, "module %s is loaded", machine.module);
	}
}

void check_module_btf(struct finding *f)
{
	if (!module_is_there() || module_is_built_in())
		return;
	if (has_btf(machine.module)) {
		report(f, OK, "module %s has BTF", machine.module);
		return;
	}
	report(f, FATAL, "module %s has no BTF", machine.module);
	advise(f,
	       "opsctl doctor %s.ko  # its file: was it built without, or does the kernel refuse it?",
	       quoted(machine.module));
}

static bool collect_types(struct finding *f, struct ops_types *types)
{
	if (ops_types_find(types, NULL) == 0)
		return true;
	report(f, UNKNOWN,
	       "struct_ops types: not known, as BTF cannot be read: %s",
	       strerror(errno));
	advise(f, "opsctl -d types");
	return false;
}

/* The names of the module's types, comma-separated; the caller frees it. */
static char *module_types(const struct ops_types *types)
{
	char *text = NULL;
	FILE *out = xmemstream(&text);
	int i;

	for (i = 0; i < types->count; i++) {
		if (strcmp(types->items[i].module, machine.module))
			continue;
		next_item(out);
		fputs(types->items[i].name, out);
	}
	fclose(out);
	return text;
}

static bool is_skipped(const struct ops_types *types)
{
	const char *word = types->skipped;
	size_t len = strlen(machine.module);

	while (word && *word) {
		if (!strncmp(word, machine.module, len) &&
		    (!word[len] || word[len] == ' '))
			return true;
		word += strcspn(word, " ");
		word += *word == ' ';
	}
	return false;
}

void check_module_types(struct finding *f)
{
	struct ops_types types;
	char *names;

	if (!module_is_there() || !has_btf(machine.module) ||
	    !collect_types(f, &types))
		return;
	names = module_types(&types);
	if (is_skipped(&types)) {
		report(f, FATAL, "the BTF of module %s cannot be read",
		       machine.module);
		advise(f, "opsctl -d types");
	} else if (*names) {
		report(f, OK, "module %s offers %s", machine.module, names);
	} else {
		report(f, WARNING, "module %s offers no struct_ops type",
		       machine.module);
		advise(f, "opsctl types  # those of all modules");
	}
	free(names);
	ops_types_free(&types);
}

/* Chooses which of two modules with a type of the same name to unload. */
static const char *module_to_unload(const char *first, const char *second)
{
	/* The kernel's types come first, so the second is never the kernel. */
	if (!strcmp(second, machine.module) && strcmp(first, "vmlinux"))
		return first;
	return second;
}

static const char *print_clashes(const struct ops_types *types, FILE *out)
{
	const char *unload = NULL;
	int i, j;

	for (i = 0; i < types->count; i++) {
		const struct ops_type *a = &types->items[i];

		for (j = i + 1; j < types->count; j++) {
			const struct ops_type *b = &types->items[j];

			if (strcmp(a->name, b->name))
				continue;
			fprintf(out, "%stype %s is both %s's and %s's",
				unload ? ", " : "", a->name, a->module,
				b->module);
			if (!unload)
				unload = module_to_unload(a->module, b->module);
		}
	}
	return unload;
}

/* libbpf looks a type up by its name, and takes the first that it meets. */
void check_clashes(struct finding *f)
{
	struct ops_types types;
	char *text = NULL;
	const char *unload;
	FILE *out;

	if (!has_btf("vmlinux") || !collect_types(f, &types))
		return;
	out = xmemstream(&text);
	unload = print_clashes(&types, out);
	fclose(out);
	if (unload) {
		report(f, WARNING, "%s", text);
		advise(f, "rmmod %s", quoted(unload));
	} else if (types.skipped) {
		report(f, WARNING,
		       "the BTF of these modules cannot be read, their types are not known: %s",
		       types.skipped);
		advise(f, "opsctl -d types");
	} else {
		report(f, OK,
		       "no two modules have a struct_ops type of one name");
	}
	free(text);
	ops_types_free(&types);
}
