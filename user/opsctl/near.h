/* SPDX-License-Identifier: GPL-2.0-only */
/* Finds the name that a user has probably meant. */
#ifndef NEAR_H
#define NEAR_H

/**
 * struct near - the nearest of the names that were looked at
 * @wanted: what the user has typed
 * @name: the nearest name, or NULL if none is near
 * @distance: how many letters were left out, put in or changed
 */
struct near {
	const char *wanted;
	const char *name;
	int distance;
};

/* Looks at one more name. */
void near_look(struct near *near, const char *name);

/* Returns "; did you mean 'NAME'?", or "" if none is near; valid until the next call. */
const char *near_hint(const struct near *near);

#endif /* NEAR_H */
