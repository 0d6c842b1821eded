// SPDX-License-Identifier: GPL-2.0-only
#include "preflight.h"

#include <stdio.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <bpf/libbpf.h>

#include "machine.h"

static bool kernel_is_new_enough(void)
{
	struct utsname uts;

	if (uname(&uts) < 0 || !kernel_is_too_old(uts.release))
		return true;

	fprintf(stderr,
		"Error: kernel %s is too old: " MODULE_NAME
		" needs Linux %d.%d or newer\n",
		uts.release, MIN_KERNEL_MAJOR, MIN_KERNEL_MINOR);
	return false;
}

static bool libbpf_is_new_enough(void)
{
	if (!libbpf_is_too_old())
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

/* Prints PROBLEM if a thing was not FOUND; returns whether it was. */
static bool is_there(bool found, const char *problem)
{
	if (!found)
		fprintf(stderr, "Error: %s\n", problem);
	return found;
}

bool preflight(void)
{
	if (!kernel_is_new_enough() || !libbpf_is_new_enough() ||
	    !caller_may_load() ||
	    !is_there(has_btf("vmlinux"),
		      "this kernel has no BTF: it must be built with CONFIG_DEBUG_INFO_BTF=y") ||
	    !is_there(access("/sys/module/" MODULE_NAME, F_OK) == 0,
		      "module " MODULE_NAME
		      " is not loaded: load it with 'insmod " MODULE_NAME
		      ".ko' or 'make load'") ||
	    !is_there(has_btf(MODULE_NAME),
		      "module " MODULE_NAME
		      " has no BTF: build it again with this kernel's headers, vmlinux among them"))
		return false;

	if (bpf_jit() == 0)
		fprintf(stderr,
			"Warning: the BPF JIT is off: programs run slowly, and on riscv64 the module refuses them; turn it on with: sysctl net.core.bpf_jit_enable=1\n");
	return true;
}
