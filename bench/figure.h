/* SPDX-License-Identifier: GPL-2.0-only */
/* How a figure is written down, and what ends all measuring. */
#ifndef FIGURE_H
#define FIGURE_H

#include <json-c/json.h>

#define EXIT_KERNEL 2

/* Prints what failed, with errno, and exits. */
void die(const char *what, const char *on) __attribute__((noreturn));

void add_string(struct json_object *to, const char *key, const char *value);

/* Adds a figure: GROUP, KEY and what it is, in words. The object is the list's. */
struct json_object *add_figure(struct json_object *figures, const char *group,
			       const char *key, const char *what);

#endif /* FIGURE_H */
