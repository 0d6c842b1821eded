/* SPDX-License-Identifier: GPL-2.0-only */
/* What opsctl knows of members of the kernel's own types, and no BTF tells. */
#ifndef FACTS_H
#define FACTS_H

#include <stdbool.h>

/**
 * struct fact - what is so of some function members
 * @types: the struct_ops types, with blanks between
 * @members: their names, likewise
 * @note: the fact, as a sentence that goes on after the name
 * @left_out: a program that does nothing is refused there, or does harm: it is
 *	      printed only where it is asked for
 * @calls: the declaration of what @body calls, or NULL
 * @body: what a program does in place of nothing, or NULL
 */
struct fact {
	const char *types;
	const char *members;
	const char *note;
	bool left_out;
	const char *calls;
	const char *body;
};

/* Returns the fact of that member, or NULL. */
const struct fact *fact_of(const char *type, const char *member);

#endif /* FACTS_H */
