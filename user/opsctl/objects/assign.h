/* SPDX-License-Identifier: GPL-2.0-only */
/* What --set changes in the tables of an object before it is loaded. */
#ifndef ASSIGN_H
#define ASSIGN_H

#include <bpf/libbpf.h>

/**
 * assign_members() - do what each --set asks for
 * @obj: an object that is open and not loaded yet
 * @sets: "MEMBER=VALUE", each for all tables that are to be loaded and have the member;
 *	the value of a function is the name of a program, or nothing to leave it out
 * @count: how many there are
 *
 * Return: an exit status, after it has printed what is wrong.
 */
int assign_members(struct bpf_object *obj, const char *const *sets, int count);

#endif /* ASSIGN_H */
