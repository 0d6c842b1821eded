// SPDX-License-Identifier: GPL-2.0-only
#include "checks.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <zlib.h>

#include "array.h"

#define PATH_SIZE 512

/* Opens the configuration of the running kernel; NULL if there is none. */
static gzFile config_open(char path[PATH_SIZE])
{
	static const char *const places[] = {
		"/boot/config-%s",
		"/lib/modules/%s/config",
		"/lib/modules/%s/build/.config",
		"/lib/modules/%s/build/include/config/auto.conf",
		"/proc/config.gz",
	};
	gzFile file = NULL;
	size_t i;

	/* gzopen() reads plain text as well. */
	for (i = 0; i < ARRAY_SIZE(places) && !file; i++) {
		snprintf(path, PATH_SIZE, places[i], machine.uts.release);
		file = gzopen(path, "re");
	}
	return file;
}

/*
 * Looks for "OPTION=y". A configuration that sets nothing at all is none: the file
 * may be damaged.
 */
static bool config_has(gzFile file, const char *option, bool *set)
{
	bool any = false, begins = true;
	size_t len = strlen(option);
	char line[256];

	*set = false;
	/* The rest of a longer line comes next, and is no line of its own. */
	for (; gzgets(file, line, sizeof(line)); begins = strchr(line, '\n')) {
		if (!begins)
			continue;
		if (!strncmp(line, "CONFIG_", strlen("CONFIG_")))
			any = true;
		if (!strncmp(line, option, len) && !strcmp(line + len, "=y\n"))
			*set = true;
	}
	return any;
}

/* OPTION is in capitals, with CONFIG_ before it. */
static void check_option(struct finding *f, const char *option)
{
	bool readable = false, set = false;
	char path[PATH_SIZE];
	gzFile file = config_open(path);

	if (file) {
		readable = config_has(file, option, &set);
		gzclose(file);
	}

	if (!readable) {
		report(f, UNKNOWN,
		       "%s: not known, as there is no kernel .config", option);
		advise(f,
		       "modprobe configs  # gives some kernels /proc/config.gz");
	} else if (!set) {
		report(f, FATAL, "%s is not set (%s)", option, path);
		advise_option(f, option + strlen("CONFIG_"));
	} else {
		report(f, OK, "%s=y (%s)", option, path);
	}
}

bool config_option(const char *option, bool *set)
{
	char path[PATH_SIZE];
	gzFile file = config_open(path);
	bool readable = file && config_has(file, option, set);

	if (file)
		gzclose(file);
	return readable;
}

void check_option_jit(struct finding *f)
{
	check_option(f, "CONFIG_BPF_JIT");
}

void check_option_btf(struct finding *f)
{
	check_option(f, "CONFIG_DEBUG_INFO_BTF");
}

void check_option_btf_modules(struct finding *f)
{
	check_option(f, "CONFIG_DEBUG_INFO_BTF_MODULES");
}
