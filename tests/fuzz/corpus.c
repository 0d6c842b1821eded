// SPDX-License-Identifier: GPL-2.0-only
/* The corpus: inputs that reached something, and new inputs that are made of them. */
#include <stdio.h>
#include <string.h>

#include "fuzz.h"
#include "random.h"

static struct input corpus[4096];
static size_t count;
static uint64_t state;

static unsigned int below(unsigned int n)
{
	return random_below(&state, n);
}

void corpus_begin(unsigned long long seed)
{
	state = random_begin(seed);
}

size_t corpus_size(void)
{
	return count;
}

const struct input *corpus_get(size_t i)
{
	return &corpus[i];
}

void corpus_add(const struct input *in)
{
	/* If it is full, the oldest of those that did not come from a file may go. */
	corpus[count < 4096 ? count++ : 2048 + below(2048)] = *in;
}

static bool parse(const char *line, struct input *in)
{
	unsigned int byte;
	int n = 0;

	memset(in, 0, sizeof(*in));
	while (in->size < INPUT_MAX && sscanf(line, "%2x%n", &byte, &n) == 1) {
		in->bytes[in->size++] = byte;
		line += n;
	}
	return in->size >= 2 * STEP;
}

/* A line is an input in hex, with blanks between its bytes or without, or a comment. */
size_t corpus_read(const char *file)
{
	FILE *f = fopen(file, "re");
	size_t before = count;
	struct input in;
	char line[1024];

	if (!f)
		return 0;
	while (fgets(line, sizeof(line), f)) {
		if (*line != '#' && parse(line, &in))
			corpus_add(&in);
	}
	fclose(f);
	return count - before;
}

const char *input_text(const struct input *in)
{
	static char text[2 * INPUT_MAX + 1];
	size_t i;

	for (i = 0; i < in->size; i++)
		sprintf(text + 2 * i, "%02x", in->bytes[i]);
	return text;
}

static size_t steps(const struct input *in)
{
	return in->size / STEP - 1;
}

/* Makes room for a step, or takes one away. */
static void insert_step(struct input *in, size_t at)
{
	unsigned char *to = in->bytes + STEP * (at + 1);

	if (steps(in) == STEPS_MAX)
		return;
	memmove(to + STEP, to, in->size - STEP * (at + 1));
	in->size += STEP;
}

static void remove_step(struct input *in, size_t at)
{
	unsigned char *from = in->bytes + STEP * (at + 1);

	if (steps(in) < 2)
		return;
	memmove(from, from + STEP, in->size - STEP * (at + 2));
	in->size -= STEP;
}

static void random_step(struct input *in, size_t at)
{
	int i;

	for (i = 0; i < STEP; i++)
		in->bytes[STEP * (at + 1) + i] = below(256);
	/* Most calls are to succeed: odd arguments have high bits. */
	if (below(3))
		in->bytes[STEP * (at + 1) + 3] &= 0x7f;
}

static void random_input(struct input *in)
{
	size_t i, n = 3 + below(13);

	memset(in, 0, sizeof(*in));
	for (i = 0; i < STEP; i++)
		in->bytes[i] = below(256);
	in->size = STEP * (n + 1);
	for (i = 0; i < n; i++)
		random_step(in, i);
}

/* Goes on with the steps of another one. */
static void splice(struct input *in, const struct input *other)
{
	size_t keep = STEP * (1 + below(steps(in)));
	size_t from = STEP * (1 + below(steps(other)));
	size_t n = other->size - from;

	if (n > INPUT_MAX - keep)
		n = INPUT_MAX - keep;
	memcpy(in->bytes + keep, other->bytes + from, n);
	in->size = keep + n;
}

static void change(struct input *in)
{
	size_t at = below(steps(in)), byte = below(in->size);
	const struct input *other = &corpus[below(count)];

	switch (below(8)) {
	case 0:
		in->bytes[byte] ^= 1 << below(8);
		break;
	case 1:
		in->bytes[byte] = below(256);
		break;
	case 2:
		in->bytes[byte] += below(2) ? 1 : -1;
		break;
	case 3:
		insert_step(in, at);
		random_step(in, at);
		break;
	case 4:
		/* What was there is in place twice now. */
		insert_step(in, at);
		break;
	case 5:
		remove_step(in, at);
		break;
	case 6:
		/* The other process does it. */
		in->bytes[STEP * (at + 1)] ^= 0x80;
		break;
	default:
		if (is_program(other) == is_program(in))
			splice(in, other);
	}
}

void corpus_mutate(struct input *out)
{
	int changes = 1 + below(4);

	if (!count || !below(10)) {
		random_input(out);
		return;
	}
	/* The newest are at the edge of what was reached. */
	*out = corpus[below(2) ? below(count) : count - 1 - below(count) / 4];
	while (changes--)
		change(out);
}
