/* SPDX-License-Identifier: GPL-2.0-only */
/* Waits for programs of a table that are asleep, and names them. */
#ifndef SLEEPERS_H
#define SLEEPERS_H

#include "tables.h"

/*
 * Calls CHANGE(ctx), which may have to wait for programs that sleep in the table.
 * If that takes long, it prints which. Returns what CHANGE returned.
 */
int wait_for_sleepers(int (*change)(void *ctx), void *ctx,
		      const struct table *table);

/* Detaches the link of TABLE, by wait_for_sleepers(). Returns 0 or -errno. */
int link_detach(int fd, const struct table *table);

#endif /* SLEEPERS_H */
