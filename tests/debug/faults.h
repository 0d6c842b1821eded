/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory runs out: every allocation of an operation fails in turn, until the
 * operation ends without meeting one. Needs the debug kernel's failslab.
 */
#ifndef FAULTS_H
#define FAULTS_H

#include "lib.h"

/**
 * struct operation - something that allocates memory
 * @name: what it is
 * @before: makes what it needs, or NULL
 * @run: does it; returns 0, or an errno, negated
 * @after: checks that what it did is done, or, with an errno, undone
 * @all: how many allocations it makes, at least; 0: none
 * @inside: how many of them under the module's functions; 0: none
 * @parses_btf: it runs into what 6.12 gets wrong
 * @other_errnos: errnos besides ENOMEM with which the kernel may fail it
 */
struct operation {
	const char *name;
	void (*before)(void);
	int (*run)(void);
	void (*after)(int err);
	int all;
	int inside;
	bool parses_btf;
	int other_errnos[2];
};

/* If it leaks, the leak is reported under its name. For setup, whose state it is. */
void begins(const struct operation *o);

/* The test, whose state is the operation; and the setup of all such tests. */
void runs_out_of_memory(void **state);
int inject(void **state);

#define operation(name, setup, teardown, ...)                                  \
	{                                                                      \
		name, runs_out_of_memory, setup, teardown, &(struct operation) \
		{                                                              \
			name, __VA_ARGS__                                      \
		}                                                              \
	}

#endif /* FAULTS_H */
