// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writers that are stopped and continued: none of them holds up a detach or a
 * swap, and none loses a message.
 */
#include "lib.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "acts.h"

#define PER_SECOND 1

/* Memory that a writer, which is a process, shares with the test that stops it. */
struct shared {
	struct writes writes;
	atomic_bool writing; /* the writer is inside write(2) */
	atomic_bool enough;
	atomic_int err;
};

struct stopper {
	struct shared *shared;
	pid_t pid;
};

static atomic_ulong stops_inside;

static void write_on(struct shared *s)
{
	int fd = open(TRIGGER, O_WRONLY | O_CLOEXEC);

	while (!s->enough && !s->err) {
		int err;

		s->writing = true;
		err = write(fd, "race", 4) < 0 ? errno : 0;
		s->writing = false;
		if (!writes_count(&s->writes, err))
			s->err = err;
	}
	_exit(0);
}

static void start_writer(struct race_actor *a)
{
	struct shared *s = mmap(NULL, sizeof(*s), PROT_READ | PROT_WRITE,
				MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	struct stopper *own = malloc(sizeof(*own));

	assert_true(s != MAP_FAILED);
	assert_non_null(own);
	a->own = own;
	own->shared = s;
	own->pid = fork();
	assert_return_code(own->pid, errno);
	if (!own->pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		write_on(s);
	}
}

static void stop_and_continue(struct race_actor *a)
{
	struct stopper *own = a->own;
	struct shared *s = own->shared;
	int status;

	race_begin(a);
	kill(own->pid, SIGSTOP);
	if (waitpid(own->pid, &status, WUNTRACED) != own->pid ||
	    !WIFSTOPPED(status)) {
		race_fail("a writer did not stop; its write: %d", s->err);
		race_end(a, RACE_IDLE);
		return;
	}
	/* The signal came while it was in the kernel; it stopped on its way out. */
	stops_inside += s->writing;
	race_pause(a);
	race_end(a, RACE_DONE);
	kill(own->pid, SIGCONT);
	race_pause(a);
}

static void stop_writer(struct race_actor *a)
{
	struct stopper *own = a->own;
	struct shared *s = own->shared;
	int status;

	s->enough = true;
	assert_int_equal(waitpid(own->pid, &status, 0), own->pid);
	assert_int_equal(status, 0);
	assert_int_equal(s->err, 0);
	writes_add(&s->writes);
	munmap(s, sizeof(*s));
	free(own);
}

static const struct race_act stop = { "stop", start_writer, stop_and_continue,
				      stop_writer };

static void race_stop(void **state)
{
	unsigned long enough = race_enough(PER_SECOND);

	stops_inside = 0;
	acts_race(state);
	print_message(
		"# %lu times a writer was stopped inside write(2), at least %lu wanted\n",
		stops_inside, enough);
	assert_true(stops_inside >= enough);
}

#define AGAINST(act) \
	acts_test("stop-" #act, race_stop, &stop, &act_##act, PER_SECOND)

int main(int argc, char *argv[])
{
	const struct CMUnitTest tests[] = {
		AGAINST(attach),
		AGAINST(detach),
		AGAINST(swap),
	};

	return run_chosen(argc, argv, tests);
}
