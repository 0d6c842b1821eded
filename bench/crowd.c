// SPDX-License-Identifier: GPL-2.0-only
#include "crowd.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "cost.h"
#include "figure.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

#define PROCESSES 2000
#define MAPS 500
#define BPFFS "/sys/fs/bpf"

extern char **environ;

static const struct {
	const char *key;
	const char *what;
	const char *argv[3];
} tools[] = {
	{ "opsctl_top", "opsctl top", { "opsctl", "top" } },
	{ "opsctl_watch", "opsctl watch", { "opsctl", "watch" } },
};

static pid_t processes[PROCESSES];
static int maps[MAPS];

static void gather(void)
{
	const struct rlimit files = { 2 * MAPS, 2 * MAPS };
	size_t i;

	if (setrlimit(RLIMIT_NOFILE, &files))
		die("cannot have as many open files", "setrlimit");
	for (i = 0; i < PROCESSES; i++) {
		processes[i] = fork();
		if (processes[i] < 0)
			die("cannot fork", "a process that waits");
		if (!processes[i]) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			pause();
			_exit(0);
		}
	}
	for (i = 0; i < MAPS; i++) {
		maps[i] = bpf_map_create(BPF_MAP_TYPE_ARRAY, "crowd", 4, 4, 1,
					 NULL);
		if (maps[i] < 0)
			die("the kernel refused", "a map");
	}
}

static void scatter(void)
{
	size_t i;

	for (i = 0; i < PROCESSES; i++) {
		kill(processes[i], SIGKILL);
		waitpid(processes[i], NULL, 0);
	}
	for (i = 0; i < MAPS; i++)
		close(maps[i]);
}

/* Starts a tool without its output. */
static pid_t start(const char *const *argv)
{
	posix_spawn_file_actions_t silent;
	pid_t pid;
	int err;

	posix_spawn_file_actions_init(&silent);
	posix_spawn_file_actions_addopen(&silent, STDOUT_FILENO, "/dev/null",
					 O_WRONLY, 0);
	posix_spawn_file_actions_adddup2(&silent, STDOUT_FILENO, STDERR_FILENO);
	err = posix_spawnp(&pid, argv[0], &silent, NULL, (char *const *)argv,
			   environ);
	posix_spawn_file_actions_destroy(&silent);
	errno = err;
	if (err)
		die("cannot run", argv[0]);
	return pid;
}

static void run_to_end(const char *const *argv)
{
	pid_t pid = start(argv);
	int status;

	errno = ECHILD;
	if (waitpid(pid, &status, 0) != pid || status)
		die("failed", argv[1]);
}

static double cpu_of(pid_t pid)
{
	struct timespec time;
	clockid_t clock;

	errno = clock_getcpuclockid(pid, &clock);
	if (errno || clock_gettime(clock, &time))
		die("cannot read the CPU time of", "a tool");
	return time.tv_sec * 1e9 + time.tv_nsec;
}

/* The CPU time that it takes in a second, once it has begun. */
static double steady_cost(const char *const *argv)
{
	pid_t pid = start(argv);
	double cpu, begun;

	sleep(2);
	cpu = cpu_of(pid);
	begun = now();
	sleep(quick ? 2 : 10);
	cpu = cpu_of(pid) - cpu;
	begun = now() - begun;
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	return cpu * 1e9 / begun;
}

void measure_in_a_crowd(struct json_object *figures)
{
	size_t i;

	run_to_end((const char *const[]){ "opsctl", "attach", "testmod.bpf.o",
					  "--pin", BPFFS, NULL });
	gather();
	for (i = 0; i < ARRAY_SIZE(tools); i++) {
		struct json_object *figure = add_figure(
			figures, "steady", tools[i].key, tools[i].what);

		json_object_object_add(
			figure, "value",
			json_object_new_double(steady_cost(tools[i].argv)));
	}
	scatter();
	run_to_end((const char *const[]){ "opsctl", "detach", "testmod", NULL });
}
