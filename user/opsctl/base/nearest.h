/* SPDX-License-Identifier: GPL-2.0-only */
/* Which names a person may have meant who typed one that does not exist. */
#ifndef NEAREST_H
#define NEAREST_H

#define NEAREST_MAX 3

/**
 * struct nearest - the names that are nearest to one
 * @wanted: that one
 * @names: those, the nearest first
 * @distances: how many letters each differs in
 * @count: how many there are
 */
struct nearest {
	const char *wanted;
	const char *names[NEAREST_MAX];
	int distances[NEAREST_MAX];
	int count;
};

/* Looks at a name, which must stay as long as @nearest is used. */
void nearest_offer(struct nearest *nearest, const char *name);

/* Returns "; is it one of these: a, b?", or "" where no name is near. The caller frees it. */
char *nearest_text(const struct nearest *nearest);

#endif /* NEAREST_H */
