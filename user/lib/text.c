// SPDX-License-Identifier: GPL-2.0-only
#include "text.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

static bool stays(unsigned char byte, const char *plain)
{
	if (strchr(plain, byte))
		return true;
	return isascii(byte) && isprint(byte) && byte != '"' && byte != '\\';
}

int escape_byte(char escaped[ESCAPED_MAX], unsigned char byte, const char *plain)
{
	return sprintf(escaped, stays(byte, plain) ? "%c" : "\\x%02x", byte);
}

void print_escaped(FILE *out, const char *text, const char *plain)
{
	char escaped[ESCAPED_MAX];

	for (; *text; text++) {
		escape_byte(escaped, *text, plain);
		fputs(escaped, out);
	}
}
