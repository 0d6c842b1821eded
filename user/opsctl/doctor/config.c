// SPDX-License-Identifier: GPL-2.0-only
#include "checks.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/**
 * struct config - the configuration of the running kernel
 * @file: its text, or NULL
 * @path: where it was found
 * @is_pipe: the text comes from a process
 */
struct config {
	FILE *file;
	char path[512];
	bool is_pipe;
};

static void config_open(struct config *config)
{
	static const char *const places[] = {
		"/boot/config-%s",
		"/lib/modules/%s/config",
		"/lib/modules/%s/build/.config",
		"/lib/modules/%s/build/include/config/auto.conf",
	};
	size_t i;

	*config = (struct config){};
	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		snprintf(config->path, sizeof(config->path), places[i],
			 patient.uts.release);
		config->file = fopen(config->path, "re");
		if (config->file)
			return;
	}

	strcpy(config->path, "/proc/config.gz");
	if (access(config->path, R_OK) == 0) {
		config->file = popen("zcat /proc/config.gz 2>/dev/null", "re");
		config->is_pipe = true;
	}
}

static void config_close(struct config *config)
{
	if (config->is_pipe)
		pclose(config->file);
	else
		fclose(config->file);
}

/*
 * Looks for "OPTION=y". A configuration that sets nothing at all is none: zcat
 * may have failed.
 */
static bool config_has(const struct config *config, const char *option, bool *set)
{
	size_t size = 0, len = strlen(option);
	bool any = false;
	char *line = NULL;

	*set = false;
	while (getline(&line, &size, config->file) > 0) {
		if (!strncmp(line, "CONFIG_", 7))
			any = true;
		if (!strncmp(line, option, len) && !strcmp(line + len, "=y\n"))
			*set = true;
	}
	free(line);
	return any;
}

/* OPTION is in capitals, with CONFIG_ before it. */
static void check_option(struct finding *f, const char *option)
{
	bool readable = false, set = false;
	struct config config;

	config_open(&config);
	if (config.file) {
		readable = config_has(&config, option, &set);
		config_close(&config);
	}

	if (!readable) {
		find(f, UNKNOWN, "%s: not known, as there is no kernel .config",
		     option);
		advise(f,
		       "modprobe configs  # gives some kernels /proc/config.gz");
	} else if (!set) {
		find(f, FATAL, "%s is not set (%s)", option, config.path);
		advise_option(f, option + strlen("CONFIG_"));
	} else {
		find(f, OK, "%s=y (%s)", option, config.path);
	}
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
