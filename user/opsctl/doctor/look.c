// SPDX-License-Identifier: GPL-2.0-only
#include "look.h"

#include <errno.h>
#include <mntent.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

bool read_line(const char *path, char *line, size_t size)
{
	FILE *f = fopen(path, "re");
	bool done;

	if (!f)
		return false;
	errno = ENODATA;
	done = fgets(line, size, f);
	fclose(f);
	if (!done)
		return false;
	line[strcspn(line, "\n")] = '\0';
	return true;
}

bool exists_in(const char *dir, const char *name)
{
	char path[1024];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return access(path, F_OK) == 0;
}

bool find_mount(const char *type, char *dir, size_t size)
{
	FILE *mounts = setmntent("/proc/self/mounts", "re");
	const struct mntent *mount;
	bool found = false;

	if (!mounts)
		return false;
	while (!found && (mount = getmntent(mounts))) {
		found = !strcmp(mount->mnt_type, type);
		if (found)
			snprintf(dir, size, "%s", mount->mnt_dir);
	}
	endmntent(mounts);
	return found;
}
