// SPDX-License-Identifier: GPL-2.0-only
#include "holders.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <ftw.h>
#include <mntent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <bpf/bpf.h>

/* A descriptor or a pin of a BPF map or link, wherever it was found. */
struct sighting {
	bool is_link;
	__u32 id;
	pid_t pid; /* 0 for a pin, which has a path */
	char *path;
};

static struct sighting *sightings;
static int nr_sightings;

static char *copy_of(const char *path)
{
	char *copy = strdup(path);

	if (!copy)
		abort();
	return copy;
}

static void note(bool is_link, __u32 id, pid_t pid, const char *path)
{
	struct sighting *s;

	sightings = realloc(sightings, (nr_sightings + 1) * sizeof(*sightings));
	if (!sightings)
		abort();
	s = &sightings[nr_sightings++];
	*s = (struct sighting){ .is_link = is_link, .id = id, .pid = pid };
	if (path)
		s->path = copy_of(path);
}

/* Notes the map or link of the descriptor that this file of fdinfo describes. */
static void look_at_fdinfo(const char *file, pid_t pid, const char *path)
{
	__u32 id, map_id = 0, link_id = 0;
	FILE *f = fopen(file, "re");
	char line[256];

	while (f && fgets(line, sizeof(line), f)) {
		if (sscanf(line, "map_id: %u", &id) == 1)
			map_id = id;
		else if (sscanf(line, "link_id: %u", &id) == 1)
			link_id = id;
	}
	if (f)
		fclose(f);

	/* The descriptor of a link shows its map as well, but holds the link. */
	if (link_id)
		note(true, link_id, pid, path);
	else if (map_id)
		note(false, map_id, pid, path);
}

static void look_at_process(pid_t pid)
{
	char dir[64], file[384];
	struct dirent *entry;
	DIR *fds;

	snprintf(dir, sizeof(dir), "/proc/%d/fdinfo", pid);
	fds = opendir(dir);
	if (!fds)
		return;
	while ((entry = readdir(fds))) {
		if (!isdigit((unsigned char)*entry->d_name))
			continue;
		snprintf(file, sizeof(file), "%s/%s", dir, entry->d_name);
		look_at_fdinfo(file, pid, NULL);
	}
	closedir(fds);
}

static void look_at_processes(void)
{
	struct dirent *entry;
	DIR *proc = opendir("/proc");

	if (!proc)
		return;
	while ((entry = readdir(proc))) {
		pid_t pid = atoi(entry->d_name);

		/* Our own descriptors are open only to look. */
		if (pid > 0 && pid != getpid())
			look_at_process(pid);
	}
	closedir(proc);
}

static int look_at_pin(const char *path, const struct stat *st, int kind,
		       struct FTW *ftw)
{
	char file[64];
	int fd;

	(void)st;
	(void)ftw;
	if (kind != FTW_F)
		return 0;
	fd = bpf_obj_get(path);
	if (fd >= 0) {
		snprintf(file, sizeof(file), "/proc/self/fdinfo/%d", fd);
		look_at_fdinfo(file, 0, path);
		close(fd);
	}
	return 0;
}

static void look_at_pins(void)
{
	FILE *mounts = setmntent("/proc/self/mounts", "re");
	struct mntent *mount;

	if (!mounts)
		return;
	while ((mount = getmntent(mounts))) {
		if (!strcmp(mount->mnt_type, "bpf"))
			nftw(mount->mnt_dir, look_at_pin, 16, FTW_PHYS);
	}
	endmntent(mounts);
}

void holders_look(void)
{
	int i;

	for (i = 0; i < nr_sightings; i++)
		free(sightings[i].path);
	nr_sightings = 0;
	look_at_processes();
	look_at_pins();
}

static bool has_pid(const struct holders *holders, pid_t pid)
{
	int i;

	for (i = 0; i < holders->nr_pids; i++) {
		if (holders->pids[i] == pid)
			return true;
	}
	return false;
}

void holders_of(bool is_link, __u32 id, struct holders *holders)
{
	int i;

	*holders = (struct holders){};
	holders->pids = calloc(nr_sightings + 1, sizeof(*holders->pids));
	holders->pins = calloc(nr_sightings + 1, sizeof(*holders->pins));
	if (!holders->pids || !holders->pins)
		abort();
	for (i = 0; i < nr_sightings; i++) {
		const struct sighting *s = &sightings[i];

		if (s->is_link != is_link || s->id != id)
			continue;
		if (s->path)
			holders->pins[holders->nr_pins++] = copy_of(s->path);
		else if (!has_pid(holders, s->pid))
			holders->pids[holders->nr_pids++] = s->pid;
	}
}

void holders_free(struct holders *holders)
{
	int i;

	for (i = 0; i < holders->nr_pins; i++)
		free(holders->pins[i]);
	free(holders->pins);
	free(holders->pids);
	*holders = (struct holders){};
}

const char *process_name(pid_t pid)
{
	static char name[32];
	char file[64];
	FILE *f;

	snprintf(file, sizeof(file), "/proc/%d/comm", pid);
	*name = '\0';
	f = fopen(file, "re");
	if (f) {
		if (!fgets(name, sizeof(name), f))
			*name = '\0';
		fclose(f);
	}
	name[strcspn(name, "\n")] = '\0';
	return name;
}
