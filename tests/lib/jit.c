// SPDX-License-Identifier: GPL-2.0-only
#include "lib.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

bool jit_set(bool on)
{
	int fd = open("/proc/sys/net/core/bpf_jit_enable", O_WRONLY | O_CLOEXEC);
	bool done;

	assert_return_code(fd, errno);
	done = write(fd, on ? "1" : "0", 1) == 1;
	close(fd);
	return done;
}
