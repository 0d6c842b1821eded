// SPDX-License-Identifier: GPL-2.0-only
#include "lib.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define NOBODY 65534
#define PATIENCE_MS 60000

/* Children that have not been waited for: a failed test may leave some. */
static pid_t children[8];

static void replace_child(pid_t from, pid_t to)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(children); i++) {
		if (children[i] == from) {
			children[i] = to;
			return;
		}
	}
	fail_msg("more than %zu children at once", ARRAY_SIZE(children));
}

void process_kill_all(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(children); i++) {
		if (!children[i])
			continue;
		kill(children[i], SIGKILL);
		waitpid(children[i], NULL, 0);
		children[i] = 0;
	}
}

void process_start_as(struct process *p, const char *const argv[],
		      void (*become)(void))
{
	int fds[2];

	memset(p, 0, sizeof(*p));
	assert_return_code(pipe2(fds, O_CLOEXEC), errno);

	p->pid = fork();
	assert_return_code(p->pid, errno);
	if (!p->pid) {
		dup2(fds[1], STDOUT_FILENO);
		dup2(fds[1], STDERR_FILENO);
		if (become)
			become();
		execv(argv[0], (char *const *)argv);
		_exit(127);
	}
	replace_child(0, p->pid);
	close(fds[1]);
	p->fd = fds[0];
}

void process_start(struct process *p, const char *const argv[])
{
	process_start_as(p, argv, NULL);
}

/* Returns false at the end of the output. */
static bool listen_to(struct process *p)
{
	struct pollfd fd = { .fd = p->fd, .events = POLLIN };
	ssize_t n;

	if (poll(&fd, 1, PATIENCE_MS) == 0) {
		kill(p->pid, SIGKILL);
		fail_msg("silent for %d ms; so far: %s", PATIENCE_MS, p->said);
	}
	n = read(p->fd, p->said + p->len, sizeof(p->said) - 1 - p->len);
	if (n <= 0)
		return false;
	p->len += n;
	p->said[p->len] = '\0';
	return true;
}

void process_wait_for(struct process *p, const char *text)
{
	while (!strstr(p->said, text)) {
		if (!listen_to(p))
			fail_msg("ended without '%s'; said: %s", text, p->said);
	}
}

bool process_is_silent(const struct process *p)
{
	struct pollfd fd = { .fd = p->fd, .events = POLLIN };

	return poll(&fd, 1, 0) == 0;
}

int process_wait(struct process *p)
{
	int status;

	while (listen_to(p))
		;
	close(p->fd);
	assert_int_equal(waitpid(p->pid, &status, 0), p->pid);
	replace_child(p->pid, 0);
	return WIFSIGNALED(status) ? 256 + WTERMSIG(status) : WEXITSTATUS(status);
}

int process_run(struct process *p, const char *const argv[])
{
	process_start(p, argv);
	return process_wait(p);
}

static void become_nobody(uint64_t caps)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];
	int i;

	if (setgroups(0, NULL) || prctl(PR_SET_KEEPCAPS, 1) ||
	    setresgid(NOBODY, NOBODY, NOBODY) ||
	    setresuid(NOBODY, NOBODY, NOBODY))
		abort();

	for (i = 0; i < _LINUX_CAPABILITY_U32S_3; i++) {
		data[i].effective = caps >> (32 * i);
		data[i].permitted = data[i].effective;
		data[i].inheritable = data[i].effective;
	}
	if (syscall(SYS_capset, &header, data))
		abort();

	/* Ambient capabilities survive execve(2). */
	for (i = 0; i < 64; i++) {
		if (caps >> i & 1 &&
		    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, i, 0, 0))
			abort();
	}
}

#define CAP(c) (1ULL << (c))

void become_nobody_plain(void)
{
	become_nobody(0);
}

void become_nobody_with_bpf(void)
{
	become_nobody(CAP(CAP_BPF) | CAP(CAP_PERFMON));
}

void become_nobody_with_sys_admin(void)
{
	become_nobody(CAP(CAP_SYS_ADMIN));
}

void stay_on_first_cpu(void)
{
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET(0, &cpus);
	assert_int_equal(sched_setaffinity(0, sizeof(cpus), &cpus), 0);
}
