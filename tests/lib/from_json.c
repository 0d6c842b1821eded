// SPDX-License-Identifier: GPL-2.0-only
#include "from_json.h"

#include <string.h>

#include "lib.h"

struct json_object *json_of_text(const char *text)
{
	struct json_object *json = json_tokener_parse(text);

	if (!json)
		fail_msg("not JSON: %s", text);
	return json;
}

struct json_object *json_at(struct json_object *in, const char *key)
{
	struct json_object *value;

	if (!json_object_object_get_ex(in, key, &value))
		fail_msg("no '%s' in %s", key, json_object_to_json_string(in));
	return value;
}

const char *json_text_at(struct json_object *in, const char *key)
{
	return json_object_get_string(json_at(in, key));
}

uint64_t json_number_at(struct json_object *in, const char *key)
{
	return json_object_get_uint64(json_at(in, key));
}

struct json_object *json_find(struct json_object *array, const char *key,
			      const char *text)
{
	size_t i;

	for (i = 0; i < json_object_array_length(array); i++) {
		struct json_object *o = json_object_array_get_idx(array, i);

		if (!strcmp(json_text_at(o, key), text))
			return o;
	}
	fail_msg("none with %s '%s' in %s", key, text,
		 json_object_to_json_string(array));
	return NULL;
}
