// SPDX-License-Identifier: GPL-2.0-only
/* opsctl doctor: whether this machine can do struct_ops in modules. */
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "checks.h"
#include "command.h"
#include "base/output.h"

static const char *const level_names[] = {
	[OK] = "ok",
	[WARNING] = "warning",
	[FATAL] = "fatal",
	[UNKNOWN] = "unknown",
};

struct machine machine;

/* The names are part of the JSON: programs that read it rely on them. */
static const struct {
	const char *name;
	void (*check)(struct finding *f);
} checks[] = {
	{ "kernel", check_kernel },
	{ "config-bpf-jit", check_option_jit },
	{ "config-debug-info-btf", check_option_btf },
	{ "config-debug-info-btf-modules", check_option_btf_modules },
	{ "sysfs", check_sysfs },
	{ "btf", check_btf },
	{ "jit", check_jit },
	{ "rights", check_rights },
	{ "bpffs", check_bpffs },
	{ "lockdown", check_lockdown },
	{ "secure-boot", check_secure_boot },
	{ "signatures", check_signatures },
	{ "hole-global-write", check_hole_global_write },
	{ "hole-rcu-sleep", check_hole_rcu_sleep },
	{ "hole-timer-sleep", check_hole_timer_sleep },
	{ "hole-iterator-bounds", check_hole_iterator_bounds },
	{ "hole-callback-bounds", check_hole_callback_bounds },
	{ "libbpf", check_libbpf },
	{ "bpftool", check_bpftool },
	{ "pahole", check_pahole },
	{ "headers", check_headers },
	{ "module", check_module },
	{ "module-btf", check_module_btf },
	{ "module-types", check_module_types },
	{ "module-users", check_module_users },
	{ "clashes", check_clashes },
	{ "file", check_file },
	{ "file-vermagic", check_file_vermagic },
	{ "file-btf", check_file_btf },
	{ "file-types", check_file_types },
	{ "file-kfuncs", check_file_kfuncs },
	{ "file-proc", check_file_proc },
	{ "file-signature", check_file_signature },
	{ "file-end", check_file_end },
};

/* The kernel writes '_' in a module's name where its file may have '-'. */
static bool set_module(const char *name)
{
	size_t i, len = strlen(name);

	if (!len || len >= sizeof(machine.module) || *name == '.' ||
	    strchr(name, '/'))
		return false;
	for (i = 0; i <= len; i++)
		machine.module[i] = name[i] == '-' ? '_' : name[i];
	return true;
}

static const char *kdir_of_release(void)
{
	static char dir[sizeof("/lib/modules/") + sizeof(machine.uts.release) +
			sizeof("/build")];

	snprintf(dir, sizeof(dir), "/lib/modules/%s/build", machine.uts.release);
	return dir;
}

static int choose(const struct request *request)
{
	if (request->module && !set_module(request->module))
		return bad_usage("--module takes a module's name, not '%s'",
				 shown(request->module));
	if (request->kdir &&
	    (!*request->kdir || strlen(request->kdir) >= PATH_MAX))
		return bad_usage("--kdir takes a directory, not '%s'",
				 shown(request->kdir));
	machine.kdir = request->kdir ?: kdir_of_release();
	machine.file = request->operands[0];
	return EXIT_OK;
}

static struct json_object *finding_to_json(const char *name,
					   const struct finding *f)
{
	struct json_object *object = json_object_new_object();

	add_text(object, "check", name);
	add_text(object, "level", level_names[f->level]);
	add_text(object, "found", f->found);
	add_text(object, "remedy", f->remedy);
	return object;
}

/* A remedy is printable as it is; shown() would change a backslash in it. */
static void print_finding(const struct finding *f)
{
	printf("%-8s %s\n", level_names[f->level], shown(f->found));
	if (f->remedy)
		printf("%-8s run: %s\n", "", f->remedy);
}

int cmd_doctor(const struct request *request)
{
	struct json_object *all;
	int status;
	size_t i;

	uname(&machine.uts);
	status = choose(request);
	if (status != EXIT_OK)
		return status;

	all = json_object_new_array();
	for (i = 0; i < ARRAY_SIZE(checks); i++) {
		struct finding f = { .level = SKIPPED };

		checks[i].check(&f);
		if (f.level == SKIPPED)
			continue;
		if (f.level == FATAL)
			status = EXIT_REFUSED;
		if (settings.json)
			json_object_array_add(
				all, finding_to_json(checks[i].name, &f));
		else
			print_finding(&f);
		free(f.found);
		free(f.remedy);
	}
	if (settings.json)
		json_print(all);
	else
		json_object_put(all);
	return status;
}
