/* SPDX-License-Identifier: GPL-2.0-only */
/* Shows text that others chose, which may hold what a terminal obeys. */
#ifndef TEXT_H
#define TEXT_H

#include <stdio.h>

/* One byte becomes \xNN at most, and a NUL ends that. */
#define ESCAPED_MAX 5

/**
 * escape_byte() - show one byte of such a text
 * @escaped: filled in: the byte as it is, or \xNN
 * @byte: any but NUL
 * @plain: bytes that stay as they are; printable ASCII does so too, but for the
 *	quote and the backslash
 *
 * Return: the length of @escaped.
 */
int escape_byte(char escaped[ESCAPED_MAX], unsigned char byte, const char *plain);

/**
 * print_escaped() - show such a text
 * @out: where to print it
 * @text: the text
 * @plain: as for escape_byte()
 */
void print_escaped(FILE *out, const char *text, const char *plain);

#endif /* TEXT_H */
