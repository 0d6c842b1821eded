/* SPDX-License-Identifier: GPL-2.0-only */
/* A table as list shows it; dump prints this first, too. */
#ifndef LIST_H
#define LIST_H

#include <json-c/json.h>

#include "kernel/tables.h"

/* MEMBERS: with its programs, and its data that is not zero. */
void print_table(const struct table *t, bool members);
struct json_object *table_to_json(const struct table *t);

#endif /* LIST_H */
