/* SPDX-License-Identifier: GPL-2.0-only */
/* What opsctl says: errors, text from others, JSON. */
#ifndef OUTPUT_H
#define OUTPUT_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stdio.h>

/* Prints "Error: ", the text and a newline on stderr; returns EXIT_REFUSED. */
int refused(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The same for bad usage; returns EXIT_USAGE. */
int bad_usage(const char *format, ...) __attribute__((format(printf, 1, 2)));

/*
 * Makes a text that others chose safe to show on a terminal: each byte that is not
 * printable ASCII, and each backslash, becomes \xNN. A text that is longer than any
 * path is cut, and ends with "...". Valid until the eighth call after this one.
 */
const char *shown(const char *text);

/* The same text as a JSON string: what is not valid UTF-8 becomes U+FFFD. */
struct json_object *json_text(const char *text);

/* Each adds a field to an object; a NULL text becomes null. */
void add_text(struct json_object *to, const char *key, const char *text);
void add_number(struct json_object *to, const char *key,
		unsigned long long number);
void add_bool(struct json_object *to, const char *key, bool value);

/* Writes a comma and a space, if the stream in memory has an item already. */
void next_item(FILE *out);

/**
 * struct row - a line of items with commas between, indented by a tab
 * @column: where it ends so far; 0 where it is empty
 */
struct row {
	int column;
};

/* Adds an item; on a terminal a new line begins where it would not fit. */
void row_add(struct row *row, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Ends the line, if there is one. */
void row_end(struct row *row);

/* Prints the value, as -p asks, and frees it. */
void json_print(struct json_object *value);

#endif /* OUTPUT_H */
