// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs inputs against the modules, and says on one line what it found, with the input.
 * First those of the files, each so many times; then, for so many seconds or executions,
 * new ones that are made of them: one that reaches new code joins them. Every input is in
 * the kernel's log before it runs, as it may be the last thing that the guest does.
 *
 * Usage: fuzz [-v] [-t TIMES] [-s SECONDS] [-n EXECUTIONS] [-r SEED] FILE...
 */
#include "lib.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "fuzz.h"

/* An input may take so long, on a slow machine, until it counts as hung. */
#define HANG_SECONDS 60

/* After so many there must be nothing left of all of them. */
#define SETTLE_EVERY 100

bool verbose;
static int log_fd;
static struct input recent[SETTLE_EVERY];
static unsigned long executions, programs, loaded, covered;

static void say(const char *what, const struct input *in)
{
	char line[2 * INPUT_MAX + 32];
	int n = snprintf(line, sizeof(line), "<3>fuzz: %s%s", what,
			 input_text(in));

	if (write(log_fd, line, n) != n)
		perror("fuzz: /dev/kmsg");
}

static pid_t start(const struct input *in, int process)
{
	pid_t pid;

	fflush(stdout);
	pid = fork();
	assert_return_code(pid, errno);
	if (pid)
		return pid;
	if (is_program(in))
		program_run(in);
	else
		sequence_run(in, process);
	fflush(stdout);
	_exit(0);
}

/* A process may be killed by the other one, but must not die of anything else. */
static void finish(pid_t pid, double deadline)
{
	int status, gone;

	while (!(gone = waitpid(pid, &status, WNOHANG)) &&
	       clock_seconds() < deadline)
		usleep(500);
	if (!gone) {
		found("a process hangs for %d s", HANG_SECONDS);
		kill(pid, SIGKILL);
		deadline = clock_seconds() + HANG_SECONDS;
		while (!waitpid(pid, &status, WNOHANG) &&
		       clock_seconds() < deadline)
			usleep(10000);
		return;
	}
	if (WIFSIGNALED(status) && WTERMSIG(status) != SIGKILL)
		found("a process died of signal %d", WTERMSIG(status));
	if (WIFEXITED(status) && WEXITSTATUS(status))
		found("a process ended with %d", WEXITSTATUS(status));
}

static void run(const struct input *in)
{
	double deadline = clock_seconds() + HANG_SECONDS;
	pid_t pids[2] = {};

	say("", in);
	recent[executions % SETTLE_EVERY] = *in;
	executions++;
	memset(inside, 0, TABLES_MAX * sizeof(*inside));
	memset(shared, 0, sizeof(*shared));

	pids[0] = start(in, 0);
	shared->pids[0] = pids[0];
	if (!is_program(in)) {
		pids[1] = start(in, 1);
		shared->pids[1] = pids[1];
	}
	finish(pids[0], deadline);
	if (pids[1])
		finish(pids[1], deadline);
	/* A table without a link stays, and keeps others out. */
	raw_delete_tables();
	if (shared->reloaded)
		world_renew();
	kernel_complained();
	programs += is_program(in);
	loaded += shared->loaded;
}

/* Ends with what was found, and the inputs that may be guilty of it. */
static void stop_if_found(const struct input *in)
{
	size_t i;

	if (!shared->finding[0])
		return;
	printf("fuzz: found after %lu executions: %s\n", executions,
	       shared->finding);
	if (in) {
		printf("fuzz: guilty: %s\n", input_text(in));
		exit(1);
	}
	for (i = 0; i < SETTLE_EVERY && i < executions; i++)
		printf("fuzz: perhaps guilty: %s\n",
		       input_text(&recent[(executions - 1 - i) % SETTLE_EVERY]));
	exit(1);
}

static void settle(void)
{
	world_settle();
	stop_if_found(NULL);
	/* No input has reached what only this has. */
	covered = blocks_covered();
}

/* Runs it, and tells whether it reached code that no other one did. */
static bool reaches_more(const struct input *in)
{
	unsigned long before = covered;
	bool more;

	run(in);
	stop_if_found(in);
	covered = blocks_covered();
	more = covered > before;
	if (more)
		say("new ", in);
	if (executions % SETTLE_EVERY == 0)
		settle();
	return more;
}

static void fuzz(double seconds, unsigned long most)
{
	double end = clock_seconds() + seconds;
	struct input in;

	while (clock_seconds() < end && executions < most) {
		corpus_mutate(&in);
		if (reaches_more(&in))
			corpus_add(&in);
	}
}

int main(int argc, char *argv[])
{
	unsigned long long seed = 1;
	unsigned long most = ~0UL, times = 1;
	double seconds = 0, began;
	size_t i, files;
	int option;

	while ((option = getopt(argc, argv, "t:s:n:r:v")) != -1) {
		if (option == 't')
			times = strtoul(optarg, NULL, 0);
		else if (option == 's')
			seconds = strtod(optarg, NULL);
		else if (option == 'n')
			most = strtoul(optarg, NULL, 0);
		else if (option == 'r')
			seed = strtoull(optarg, NULL, 0);
		else if (option == 'v')
			verbose = true;
		else
			return 2;
	}
	log_fd = open("/dev/kmsg", O_WRONLY | O_CLOEXEC);
	corpus_begin(seed);
	world_begin();
	while (optind < argc)
		corpus_read(argv[optind++]);

	began = clock_seconds();
	files = corpus_size();
	for (i = 0; i < files * times; i++)
		reaches_more(corpus_get(i % files));
	settle();
	printf("fuzz: %zu inputs of files, %lu blocks\n", files, covered);
	if (seconds) {
		fuzz(seconds, most);
		settle();
	}
	printf("fuzz: %lu executions in %.0f s: %lu sequences, %lu programs\n"
	       "fuzz: of which %lu loaded; %zu inputs in the corpus, %lu blocks\n",
	       executions, clock_seconds() - began, executions - programs,
	       programs, loaded, corpus_size(), covered);
	return 0;
}
