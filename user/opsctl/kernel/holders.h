/* SPDX-License-Identifier: GPL-2.0-only */
/* Processes that have a BPF map or link open, and paths where it is pinned. */
#ifndef HOLDERS_H
#define HOLDERS_H

#include <linux/types.h>
#include <stdbool.h>
#include <sys/types.h>

/* Only threads of the kernel have longer names, and those are cut. */
#define PROCESS_NAME_MAX 32

/**
 * struct holder - a process
 * @pid: its id
 * @name: what it calls itself; empty if it is gone
 */
struct holder {
	pid_t pid;
	char name[PROCESS_NAME_MAX];
};

/**
 * struct holders - what keeps one BPF map or link alive
 * @processes: processes with a descriptor of it, without our own
 * @nr_processes: how many
 * @pins: paths in bpf file systems
 * @nr_pins: how many
 */
struct holders {
	struct holder *processes;
	int nr_processes;
	char **pins;
	int nr_pins;
};

/* Looks at all processes and pins; holders_of() tells what was seen then. */
void holders_look(void);

void holders_of(bool is_link, __u32 id, struct holders *holders);
void holders_free(struct holders *holders);

/* Reads what a process calls itself; empty if it is gone. */
void process_name(pid_t pid, char name[PROCESS_NAME_MAX]);

#endif /* HOLDERS_H */
