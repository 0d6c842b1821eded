// SPDX-License-Identifier: GPL-2.0-only
#include "state.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "klog.h"
#include "member.h"
#include "base/memory.h"

#define SCHED_EXT "/sys/kernel/sched_ext/"
#define HID_DEVICES "/sys/bus/hid/devices"

/* Reads a member of four or eight bytes; 0 if there is none. */
static unsigned long long number_in(const struct btf *btf,
				    const struct btf_type *type,
				    const char *data, const char *name)
{
	const struct btf_member *member = member_find(btf, type, name);
	long long size = member ? btf__resolve_size(btf, member->type) : 0;
	__u64 wide;
	__u32 narrow;

	if (size == sizeof(wide)) {
		memcpy(&wide, data + member->offset / 8, size);
		return wide;
	}
	if (size == sizeof(narrow)) {
		memcpy(&narrow, data + member->offset / 8, size);
		return narrow;
	}
	return 0;
}

struct subject subject_of(const char *type_name, const struct btf *btf,
			  const struct btf_type *type, const void *data)
{
	struct subject subject = {};

	if (!strcmp(type_name, "sched_ext_ops") ||
	    !strcmp(type_name, "sched_ext_ops_cid")) {
		/* The files tell of the root alone, not of schedulers under it. */
		if (!number_in(btf, type, data, "sub_cgroup_id"))
			subject.kind = SUBJECT_SCHED_EXT;
	} else if (!strcmp(type_name, "hid_bpf_ops")) {
		subject.kind = SUBJECT_HID;
		subject.hid_id = number_in(btf, type, data, "hid_id");
	}
	member_text(btf, type, data, "name", subject.name, sizeof(subject.name));
	return subject;
}

/* Reads the first line of a file of sched_ext; false if there is none. */
static bool read_sched_ext(const char *name, char *line, size_t size)
{
	char *path = xasprintf(SCHED_EXT "%s", name);
	FILE *f = fopen(path, "re");
	bool done = f && fgets(line, size, f);

	if (f)
		fclose(f);
	free(path);
	if (done)
		line[strcspn(line, "\n")] = '\0';
	return done;
}

char *scheduler_running(void)
{
	char name[128];

	return read_sched_ext("root/ops", name, sizeof(name)) ? xstrdup(name)
							      : NULL;
}

/* The kernel's log has the reason, if it still has that. */
static void say_why_disabled(const char *name, char *reason, size_t size)
{
	char *begins =
		xasprintf("sched_ext: BPF scheduler \"%s\" disabled ", name);
	char *more_begins = xasprintf("sched_ext: %s: ", name);
	char *said = klog_last(begins, more_begins);

	snprintf(reason, size, "the kernel disabled it%s%s", said ? " " : "",
		 said ?: "");
	free(said);
	free(more_begins);
	free(begins);
}

static const char *scheduler_ended(const char *name)
{
	static char reason[512];
	char state[32], *running;

	if (!read_sched_ext("state", state, sizeof(state)))
		return NULL;
	/* While it is being disabled, the log does not have the reason yet. */
	if (!strcmp(state, "disabling"))
		return NULL;
	if (!strcmp(state, "disabled")) {
		say_why_disabled(name, reason, sizeof(reason));
		return reason;
	}
	running = scheduler_running();
	if (!running || !strcmp(running, name)) {
		free(running);
		return NULL;
	}
	snprintf(reason, sizeof(reason), "scheduler '%s' runs, not this one",
		 running);
	free(running);
	return reason;
}

/* A device is called BUS:VENDOR:PRODUCT.ID, in hexadecimal. */
static const char *device_ended(__u32 id)
{
	static char reason[64];
	struct dirent *entry;
	bool found = false;
	DIR *dir = opendir(HID_DEVICES);

	while (dir && !found && (entry = readdir(dir))) {
		const char *dot = strrchr(entry->d_name, '.');

		found = dot && dot[1] && strtoul(dot + 1, NULL, 16) == id;
	}
	if (dir)
		closedir(dir);
	if (found)
		return NULL;
	snprintf(reason, sizeof(reason), "HID device %u is gone", id);
	return reason;
}

const char *subject_ended(const struct subject *subject)
{
	switch (subject->kind) {
	case SUBJECT_SCHED_EXT:
		return scheduler_ended(subject->name);
	case SUBJECT_HID:
		return device_ended(subject->hid_id);
	case SUBJECT_UNKNOWN:
		break;
	}
	return NULL;
}
