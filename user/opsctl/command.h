/* SPDX-License-Identifier: GPL-2.0-only */
/* Declares the commands of opsctl, and what a command line asks of one. */
#ifndef COMMAND_H
#define COMMAND_H

#include <stdbool.h>

#include "exit.h"

#define OPERANDS_MAX 2
#define SETS_MAX 32
#define MEMBERS_MAX 64
#define VARS_MAX 64

/**
 * struct settings - the options that every command takes
 * @json: print JSON
 * @pretty: indent it
 * @debug: show the logs of libbpf and of the verifier
 */
struct settings {
	bool json;
	bool pretty;
	bool debug;
};

extern struct settings settings;

/**
 * struct request - the words after a command, NULL where one is not given
 * @operands: the words that are no options
 * @map: which one of the tables in the file
 * @pin: the directory to pin the links in
 * @sets: "member=value", for members of tables
 * @nr_sets: how many
 * @vars: "name=value", for global variables
 * @nr_vars: how many
 * @no_link: give no link to a table that is declared without one
 * @dry_run: attach nothing
 * @all: show functions without a program too
 * @module: the module to look at
 * @kdir: where kernel headers are
 * @yes: do not ask
 * @once: print one sample
 * @members: the functions to print programs for
 * @nr_members: how many; 0 stands for all
 * @btf: the file with the types
 * @base_btf: the file with the BTF that @btf goes on from
 */
struct request {
	const char *operands[OPERANDS_MAX];
	const char *map;
	const char *pin;
	const char *sets[SETS_MAX];
	int nr_sets;
	const char *vars[VARS_MAX];
	int nr_vars;
	bool no_link;
	bool dry_run;
	bool all;
	const char *module;
	const char *kdir;
	bool yes;
	bool once;
	const char *members[MEMBERS_MAX];
	int nr_members;
	const char *btf;
	const char *base_btf;
};

/* Each returns an exit status. */
int cmd_types(const struct request *request);
int cmd_list(const struct request *request);
int cmd_dump(const struct request *request);
int cmd_new(const struct request *request);
int cmd_inspect(const struct request *request);
int cmd_attach(const struct request *request);
int cmd_swap(const struct request *request);
int cmd_detach(const struct request *request);
int cmd_remove(const struct request *request);
int cmd_wait(const struct request *request);
int cmd_watch(const struct request *request);
int cmd_log(const struct request *request);
int cmd_top(const struct request *request);
int cmd_doctor(const struct request *request);
int cmd_complete(const struct request *request);

#endif /* COMMAND_H */
