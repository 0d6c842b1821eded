/* SPDX-License-Identifier: GPL-2.0-only */
/* Lets a signal end a tool, but only while the tool waits. */
#ifndef SIGNALS_H
#define SIGNALS_H

#include <poll.h>
#include <stdbool.h>

/**
 * signals_hold() - hold SIGINT, SIGTERM and SIGHUP back from now on
 *
 * Nothing that the caller does is left half done, and no signal is lost before a
 * wait. A SIGHUP that is ignored stays so, as nohup(1) has it.
 */
void signals_hold(void);

/**
 * signals_poll() - wait for files, or for one of these signals
 * @fds: as for poll(2)
 * @count: how many
 * @timeout: how long at most; NULL: for ever
 *
 * Return: as ppoll(2): -1, and errno is EINTR, where a signal came.
 */
int signals_poll(struct pollfd *fds, nfds_t count,
		 const struct timespec *timeout);

/* Tells whether one of the signals came during a wait. */
bool signals_told_to_stop(void);

#endif /* SIGNALS_H */
