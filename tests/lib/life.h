/* SPDX-License-Identifier: GPL-2.0-only */
/* The life of a table, of whatever type and model: each takes its FILE and its name. */
#ifndef LIFE_H
#define LIFE_H

/* Another load of it takes its place, and then itself again. */
void life_swaps(const char *file, const char *name);

/* Whoever attached it is killed: it is detached, and nothing holds the module. */
void life_ends_with_its_loader(const char *file);

/* It is attached and detached, again and again, while CALL() runs. */
void life_races(const char *file, const char *name, void (*call)(void));

#endif /* LIFE_H */
