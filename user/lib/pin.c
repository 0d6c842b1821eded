// SPDX-License-Identifier: GPL-2.0-only
#include "pin.h"

#include <linux/magic.h>
#include <stddef.h>
#include <sys/vfs.h>
#include <unistd.h>

const char *pin_dir_problem(const char *dir)
{
	struct statfs fs;

	if (statfs(dir, &fs) < 0)
		return "the directory cannot be reached; make it first";
	if (fs.f_type != BPF_FS_MAGIC)
		return "it is not in a bpf file system; mount one: mount -t bpf bpf /sys/fs/bpf";
	return NULL;
}

const char *pin_path_problem(const char *path)
{
	return access(path, F_OK)
		       ? NULL
		       : "something is there already; choose another path, or remove it";
}
