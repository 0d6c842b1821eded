// SPDX-License-Identifier: GPL-2.0-only
#include "preflight.h"

#include <linux/capability.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <bpf/libbpf.h>

#define MIN_KERNEL_MAJOR 6
#define MIN_KERNEL_MINOR 12
#define MIN_LIBBPF_MAJOR 1
#define MIN_LIBBPF_MINOR 4

static bool older(unsigned int major, unsigned int minor,
		  unsigned int min_major, unsigned int min_minor)
{
	return major < min_major || (major == min_major && minor < min_minor);
}

static bool kernel_is_new_enough(void)
{
	unsigned int major, minor;
	struct utsname uts;

	if (uname(&uts) < 0 || sscanf(uts.release, "%u.%u", &major, &minor) != 2 ||
	    !older(major, minor, MIN_KERNEL_MAJOR, MIN_KERNEL_MINOR))
		return true;

	fprintf(stderr,
		"Error: kernel %s is too old: bpf_testmod needs Linux %d.%d or newer\n",
		uts.release, MIN_KERNEL_MAJOR, MIN_KERNEL_MINOR);
	return false;
}

static bool libbpf_is_new_enough(void)
{
	if (!older(libbpf_major_version(), libbpf_minor_version(),
		   MIN_LIBBPF_MAJOR, MIN_LIBBPF_MINOR))
		return true;

	fprintf(stderr,
		"Error: %s is too old: struct_ops types in modules need libbpf %d.%d or newer\n",
		libbpf_version_string(), MIN_LIBBPF_MAJOR, MIN_LIBBPF_MINOR);
	return false;
}

/*
 * Capabilities, not the user id. CAP_BPF and CAP_PERFMON would do to load, but
 * the kernel hands the BTF of a module to CAP_SYS_ADMIN alone
 * (bpf_btf_get_fd_by_id()), which stands for the other two as well.
 */
static bool caller_may_load(void)
{
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {};
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};

	if (syscall(SYS_capget, &header, data) < 0)
		return true;
	if (data[CAP_TO_INDEX(CAP_SYS_ADMIN)].effective &
	    CAP_TO_MASK(CAP_SYS_ADMIN))
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
	    !exists("/sys/module/bpf_testmod",
		    "module bpf_testmod is not loaded: load it with 'insmod bpf_testmod.ko' or 'make load'") ||
	    !exists("/sys/kernel/btf/bpf_testmod",
		    "module bpf_testmod has no BTF: build it again with this kernel's headers, vmlinux among them"))
		return false;

	warn_if_jit_is_off();
	return true;
}
