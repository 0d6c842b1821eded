/* SPDX-License-Identifier: GPL-2.0-only */
/* What is measured: a write to a file, and the calls that it makes. */
#ifndef WRITE_H
#define WRITE_H

#include <stdbool.h>
#include <stddef.h>

#include "cost.h"

#define BENCH "/proc/opsmod_bench/"

struct write_op {
	int fd;
	size_t len;
};

/* An operation, for a struct write_op. */
bool write_once(void *op);

/* These end the program if the kernel refuses. */
int open_file(const char *file);
double cost_of_write(int fd, size_t len, enum batching batching,
		     const char *file);

/* What one of the calls costs that a write makes for each byte. */
double cost_of_call(int fd, const char *file);

#endif /* WRITE_H */
