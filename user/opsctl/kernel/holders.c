// SPDX-License-Identifier: GPL-2.0-only
#include "holders.h"

#include <ctype.h>
#include <dirent.h>
#include <ftw.h>
#include <mntent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "base/memory.h"

/* A descriptor or a pin of a BPF map or link, wherever it was found. */
struct sighting {
	bool is_link;
	__u32 id;
	pid_t pid; /* 0 for a pin, which has a path */
	char *path;
};

static struct sighting *sightings;
static int nr_sightings;

static void note(bool is_link, __u32 id, pid_t pid, const char *path)
{
	sightings = xgrow(sightings, nr_sightings, sizeof(*sightings));
	sightings[nr_sightings++] = (struct sighting){
		.is_link = is_link,
		.id = id,
		.pid = pid,
		.path = path ? xstrdup(path) : NULL,
	};
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

static bool has_process(const struct holders *holders, pid_t pid)
{
	int i;

	for (i = 0; i < holders->nr_processes; i++) {
		if (holders->processes[i].pid == pid)
			return true;
	}
	return false;
}

static void add_pin(struct holders *holders, const char *path)
{
	holders->pins =
		xgrow(holders->pins, holders->nr_pins, sizeof(*holders->pins));
	holders->pins[holders->nr_pins++] = xstrdup(path);
}

static void add_process(struct holders *holders, pid_t pid)
{
	struct holder *holder;

	if (has_process(holders, pid))
		return;
	holders->processes = xgrow(holders->processes, holders->nr_processes,
				   sizeof(*holders->processes));
	holder = &holders->processes[holders->nr_processes++];
	holder->pid = pid;
	process_name(pid, holder->name);
}

void holders_of(bool is_link, __u32 id, struct holders *holders)
{
	int i;

	*holders = (struct holders){};
	for (i = 0; i < nr_sightings; i++) {
		const struct sighting *s = &sightings[i];

		if (s->is_link != is_link || s->id != id)
			continue;
		if (s->path)
			add_pin(holders, s->path);
		else
			add_process(holders, s->pid);
	}
}

void holders_free(struct holders *holders)
{
	int i;

	for (i = 0; i < holders->nr_pins; i++)
		free(holders->pins[i]);
	free(holders->pins);
	free(holders->processes);
	*holders = (struct holders){};
}

void process_name(pid_t pid, char name[PROCESS_NAME_MAX])
{
	char file[64];
	FILE *f;

	snprintf(file, sizeof(file), "/proc/%d/comm", pid);
	f = fopen(file, "re");
	if (!f || !fgets(name, PROCESS_NAME_MAX, f))
		*name = '\0';
	if (f)
		fclose(f);
	name[strcspn(name, "\n")] = '\0';
}
