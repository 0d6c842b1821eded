/* SPDX-License-Identifier: GPL-2.0-only */
/* Writes a value that a person has typed where BTF says what is there. */
#ifndef VALUE_H
#define VALUE_H

#include <bpf/btf.h>
#include <stdbool.h>
#include <stddef.h>

/**
 * struct number - a whole number of C, of 64 bits
 * @bits: the number; of a negative one, as long long has it
 * @is_negative: it is less than zero
 */
struct number {
	unsigned long long bits;
	bool is_negative;
};

/**
 * struct value_names - where to look for names that stand for numbers
 * @find: fills @number in, and returns NULL; or returns in words what is wrong with
 *	the name. It may be NULL: no name is known then but those of the type itself
 * @ctx: handed to @find
 */
struct value_names {
	const char *(*find)(void *ctx, const char *name, struct number *number);
	void *ctx;
};

/* Reads an enumerator of an enum, of either kind. */
struct number enumerator_value(const struct btf_type *type, int i);

/**
 * value_write() - write a value
 * @to: where to
 * @room: how many bytes are there
 * @btf: the BTF that says what is there
 * @type: its id in @btf: a whole number, a bool, an enum, or an array of characters
 * @text: a text; or a number, decimal or hexadecimal with 0x; or names of enumerators
 *	with | between; or true or false, for a bool
 * @names: where to look for enumerators, or NULL
 *
 * A number that begins with 0 is refused: C takes it for octal, and sysfs has
 * hexadecimal ones of this form.
 *
 * Return: NULL, or in words what is wrong, valid until the next call. Then nothing was
 *	written.
 */
const char *value_write(void *to, size_t room, const struct btf *btf, __u32 type,
			const char *text, const struct value_names *names);

#endif /* VALUE_H */
