/* SPDX-License-Identifier: GPL-2.0-only */
/* Other processes: the loader, and callers with fewer rights. */
#ifndef PROCESS_H
#define PROCESS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/**
 * struct process - a child and what it has said so far
 * @pid: its process id
 * @fd: where its standard output and error come together
 * @said: both, as one NUL-terminated text
 * @len: bytes in @said
 */
struct process {
	pid_t pid;
	int fd;
	char said[256 * 1024];
	size_t len;
};

/* Starts ARGV. */
void process_start(struct process *p, const char *const argv[]);

/* The same, in a child on which BECOME was called first. */
void process_start_as(struct process *p, const char *const argv[],
		      void (*become)(void));

/* Waits until it has printed TEXT. */
void process_wait_for(struct process *p, const char *text);

/* Checks that it has printed nothing yet, and has not ended. */
bool process_is_silent(const struct process *p);

/* Waits for its end; returns its exit status, or 256 + the signal. */
int process_wait(struct process *p);

/* Starts it and waits for its end. */
int process_run(struct process *p, const char *const argv[]);

/* Kills every child that was not waited for. */
void process_kill_all(void);

/* Keeps this thread on the first CPU, where the last write left its memory. */
void stay_on_first_cpu(void);

/* For process_start_as(): become user 65534, who keeps only these rights of root. */
void become_nobody_plain(void);
void become_nobody_with_bpf(void);
void become_nobody_with_sys_admin(void);

#endif /* PROCESS_H */
