// SPDX-License-Identifier: GPL-2.0-only
#include "preflight.h"

#include <stdio.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <bpf/libbpf.h>

#include "requirements.h"

static bool kernel_is_new_enough(void)
{
	unsigned int major, minor;
	struct utsname uts;

	if (uname(&uts) < 0 || sscanf(uts.release, "%u.%u", &major, &minor) != 2 ||
	    !version_is_older(major, minor, MIN_KERNEL_MAJOR, MIN_KERNEL_MINOR))
		return true;

	fprintf(stderr,
		"Error: kernel %s is too old: " MODULE_NAME
		" needs Linux %d.%d or newer\n",
		uts.release, MIN_KERNEL_MAJOR, MIN_KERNEL_MINOR);
	return false;
}

static bool libbpf_is_new_enough(void)
{
	if (!version_is_older(libbpf_major_version(), libbpf_minor_version(),
			      MIN_LIBBPF_MAJOR, MIN_LIBBPF_MINOR))
		return true;

	fprintf(stderr,
		"Error: libbpf %s is too old: struct_ops types in modules need libbpf %d.%d or newer\n",
		libbpf_version_string(), MIN_LIBBPF_MAJOR, MIN_LIBBPF_MINOR);
	return false;
}

static bool caller_may_load(void)
{
	if (caller_has_sys_admin())
		return true;

	fprintf(stderr,
		"Error: not permitted: a table of a module needs CAP_SYS_ADMIN (CAP_BPF and CAP_PERFMON are not enough to reach the module's BTF); run this as root\n");
	return false;
}

static bool exists(const char *path, const char *problem)
{
	if (access(path, F_OK) == 0)
		return true;

	fprintf(stderr, "Error: %s\n", problem);
	return false;
}

static void warn_if_jit_is_off(void)
{
	FILE *f = fopen("/proc/sys/net/core/bpf_jit_enable", "re");
	int value;

	if (!f)
		return;
	if (fscanf(f, "%d", &value) == 1 && value == 0)
		fprintf(stderr,
			"Warning: the BPF JIT is off: programs run slowly, and on riscv64 the module refuses them; turn it on with: sysctl net.core.bpf_jit_enable=1\n");
	fclose(f);
}

bool preflight(void)
{
	if (!kernel_is_new_enough() || !libbpf_is_new_enough() ||
	    !caller_may_load() ||
	    !exists("/sys/kernel/btf/vmlinux",
		    "this kernel has no BTF: it must be built with CONFIG_DEBUG_INFO_BTF=y") ||
	    !exists("/sys/module/" MODULE_NAME,
		    "module " MODULE_NAME
		    " is not loaded: load it with 'insmod " MODULE_NAME
		    ".ko' or 'make load'") ||
	    !exists("/sys/kernel/btf/" MODULE_NAME,
		    "module " MODULE_NAME
		    " has no BTF: build it again with this kernel's headers, vmlinux among them"))
		return false;

	warn_if_jit_is_off();
	return true;
}
