/* SPDX-License-Identifier: GPL-2.0-only */
/* Processes that have a BPF map or link open, and paths where it is pinned. */
#ifndef HOLDERS_H
#define HOLDERS_H

#include <linux/types.h>
#include <stdbool.h>
#include <sys/types.h>

/**
 * struct holders - what keeps one BPF map or link alive
 * @pids: processes with a descriptor of it, without our own
 * @nr_pids: how many
 * @pins: paths in bpf file systems
 * @nr_pins: how many
 */
struct holders {
	pid_t *pids;
	int nr_pids;
	char **pins;
	int nr_pins;
};

/* Looks at all processes and pins; holders_of() tells what was seen then. */
void holders_look(void);

void holders_of(bool is_link, __u32 id, struct holders *holders);
void holders_free(struct holders *holders);

/* What a process calls itself, in a static buffer; empty if it is gone. */
const char *process_name(pid_t pid);

#endif /* HOLDERS_H */
