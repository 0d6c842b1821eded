/* SPDX-License-Identifier: GPL-2.0-only */
/* Functions with which the checks of opsctl doctor look into the system. */
#ifndef DOCTOR_LOOK_H
#define DOCTOR_LOOK_H

#include <stdbool.h>
#include <stddef.h>

/* Reads the first line; errno says why not. */
bool read_line(const char *path, char *line, size_t size);

bool exists_in(const char *dir, const char *name);

/* Finds where a file system of TYPE is mounted, or NULL; the caller frees it. */
char *find_mount(const char *type);

#endif /* DOCTOR_LOOK_H */
