/* SPDX-License-Identifier: GPL-2.0-only */
/* The rules of a table, held against the loaded module, for whatever members it has. */
#ifndef RULES_H
#define RULES_H

/**
 * struct rules - what programs of a table may do; names are separated by spaces
 * @type: the table's type
 * @may_sleep: members whose programs may sleep
 * @may_write: what programs may write, each as STRUCT.MEMBER
 * @may_call: kfuncs of the module that they may call, each as MEMBER:KFUNC
 */
struct rules {
	const char *type;
	const char *may_sleep;
	const char *may_write;
	const char *may_call;
};

/*
 * Loads programs for each member that the module's BTF has: what the rules allow must
 * load, and what they do not must be refused, each beside a twin that loads. Each name
 * in the rules must be one of the module's.
 */
void rules_hold(const struct rules *rules);

#endif /* RULES_H */
