// SPDX-License-Identifier: GPL-2.0-only
#include "look.h"

#include <errno.h>
#include <mntent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"

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
	char *path = xasprintf("%s/%s", dir, name);
	bool exists = access(path, F_OK) == 0;

	free(path);
	return exists;
}

char *find_mount(const char *type)
{
	FILE *mounts = setmntent("/proc/self/mounts", "re");
	const struct mntent *mount;
	char *dir = NULL;

	if (!mounts)
		return NULL;
	while (!dir && (mount = getmntent(mounts))) {
		if (!strcmp(mount->mnt_type, type))
			dir = xstrdup(mount->mnt_dir);
	}
	endmntent(mounts);
	return dir;
}
