/* SPDX-License-Identifier: GPL-2.0-only */
/* What a program has to look like that implements a member, as the kernel's BTF has it. */
#ifndef PROTOTYPE_H
#define PROTOTYPE_H

#include <stdbool.h>

#include "kernel/kernel_btf.h"

/* The kernel hands a program no more (MAX_BPF_FUNC_ARGS, include/linux/bpf.h). */
#define PARAMETERS_MAX 12

/**
 * struct parameter - a parameter of a program
 * @name: its name in the program
 * @type: its type in C
 * @declaration: both, as C declares it
 * @is_wide: it is a struct or a number that may take two registers
 * @is_nullable: the kernel may pass NULL
 * @is_reference: the kernel hands a reference over
 * @is_in_arena: it points into an arena, which the program has to have
 */
struct parameter {
	char *name;
	char *type;
	char *declaration;
	bool is_wide;
	bool is_nullable;
	bool is_reference;
	bool is_in_arena;
};

/**
 * struct prototype - the prototype of a program
 * @result: the type of what it returns, in C, with a blank after it where C wants one
 * @returns: what a program that does nothing returns, or NULL for void
 * @parameters: each, in order
 * @count: how many
 */
struct prototype {
	char *result;
	const char *returns;
	struct parameter parameters[PARAMETERS_MAX];
	int count;
};

/*
 * Returns why no program can be the member of TYPE, a function, as a sentence that goes on
 * after its name, or NULL.
 */
const char *prototype_problem(const struct ops_type *type,
			      const struct btf_member *member);

/*
 * Reads the prototype of such a member that has no problem. Its type has no names
 * of parameters: they come from the kernel's stub TYPE__MEMBER, which also tells which ones
 * may be NULL (Documentation/bpf/kfuncs.rst has the suffixes), or else from a function with
 * the same types and nearly the member's name.
 */
void prototype_read(struct prototype *p, const struct ops_type *type,
		    const struct btf_member *member);
void prototype_free(struct prototype *p);

#endif /* PROTOTYPE_H */
