// SPDX-License-Identifier: GPL-2.0-only
#include "figure.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void die(const char *what, const char *on)
{
	fprintf(stderr, "Error: %s: %s: %s\n", what, on, strerror(errno));
	exit(EXIT_KERNEL);
}

void add_string(struct json_object *to, const char *key, const char *value)
{
	json_object_object_add(to, key, json_object_new_string(value));
}

struct json_object *add_figure(struct json_object *list, const char *group,
			       const char *key, const char *what)
{
	struct json_object *figure = json_object_new_object();

	add_string(figure, "group", group);
	add_string(figure, "key", key);
	add_string(figure, "what", what);
	json_object_array_add(list, figure);
	return figure;
}
