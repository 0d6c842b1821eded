// SPDX-License-Identifier: GPL-2.0-only
#include "near.h"

#include <stdio.h>
#include <string.h>

#include "output.h"

#define LENGTH_MAX 128

/* How many letters have to be left out, put in or changed. */
static int distance(const char *a, const char *b)
{
	size_t i, j, len = strlen(b);
	/* Of the part of A that was looked at to each beginning of B. */
	int row[LENGTH_MAX + 1];

	if (len > LENGTH_MAX)
		return LENGTH_MAX;
	for (j = 0; j <= len; j++)
		row[j] = j;
	for (i = 0; a[i]; i++) {
		int before = row[0];

		row[0] = i + 1;
		for (j = 1; j <= len; j++) {
			int least = before + (a[i] != b[j - 1]);

			if (row[j] + 1 < least)
				least = row[j] + 1;
			if (row[j - 1] + 1 < least)
				least = row[j - 1] + 1;
			before = row[j];
			row[j] = least;
		}
	}
	return row[len];
}

void near_look(struct near *near, const char *name)
{
	int its = distance(near->wanted, name);

	/* A name of which half has to be changed is another one. */
	if (its > (int)strlen(name) / 2 || (near->name && its >= near->distance))
		return;
	near->name = name;
	near->distance = its;
}

const char *near_hint(const struct near *near)
{
	static char hint[2 * LENGTH_MAX];

	if (!near->name)
		return "";
	snprintf(hint, sizeof(hint), "; did you mean '%s'?", shown(near->name));
	return hint;
}
