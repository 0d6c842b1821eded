/* SPDX-License-Identifier: GPL-2.0-only */
/* Tables of BPF programs, and programs of no table: loading them, attaching them. */
#ifndef TABLE_H
#define TABLE_H

#include <bpf/libbpf.h>

/**
 * struct table - one table of a BPF object, or one program, and no other
 * @name: what it is called in the object
 * @obj: the object, or NULL where the kernel refused it
 * @map: the struct_ops map, of a table
 * @prog: the program, of a program
 * @link: the link, while it is attached
 * @err: the errno with which it was refused, or 0
 * @log: the verifier's log of the program that was refused
 */
struct table {
	char name[64];
	struct bpf_object *obj;
	struct bpf_map *map;
	struct bpf_program *prog;
	struct bpf_link *link;
	int err;
	char log[1024 * 1024];
};

/* Opens FILE, to load only its table NAME. */
void table_open(struct table *t, const char *file, const char *name);

/* Loads the table that is called NAME in FILE. */
void table_load(struct table *t, const char *file, const char *name);

/* Opens FILE, to load only its program NAME, of any type, and no table. */
void program_open(struct table *t, const char *file, const char *name);

/* Loads and attaches what program_open() opened. Returns 0, or the errno. */
int program_load(struct table *t);
int program_attach(struct table *t);

/* Loads only that program, and keeps nothing but the log. Returns 0, or the errno. */
int table_try_program(struct table *t, const char *file, const char *name);

/*
 * Loads the table of PROGRAM, which is called table_of_PROGRAM; it keeps nothing but
 * the log. Returns 0, or the errno with which the kernel refused.
 */
int table_try(struct table *t, const char *file, const char *program);

/* The same, and the kernel must not refuse it. */
void table_must_load(struct table *t, const char *file, const char *program);

/* Returns 0, or the errno with which the kernel refused. */
int table_attach(struct table *t);

/* Closes the link, which detaches the table. */
void table_detach(struct table *t);

/* Detaches and frees everything. */
void table_free(struct table *t);

/* The same for every table that the test has loaded. */
void table_free_all(void);

/* Fails the test, and says why, if the kernel refused what table_load() loaded. */
void table_must_be_loaded(const struct table *t);

/* Loads and attaches a table; the kernel must refuse nothing. */
void table_up(struct table *t, const char *file, const char *name);

/* A global variable of the table's programs. */
void *table_variable(struct table *t, const char *name);

#endif /* TABLE_H */
