// SPDX-License-Identifier: GPL-2.0-only
#include "signals.h"

#include <signal.h>
#include <stddef.h>

#include "array.h"

static volatile sig_atomic_t stop;

/* The signals that stay blocked while a tool waits: those from before, less ours. */
static sigset_t in_waits;

static void on_signal(int sig)
{
	(void)sig;
	stop = 1;
}

void signals_hold(void)
{
	struct sigaction action = { .sa_handler = on_signal }, before;
	static const int ours[] = { SIGINT, SIGTERM, SIGHUP };
	sigset_t set;
	size_t i;

	sigemptyset(&set);
	for (i = 0; i < ARRAY_SIZE(ours); i++)
		sigaddset(&set, ours[i]);
	sigprocmask(SIG_BLOCK, &set, &in_waits);

	for (i = 0; i < ARRAY_SIZE(ours); i++) {
		sigdelset(&in_waits, ours[i]);
		sigaction(ours[i], NULL, &before);
		if (ours[i] != SIGHUP || before.sa_handler != SIG_IGN)
			sigaction(ours[i], &action, NULL);
	}
}

int signals_poll(struct pollfd *fds, nfds_t count, const struct timespec *timeout)
{
	return ppoll(fds, count, timeout, &in_waits);
}

bool signals_told_to_stop(void)
{
	return stop;
}
