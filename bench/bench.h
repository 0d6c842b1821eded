/* SPDX-License-Identifier: GPL-2.0-only */
/* What the parts of bench share. */
#ifndef BENCH_H
#define BENCH_H

#include <json-c/json.h>

#define EXIT_KERNEL 2

/* Says what failed, with errno, and ends. */
void die(const char *what, const char *on) __attribute__((noreturn));

/* Adds a figure: GROUP, KEY and what it is, in words. The object is the list's. */
struct json_object *add_figure(struct json_object *figures, const char *group,
			       const char *key, const char *what);

#endif /* BENCH_H */
