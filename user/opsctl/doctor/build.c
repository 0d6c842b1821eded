// SPDX-License-Identifier: GPL-2.0-only
#include "checks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/libbpf.h>

#include "machine.h"
#include "../memory.h"
#include "../output.h"
#include "look.h"

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

/* Are the headers for the running kernel? Yes, if they do not say. */
static bool kdir_is_running_kernel(char *release, size_t size)
{
	char *path = xasprintf("%s/include/config/kernel.release", machine.kdir);
	bool known = read_line(path, release, size);

	free(path);
	return !known || !strcmp(release, machine.uts.release);
}

/* Headers are needed to build modules, not to run them. */
void check_headers(struct finding *f)
{
	char release[128];

	if (!exists_in(machine.kdir, "Makefile")) {
		report(f, WARNING, "no kernel headers in %s", machine.kdir);
		advise_install(f, "linux-headers-$(uname -r)",
			       "kernel-devel-$(uname -r)");
	} else if (exists_in(machine.kdir, "vmlinux")) {
		report(f, OK, "kernel headers with vmlinux in %s", machine.kdir);
	} else {
		report(f, WARNING, "no vmlinux in %s: modules get no BTF",
		       machine.kdir);
		if (kdir_is_running_kernel(release, sizeof(release)))
			advise(f, "cp /sys/kernel/btf/vmlinux %s/",
			       quoted(machine.kdir));
		else
			advise(f,
			       "cp /sys/kernel/btf/vmlinux %s/  # where %s runs",
			       quoted(machine.kdir), shown(release));
	}
}
