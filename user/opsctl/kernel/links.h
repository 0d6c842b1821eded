/* SPDX-License-Identifier: GPL-2.0-only */
/* The link that keeps a table attached, however the user names it. */
#ifndef LINKS_H
#define LINKS_H

#include "tables.h"

/**
 * struct chosen_link - a link that was asked for
 * @fd: a descriptor of it
 * @id: its id
 * @table: the table that it keeps attached, or NULL if it was detached
 */
struct chosen_link {
	int fd;
	__u32 id;
	const struct table *table;
};

/*
 * Opens the link that WHAT stands for: a link's id, a table's name, or a path in
 * a bpf file system. Prints what failed, and returns an exit status.
 */
int link_choose(const struct tables *tables, const char *what,
		struct chosen_link *link);

#endif /* LINKS_H */
