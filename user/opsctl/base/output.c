// SPDX-License-Identifier: GPL-2.0-only
#include "output.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "command.h"
#include "text.h"

static void print_error(const char *format, va_list args)
{
	/* Output that was printed earlier must come first. */
	fflush(stdout);
	fputs("Error: ", stderr);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
}

int refused(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	print_error(format, args);
	va_end(args);
	return EXIT_REFUSED;
}

int bad_usage(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	print_error(format, args);
	va_end(args);
	fputs("Try 'opsctl help'.\n", stderr);
	return EXIT_USAGE;
}

const char *shown(const char *text)
{
	/* The longest path fits, even if each of its bytes is shown as four. */
	static char buffers[8][4 * PATH_MAX + sizeof("...")];
	static unsigned int turn;
	char *buffer = buffers[turn++ % 8];
	size_t len = 0;

	for (; *text && len + ESCAPED_MAX + strlen("...") <= sizeof(buffers[0]);
	     text++)
		len += escape_byte(buffer + len, *text, "\"");
	strcpy(buffer + len, *text ? "..." : "");
	return buffer;
}

/* The length of the valid UTF-8 character that TEXT begins with, or 0. */
static size_t utf8_length(const unsigned char *text)
{
	static const struct {
		unsigned char mask, lead;
		unsigned int least;
	} kinds[] = {
		{ 0x80, 0x00, 0 },
		{ 0xe0, 0xc0, 0x80 },
		{ 0xf0, 0xe0, 0x800 },
		{ 0xf8, 0xf0, 0x10000 },
	};
	unsigned int code;
	size_t len, i;

	for (len = 0; len < 4; len++) {
		if ((text[0] & kinds[len].mask) != kinds[len].lead)
			continue;
		code = text[0] & ~kinds[len].mask;
		for (i = 1; i <= len; i++) {
			if ((text[i] & 0xc0) != 0x80)
				return 0;
			code = code << 6 | (text[i] & 0x3f);
		}
		if (code < kinds[len].least || code > 0x10ffff ||
		    (code >= 0xd800 && code <= 0xdfff))
			return 0;
		return len + 1;
	}
	return 0;
}

/* Columns of the terminal; what goes into a file or a pipe is not wrapped. */
static int width(void)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0 || !size.ws_col)
		return INT_MAX;
	return size.ws_col;
}

void next_item(FILE *out)
{
	if (ftell(out))
		fputs(", ", out);
}

void row_add(struct row *row, const char *format, ...)
{
	static const int indent = 8;
	va_list args;
	char *item;
	int len;

	va_start(args, format);
	len = vasprintf(&item, format, args);
	va_end(args);
	if (len < 0)
		abort();
	/* A comma follows, but for the last. */
	if (row->column && row->column + 2 + len + 1 > width()) {
		fputs(",\n", stdout);
		row->column = 0;
	}
	row->column += printf("%s%s", row->column ? ", " : "\t", item);
	if (row->column == len + 1)
		row->column = indent + len;
	free(item);
}

void row_end(struct row *row)
{
	if (row->column)
		putchar('\n');
	row->column = 0;
}

struct json_object *json_text(const char *text)
{
	static const char unknown[] = "\xef\xbf\xbd";
	char *valid = malloc(3 * strlen(text) + 1), *end = valid;
	struct json_object *string;
	size_t len;

	if (!valid)
		abort();
	while (*text) {
		len = utf8_length((const unsigned char *)text);
		if (len) {
			memcpy(end, text, len);
			end += len;
			text += len;
		} else {
			memcpy(end, unknown, 3);
			end += 3;
			text++;
		}
	}
	string = json_object_new_string_len(valid, end - valid);
	free(valid);
	return string;
}

void add_text(struct json_object *to, const char *key, const char *text)
{
	json_object_object_add(to, key, text ? json_text(text) : NULL);
}

void add_number(struct json_object *to, const char *key, unsigned long long number)
{
	json_object_object_add(to, key, json_object_new_uint64(number));
}

void add_bool(struct json_object *to, const char *key, bool value)
{
	json_object_object_add(to, key, json_object_new_boolean(value));
}

void json_print(struct json_object *value)
{
	int flags = settings.pretty ? JSON_C_TO_STRING_PRETTY
				    : JSON_C_TO_STRING_PLAIN;

	puts(json_object_to_json_string_ext(
		value, flags | JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(value);
}
