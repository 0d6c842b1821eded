/* SPDX-License-Identifier: GPL-2.0-only */
/* The struct_ops maps that the kernel holds now, and what holds each. */
#ifndef TABLES_H
#define TABLES_H

#include <bpf/libbpf.h>
#include <linux/bpf.h>
#include <stdbool.h>

#include "holders.h"
#include "kernel_btf.h"
#include "base/naming.h"

/**
 * struct ops_link - a link that keeps a table attached
 * @id: its id
 * @holders: who keeps the link, once tables_find_holders() has looked
 */
struct ops_link {
	__u32 id;
	struct holders holders;
};

/**
 * struct member - a member of a table
 * @name: its name
 * @is_function: programs implement it; else it is data
 * @program: the id of the program in a function, or 0
 * @data: where it is in the table's value
 */
struct member {
	const char *name;
	bool is_function;
	__u32 program;
	const void *data;
};

/**
 * struct table - a struct_ops map, as it was when it was looked at
 * @info: what the kernel tells about the map
 * @type: the type of the table; its btf is NULL where it could not be read
 * @module: the module that the type is in
 * @name: as table_naming() has it
 * @members: in the order of the struct
 * @nr_members: how many; 0 where the type could not be read
 * @value: the map's value: functions are ids of programs
 * @state: enum bpf_struct_ops_state
 * @refcount: as the kernel counts its users
 * @is_bound: a link keeps it, or it is attached without one
 * @attached: it is bound, and nothing tells that the kernel has ended it
 * @ended: how the kernel has ended a table that is bound; NULL for all others
 * @links: what keeps it attached
 * @nr_links: how many; an attached table without one stays until removed
 * @holders: who keeps the map, once tables_find_holders() has looked
 */
struct table {
	struct bpf_map_info info;
	struct ops_type type;
	char module[64];
	char name[NAME_SIZE];
	struct member *members;
	int nr_members;
	void *value;
	__u32 state;
	__u32 refcount;
	bool is_bound;
	bool attached;
	char *ended;
	struct ops_link *links;
	int nr_links;
	struct holders holders;
};

/**
 * struct tables - all struct_ops maps
 * @items: each
 * @count: how many
 * @empty_links: links without a table: it was detached, by somebody or by its type
 * @nr_empty_links: how many
 * @is_late: a link has a table that is not among these, as it came meanwhile
 */
struct tables {
	struct table *items;
	int count;
	struct ops_link *empty_links;
	int nr_empty_links;
	bool is_late;
};

/*
 * Reads all tables. Prints what failed, and returns an exit status.
 * tables_free() may be called in any case. When it is called again, it passes over the
 * maps and links that it knows to be none of struct_ops.
 */
int tables_read(struct tables *tables);
void tables_free(struct tables *tables);

/* Finds who holds each table: it looks at every descriptor of every process. */
void tables_find_holders(struct tables *tables);

/*
 * Tells whether a table that is not attached any more is used all the same: a connection
 * keeps its congestion control, and a device its qdisc. Each holds a reference.
 */
bool table_is_used(const struct table *table);

/* What the kernel calls the state. */
const char *table_state_name(const struct table *table);

/* Tells whether a map that was loaded is a table of the same type. */
bool table_has_type_of(const struct table *table, const struct bpf_map *map);

/* The index of the link ID among the table's links, or -1. */
int table_link(const struct table *table, __u32 id);

/* The table that the link ID keeps attached, or NULL. */
const struct table *tables_by_link(const struct tables *tables, __u32 id);

/* Reads a whole number; false if the text is anything else. */
bool parse_id(const char *text, __u32 *id);

/*
 * Finds the tables that the name WHAT, of a table or of its map, means: those that are
 * attached; if there is none, those that the kernel has ended; if there is none either,
 * the rest. Returns how many, and the last of them in FOUND.
 */
int tables_named(const struct tables *tables, const char *what,
		 struct table **found);

/*
 * The one table that WHAT, a map's id or a table's name, stands for. Prints an
 * error and returns NULL if there is none, or more than one.
 */
struct table *tables_find(const struct tables *tables, const char *what);

#endif /* TABLES_H */
