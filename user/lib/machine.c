// SPDX-License-Identifier: GPL-2.0-only
#include "machine.h"

#include <linux/capability.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <bpf/libbpf.h>

/* include/linux/errno.h says that user space never sees it; but it does. */
#define ENOTSUPP 524

static bool is_older(unsigned int major, unsigned int minor,
		     unsigned int min_major, unsigned int min_minor)
{
	return major < min_major || (major == min_major && minor < min_minor);
}

bool kernel_is_too_old(const char *release)
{
	unsigned int major, minor;

	return sscanf(release, "%u.%u", &major, &minor) == 2 &&
	       is_older(major, minor, MIN_KERNEL_MAJOR, MIN_KERNEL_MINOR);
}

bool libbpf_is_too_old(void)
{
	return is_older(libbpf_major_version(), libbpf_minor_version(),
			MIN_LIBBPF_MAJOR, MIN_LIBBPF_MINOR);
}

bool has_btf(const char *module)
{
	char path[512];

	snprintf(path, sizeof(path), "/sys/kernel/btf/%s", module);
	return access(path, F_OK) == 0;
}

int bpf_jit(void)
{
	FILE *f = fopen(JIT_ENABLE, "re");
	int value = -1;

	if (f && fscanf(f, "%d", &value) != 1)
		value = -1;
	if (f)
		fclose(f);
	return value;
}

bool caller_has_sys_admin(void)
{
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {};
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};

	if (syscall(SYS_capget, &header, data) < 0)
		return true;
	return data[CAP_TO_INDEX(CAP_SYS_ADMIN)].effective &
	       CAP_TO_MASK(CAP_SYS_ADMIN);
}

const char *kernel_strerror(int err)
{
	return err == ENOTSUPP
		       ? "this kernel does not support it on this architecture (ENOTSUPP); use a newer kernel"
		       : strerror(err);
}
