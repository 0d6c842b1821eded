/* SPDX-License-Identifier: GPL-2.0-only */
/* What a tool printed with -j: each of these fails the test where it is not there. */
#ifndef FROM_JSON_H
#define FROM_JSON_H

#include <stdint.h>

#include <json-c/json.h>

struct json_object *json_of_text(const char *text);

struct json_object *json_at(struct json_object *in, const char *key);
const char *json_text_at(struct json_object *in, const char *key);
uint64_t json_number_at(struct json_object *in, const char *key);

/* The object of ARRAY whose member KEY is TEXT. */
struct json_object *json_find(struct json_object *array, const char *key,
			      const char *text);

#endif /* FROM_JSON_H */
