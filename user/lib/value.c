// SPDX-License-Identifier: GPL-2.0-only
#include "value.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char problem_text[512];

static const char *problem(const char *format, ...)
	__attribute__((format(printf, 1, 2)));

static const char *problem(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(problem_text, sizeof(problem_text), format, args);
	va_end(args);
	return problem_text;
}

struct number enumerator_value(const struct btf_type *type, int i)
{
	bool is_signed = btf_kflag(type);
	struct number n;

	if (btf_is_enum64(type))
		n.bits = btf_enum64_value(btf_enum64(type) + i);
	else if (is_signed)
		n.bits = (long long)btf_enum(type)[i].val;
	else
		n.bits = (__u32)btf_enum(type)[i].val;
	n.is_negative = is_signed && (long long)n.bits < 0;
	return n;
}

/* Tells whether a name of C begins there, which no number does. */
static bool is_name(const char *text)
{
	return isalpha((unsigned char)*text) || *text == '_';
}

static const char *read_digits(const char *text, struct number *n)
{
	const char *digits = text + (*text == '-');
	char *end;

	if (digits[0] == '0' && isdigit((unsigned char)digits[1]))
		return problem(
			"'%s' begins with 0, as an octal number of C does and a hexadecimal one of sysfs; write it without, or with 0x",
			text);
	if (!isdigit((unsigned char)*digits))
		return problem("'%s' is no whole number", text);
	errno = 0;
	n->bits = strtoull(digits, &end, 0);
	if (*end)
		return problem("'%s' is no whole number", text);
	if (errno || (*text == '-' && n->bits > 1ULL << 63))
		return problem("'%s' does not fit into 64 bits", text);
	n->is_negative = *text == '-' && n->bits;
	if (n->is_negative)
		n->bits = -n->bits;
	return NULL;
}

static bool own_enumerator(const struct btf *btf, const struct btf_type *type,
			   const char *name, struct number *n)
{
	const char *of_type;
	int i;

	for (i = 0; btf_is_any_enum(type) && i < btf_vlen(type); i++) {
		of_type = btf__name_by_offset(
			btf, btf_is_enum(type) ? btf_enum(type)[i].name_off
					       : btf_enum64(type)[i].name_off);
		if (strcmp(of_type, name))
			continue;
		*n = enumerator_value(type, i);
		return true;
	}
	return false;
}

static bool is_bool(const struct btf_type *type)
{
	return btf_is_int(type) && (btf_int_encoding(type) & BTF_INT_BOOL);
}

static const char *read_word(const struct btf *btf, const struct btf_type *type,
			     const char *word, const struct value_names *names,
			     struct number *n)
{
	*n = (struct number){};
	if (is_bool(type) && (!strcmp(word, "true") || !strcmp(word, "false"))) {
		n->bits = *word == 't';
		return NULL;
	}
	if (!is_name(word))
		return read_digits(word, n);
	if (own_enumerator(btf, type, word, n))
		return NULL;
	if (names && names->find)
		return names->find(names->ctx, word, n);
	return problem("'%s' is no whole number", word);
}

/* Reads a number, or several with | between, which flags are. */
static const char *read_number(const struct btf *btf, const struct btf_type *type,
			       const char *text, const struct value_names *names,
			       struct number *sum)
{
	char *words = strdup(text), *rest = words, *word;
	const char *wrong = NULL;
	struct number n;
	int count = 0;

	if (!words)
		abort();
	*sum = (struct number){};
	while (!wrong && (word = strsep(&rest, "|"))) {
		wrong = read_word(btf, type, word, names, &n);
		sum->bits |= n.bits;
		sum->is_negative |= n.is_negative;
		count++;
	}
	if (!wrong && sum->is_negative && count > 1)
		wrong = problem("'%s' joins a number that is less than 0", text);
	free(words);
	return wrong;
}

static bool is_signed(const struct btf_type *type)
{
	return btf_is_int(type) ? btf_int_encoding(type) & BTF_INT_SIGNED
				: btf_kflag(type);
}

static const char *check_range(const struct btf_type *type, const char *text,
			       const struct number *n)
{
	unsigned int bits = is_bool(type) ? 1 : 8 * type->size;
	unsigned long long most;
	long long least = 0;

	most = bits == 64 ? ~0ULL : (1ULL << bits) - 1;
	if (is_signed(type)) {
		most >>= 1;
		least = -(long long)most - 1;
	}
	if (n->is_negative ? (long long)n->bits >= least : n->bits <= most)
		return NULL;
	return problem("%s does not fit: it can be %lld to %llu", text, least,
		       most);
}

static const char *write_number(void *to, const struct btf *btf,
				const struct btf_type *type, const char *text,
				const struct value_names *names)
{
	struct number n;
	const char *wrong;

	if (!type->size || type->size > sizeof(n.bits))
		return problem(
			"it has %u bytes, and 8 are the most that can be set",
			type->size);
	wrong = read_number(btf, type, text, names, &n);
	if (!wrong)
		wrong = check_range(type, text, &n);
	if (wrong)
		return wrong;
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	n.bits <<= 64 - 8 * type->size;
#endif
	memcpy(to, &n.bits, type->size);
	return NULL;
}

static const char *write_text(void *to, size_t size, const char *text)
{
	if (strlen(text) >= size)
		return problem("'%s' is too long: it has room for %zu characters",
			       text, size - 1);
	memset(to, 0, size);
	memcpy(to, text, strlen(text));
	return NULL;
}

/* What is there, for who cannot set it. */
static const char *kind_of(const struct btf_type *type)
{
	if (btf_is_ptr(type))
		return "a pointer";
	if (btf_is_float(type))
		return "a floating-point number";
	if (btf_is_composite(type))
		return "a struct or union: name a member of it";
	if (btf_is_array(type))
		return "an array: name an element of it";
	return "of another kind";
}

const char *value_write(void *to, size_t room, const struct btf *btf, __u32 type,
			const char *text, const struct value_names *names)
{
	int id = btf__resolve_type(btf, type);
	const struct btf_type *t;
	long long size;

	/* The object's BTF may say anything. */
	size = id < 0 ? -1 : btf__resolve_size(btf, id);
	if (size <= 0)
		return problem("its type is not known");
	if ((unsigned long long)size > room)
		return problem(
			"its BTF is wrong: it goes beyond what it is part of");
	t = btf__type_by_id(btf, id);
	if (btf_is_int(t) || btf_is_any_enum(t))
		return write_number(to, btf, t, text, names);
	if (btf_is_array(t) && btf_array(t)->nelems == (unsigned long long)size)
		return write_text(to, size, text);
	return problem("it is %s; whole numbers, enumerators and text can be set",
		       kind_of(t));
}
