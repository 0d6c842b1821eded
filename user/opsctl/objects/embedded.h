/* SPDX-License-Identifier: GPL-2.0-only */
/* BPF objects within other files: a skeleton makes a program that holds its object. */
#ifndef EMBEDDED_H
#define EMBEDDED_H

#include <stddef.h>

/**
 * struct embedded - a BPF object
 * @offset: where it begins in its file; 0 where it is the file itself
 * @size: its length in bytes, as its own header tells
 * @fd: a file in memory that holds it alone, or -1 where it is the file itself
 * @path: the path of either
 */
struct embedded {
	size_t offset;
	size_t size;
	int fd;
	char *path;
};

/**
 * struct embeddeds - the BPF objects of a file
 * @items: each, in the file's order
 * @count: how many there are
 */
struct embeddeds {
	struct embedded *items;
	int count;
};

/*
 * Finds the BPF objects of a file: the file itself, if it is one, or those within it that
 * are neither packed nor encrypted. Returns 0 or -errno; 0 and no object for a file
 * without any.
 */
int embedded_find(struct embeddeds *found, const char *file);
void embedded_free(struct embeddeds *found);

#endif /* EMBEDDED_H */
