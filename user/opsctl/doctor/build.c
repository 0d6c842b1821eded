// SPDX-License-Identifier: GPL-2.0-only
#include "checks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/libbpf.h>

#include "look.h"
#include "machine.h"
#include "base/memory.h"
#include "base/output.h"

void check_libbpf(struct finding *f)
{
	if (!libbpf_is_too_old()) {
		report(f, OK, "libbpf %s", libbpf_version_string());
		return;
	}
	report(f, FATAL, "libbpf %s is older than v%d.%d",
	       libbpf_version_string(), MIN_LIBBPF_MAJOR, MIN_LIBBPF_MINOR);
	advise_upgrade(f);
}

#define LIBBPF_VERSION_SIZE 32

/* "v1.5" for a bpftool that was made with libbpf 1.5. */
static bool bpftool_libbpf(char version[LIBBPF_VERSION_SIZE])
{
	FILE *out = popen("bpftool version 2>/dev/null", "re");
	char line[256];
	bool found = false;

	if (!out)
		return false;
	while (fgets(line, sizeof(line), out)) {
		if (sscanf(line, "using libbpf %31s", version) == 1)
			found = true;
	}
	pclose(out);
	return found;
}

/* bpftool is needed to build; what was built runs without it. */
void check_bpftool(struct finding *f)
{
	char version[LIBBPF_VERSION_SIZE];

	if (!bpftool_libbpf(version)) {
		report(f, WARNING, "no bpftool, or none for this kernel");
		/* Ubuntu's bpftool is a script that looks for the kernel's own. */
		advise_install(f, "bpftool  # Ubuntu: linux-tools-generic",
			       "bpftool");
	} else if (strcmp(version, libbpf_version_string())) {
		report(f, WARNING,
		       "bpftool uses libbpf %s, not %s: skeletons may not compile",
		       version, libbpf_version_string());
		advise_install(f, "bpftool libbpf-dev", "bpftool libbpf-devel");
	} else {
		report(f, OK, "bpftool uses libbpf %s", version);
	}
}

/* "v1.30" is 130, as CONFIG_PAHOLE_VERSION has it; 0 if there is none. */
static int pahole_version(void)
{
	FILE *out = popen("pahole --version 2>/dev/null", "re");
	int major, minor, version = 0;

	if (!out)
		return 0;
	if (fscanf(out, "v%3d.%3d", &major, &minor) == 2)
		version = 100 * major + minor;
	pclose(out);
	return version;
}

/* Which pahole the headers were made with, or 0: they then take what there is. */
static int pahole_of_headers(void)
{
	char *path = xasprintf("%s/include/config/auto.conf", machine.kdir);
	FILE *config = fopen(path, "re");
	char line[256];
	int version = 0;

	while (config && fgets(line, sizeof(line), config))
		sscanf(line, "CONFIG_PAHOLE_VERSION=%9d", &version);
	if (config)
		fclose(config);
	free(path);
	return version;
}

/* The headers ask pahole for what the one could that built their kernel. */
void check_pahole(struct finding *f)
{
	int here = pahole_version(), wanted = pahole_of_headers();

	if (!exists_in(machine.kdir, "Makefile"))
		return;
	if (!here) {
		report(f, WARNING, "no pahole: modules get no BTF");
		advise_install(f, "pahole", "dwarves");
	} else if (here < wanted) {
		report(f, WARNING,
		       "pahole 1.%d is older than 1.%d, which the headers are for: a build may stop at an unrecognized option",
		       here % 100, wanted % 100);
		advise_install(f, "pahole  # of a newer release", "dwarves");
	} else {
		report(f, OK, "pahole 1.%d", here % 100);
	}
}

/* Headers are needed to build modules, not to run them. */
void check_headers(struct finding *f)
{
	if (!exists_in(machine.kdir, "Makefile")) {
		report(f, WARNING, "no kernel headers in %s", machine.kdir);
		advise_install(f, "linux-headers-$(uname -r)",
			       "kernel-devel-$(uname -r)");
	} else if (exists_in(machine.kdir, "vmlinux")) {
		report(f, OK, "kernel headers with vmlinux in %s", machine.kdir);
	} else {
		report(f, WARNING,
		       "no vmlinux in %s: kbuild alone gives modules no BTF",
		       machine.kdir);
		advise(f, "scripts/build/stand-in %s /tmp/headers  # build there",
		       quoted(machine.kdir));
	}
}
