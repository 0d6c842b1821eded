// SPDX-License-Identifier: GPL-2.0-only
#include "nearest.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "memory.h"
#include "output.h"

#define LETTERS_MAX 64

static int least(int a, int b)
{
	return a < b ? a : b;
}

/* How many letters are to be put in, taken out or replaced (Levenshtein). */
static int distance(const char *a, const char *b)
{
	int row[LETTERS_MAX + 1], left, above, i, j, m = strlen(b);

	for (j = 0; j <= m; j++)
		row[j] = j;
	for (i = 0; a[i]; i++) {
		above = row[0];
		row[0] = i + 1;
		for (j = 1; j <= m; j++) {
			left = above + (a[i] != b[j - 1]);
			above = row[j];
			row[j] = least(left, 1 + least(row[j], row[j - 1]));
		}
	}
	return row[m];
}

/* Some letters may differ. A name that holds the wanted one is as near. */
static bool is_near(const char *wanted, const char *name, int d)
{
	return d <= 1 + (int)strlen(wanted) / 4 || strstr(name, wanted);
}

void nearest_offer(struct nearest *nearest, const char *name)
{
	int i, d;

	if (!*nearest->wanted || strlen(name) > LETTERS_MAX)
		return;
	for (i = 0; i < nearest->count; i++) {
		if (!strcmp(nearest->names[i], name))
			return;
	}
	d = distance(nearest->wanted, name);
	if (!is_near(nearest->wanted, name, d))
		return;
	/* Those that are farther go one place on, and the last one drops out. */
	for (i = nearest->count; i > 0 && nearest->distances[i - 1] > d; i--) {
		if (i == NEAREST_MAX)
			continue;
		nearest->names[i] = nearest->names[i - 1];
		nearest->distances[i] = nearest->distances[i - 1];
	}
	if (i == NEAREST_MAX)
		return;
	nearest->names[i] = name;
	nearest->distances[i] = d;
	if (nearest->count < NEAREST_MAX)
		nearest->count++;
}

char *nearest_text(const struct nearest *nearest)
{
	char *text = NULL;
	FILE *out;
	int i;

	if (!nearest->count)
		return xstrdup("");
	out = xmemstream(&text);
	fputs(nearest->count > 1 ? "; is it one of these: " : "; is it ", out);
	for (i = 0; i < nearest->count; i++)
		fprintf(out, "%s%s", i ? ", " : "", shown(nearest->names[i]));
	fputc('?', out);
	fclose(out);
	return text;
}
