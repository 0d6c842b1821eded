// SPDX-License-Identifier: GPL-2.0-only
/* The module's file that doctor was asked about: whether this kernel would take it. */
#include "checks.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ko.h"
#include "look.h"
#include "machine.h"
#include "base/memory.h"
#include "base/output.h"
#include "kernel/kernel_btf.h"

static struct ko ko;

/* What the file is not, or NULL. */
static const char *wrong;

void check_file(struct finding *f)
{
	if (!machine.file)
		return;
	wrong = ko_open(&ko, machine.file);
	if (!wrong && !*ko.name)
		wrong = "it has no name, as only modules for Linux before 4.13";
	if (wrong) {
		report(f, FATAL, "%s: %s", machine.file, wrong);
		advise(f, "file %s  # a module ends with .ko",
		       quoted(machine.file));
		return;
	}
	if (exists_in("/sys/module", ko.name)) {
		report(f, WARNING, "%s has module %s, which is loaded already",
		       machine.file, ko.name);
		advise(f, "rmmod %s", quoted(ko.name));
	} else {
		report(f, OK, "%s has module %s", machine.file, ko.name);
	}
}

static bool there_is_a_file(void)
{
	return machine.file && !wrong;
}

/* The kernel compares the first word unless both have checksums (same_magic()). */
void check_file_vermagic(struct finding *f)
{
	size_t len;

	if (!there_is_a_file())
		return;
	len = strcspn(ko.vermagic, " ");
	if (strlen(machine.uts.release) == len &&
	    !strncmp(ko.vermagic, machine.uts.release, len)) {
		report(f, OK, "module %s was built for this kernel", ko.name);
		return;
	}
	report(f, ko.has_versions ? WARNING : FATAL,
	       "module %s was built for kernel %.*s, and this is %s%s", ko.name,
	       (int)len, ko.vermagic, machine.uts.release,
	       ko.has_versions ? ": it loads only if all checksums fit" : "");
	advise(f, "make KDIR=/lib/modules/%s/build  # build it again",
	       quoted(machine.uts.release));
}

/* The value that each type has in BTF begins with what the kernel keeps of a map. */
static bool values_are_sound(void)
{
	const struct btf_type *value, *first;
	struct ops_type type;
	__u32 id;

	for (id = 1; id < btf__type_cnt(ko.btf); id++) {
		if (!ops_type_of_value(ko.btf, id, &type))
			continue;
		value = btf__type_by_id(ko.btf, id);
		first = btf__type_by_id(ko.btf, btf_members(value)->type);
		if (!first || !btf_is_struct(first) ||
		    strcmp(btf__name_by_offset(ko.btf, first->name_off),
			   "bpf_struct_ops_common_value"))
			return false;
	}
	return true;
}

/* What insmod says where the BTF is no good. */
static const char *insmod_then(void)
{
	bool set;

	if (!config_option("CONFIG_MODULE_ALLOW_BTF_MISMATCH", &set))
		return "insmod may say: Invalid argument";
	return set ? "insmod then says: No data available"
		   : "insmod then says: Invalid argument";
}

void check_file_btf(struct finding *f)
{
	if (!there_is_a_file() || !has_btf("vmlinux"))
		return;
	if (!ko.has_btf) {
		report(f, FATAL,
		       "module %s has no BTF, so it can offer no type; insmod then says: No data available",
		       ko.name);
		advise(f,
		       "pahole --version  # the build makes BTF with it, and must find the kernel's");
	} else if (ko.btf && values_are_sound()) {
		report(f, OK, "module %s has BTF that fits this kernel%s",
		       ko.name,
		       ko.is_relocatable ? ", with its own base (.BTF.base)"
					 : "");
	} else if (!ko.btf && !ko.btf_error) {
		report(f, UNKNOWN,
		       "BTF of module %s: not known, as this libbpf cannot relocate it",
		       ko.name);
		advise_upgrade(f);
	} else {
		report(f, FATAL,
		       "module %s has BTF that does not fit this kernel; %s",
		       ko.name, insmod_then());
		advise(f, "make KDIR=/lib/modules/%s/build  # build it again",
		       quoted(machine.uts.release));
	}
}

/* Each line of what a module prints into ADD is one clash. */
static void add(FILE *out, const char *format, const char *a, const char *b)
{
	next_item(out);
	fprintf(out, format, a, b);
}

/* The types of the file, and those that other modules have under the same name. */
static void look_at_types(FILE *offers, FILE *clashes)
{
	struct ops_types types;
	struct ops_type type;
	__u32 id, first = btf__type_cnt(kernel_btf("vmlinux"));
	int i;

	if (ops_types_find(&types, NULL))
		return;
	for (id = first; id < btf__type_cnt(ko.btf); id++) {
		if (!ops_type_of_value(ko.btf, id, &type))
			continue;
		add(offers, "%s%s", type.name, "");
		for (i = 0; i < types.count; i++) {
			if (!strcmp(types.items[i].name, type.name) &&
			    strcmp(types.items[i].module, ko.name))
				add(clashes, "type %s is %s's, too", type.name,
				    types.items[i].module);
		}
	}
	ops_types_free(&types);
}

void check_file_types(struct finding *f)
{
	char *offers = NULL, *clashes = NULL;
	FILE *to_offers, *to_clashes;

	if (!there_is_a_file() || !ko.btf)
		return;
	to_offers = xmemstream(&offers);
	to_clashes = xmemstream(&clashes);
	look_at_types(to_offers, to_clashes);
	fclose(to_offers);
	fclose(to_clashes);
	if (*clashes) {
		report(f, WARNING, "%s: libbpf may take one for the other",
		       clashes);
		advise(f, "opsctl types");
	} else if (*offers) {
		report(f, OK, "module %s offers %s", ko.name, offers);
	} else {
		report(f, WARNING, "module %s offers no struct_ops type",
		       ko.name);
		advise(f, "grep -rn register_bpf_struct_ops .  # in its source");
	}
	free(offers);
	free(clashes);
}

/* From 1.26 on, pahole marks kfuncs so. */
static const char *kfunc_of_tag(const struct btf *btf, __u32 id)
{
	const struct btf_type *tag = btf__type_by_id(btf, id), *function;

	if (!btf_is_decl_tag(tag) ||
	    strcmp(btf__name_by_offset(btf, tag->name_off), "bpf_kfunc"))
		return NULL;
	function = btf__type_by_id(btf, tag->type);
	return function && btf_is_func(function)
		       ? btf__name_by_offset(btf, function->name_off)
		       : NULL;
}

struct search {
	const char *kfunc;
	char owner[256];
};

/* The file's own module, which may be loaded already, is no other one. */
static bool other_has_kfunc(const char *module, const struct btf *btf, void *ctx)
{
	const struct btf *base = btf__base_btf(btf);
	struct search *search = ctx;
	const char *kfunc;
	__u32 id;

	if (!strcmp(module, ko.name))
		return false;
	for (id = base ? btf__type_cnt(base) : 1; id < btf__type_cnt(btf); id++) {
		kfunc = kfunc_of_tag(btf, id);
		if (!kfunc || strcmp(kfunc, search->kfunc))
			continue;
		snprintf(search->owner, sizeof(search->owner), "%s", module);
		return true;
	}
	return false;
}

void check_file_kfuncs(struct finding *f)
{
	struct search search;
	char *clashes = NULL;
	FILE *out;
	__u32 id;

	if (!there_is_a_file() || !ko.btf)
		return;
	out = xmemstream(&clashes);
	for (id = btf__type_cnt(kernel_btf("vmlinux"));
	     id < btf__type_cnt(ko.btf); id++) {
		search.kfunc = kfunc_of_tag(ko.btf, id);
		if (search.kfunc && kernel_btf_each(other_has_kfunc, &search))
			add(out, "kfunc %s is %s's, too", search.kfunc,
			    search.owner);
	}
	fclose(out);
	if (*clashes) {
		report(f, FATAL,
		       "%s: programs get that one, or insmod says: Invalid argument",
		       clashes);
		advise(f, "sed -i s/NAME/%s_NAME/  # in the source of both",
		       quoted(ko.name));
	}
	free(clashes);
}

/* A name in /proc is no more than a text in a module that makes files there. */
void check_file_proc(struct finding *f)
{
	struct dirent *entry;
	DIR *dir;

	if (!there_is_a_file() || exists_in("/sys/module", ko.name) ||
	    !ko_needs(&ko, "proc_create"))
		return;
	dir = opendir("/proc");
	while (dir && (entry = readdir(dir))) {
		if (*entry->d_name == '.' || atoi(entry->d_name) ||
		    !ko_has_text(&ko, entry->d_name))
			continue;
		report(f, WARNING,
		       "module %s may want to make /proc/%s, which is there",
		       ko.name, entry->d_name);
		advise(f,
		       "lsmod  # if it is another module's, unload that first");
		break;
	}
	if (dir)
		closedir(dir);
}

void check_file_signature(struct finding *f)
{
	const char *why = there_is_a_file() ? signature_wanted() : NULL;

	if (!there_is_a_file())
		return;
	if (why && !ko.is_signed) {
		report(f, FATAL, "module %s is not signed, and %s", ko.name, why);
		advise(f, SIGN_REMEDY);
	} else if (why) {
		report(f, OK,
		       "module %s is signed; whether by a key that the kernel takes, insmod tells",
		       ko.name);
	} else {
		report(f, OK, "module %s is %s, and need not be", ko.name,
		       ko.is_signed ? "signed" : "unsigned");
	}
}

/* The last of the checks of a file. */
void check_file_end(struct finding *f)
{
	(void)f;
	if (machine.file)
		ko_close(&ko);
}
