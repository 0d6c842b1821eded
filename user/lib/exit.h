/* SPDX-License-Identifier: GPL-2.0-only */
/* What the exit statuses of the tools mean. */
#ifndef EXIT_H
#define EXIT_H

/**
 * enum exit_status - the exit statuses of the loader and of opsctl
 * @EXIT_OK: done
 * @EXIT_USAGE: the command line makes no sense
 * @EXIT_REFUSED: the kernel refused, or this machine lacks something
 */
enum exit_status {
	EXIT_OK = 0,
	EXIT_USAGE = 1,
	EXIT_REFUSED = 2,
};

#endif /* EXIT_H */
