// SPDX-License-Identifier: GPL-2.0-only
#include "requirements.h"

#include <linux/capability.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* include/linux/errno.h says that user space never sees it; but it does. */
#define ENOTSUPP 524

bool version_is_older(unsigned int major, unsigned int minor,
		      unsigned int min_major, unsigned int min_minor)
{
	return major < min_major || (major == min_major && minor < min_minor);
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
