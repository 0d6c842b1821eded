// SPDX-License-Identifier: GPL-2.0-only
#include "write.h"

#include <fcntl.h>
#include <unistd.h>

#include "figure.h"

#define CALLS 100

static char message[4096] __attribute__((aligned(4096)));

bool write_once(void *arg)
{
	const struct write_op *op = arg;

	return write(op->fd, message, op->len) == (ssize_t)op->len;
}

int open_file(const char *file)
{
	int fd = open(file, O_WRONLY);

	if (fd < 0)
		die("cannot open", file);
	return fd;
}

double cost_of_write(int fd, size_t len, enum batching batching, const char *file)
{
	struct write_op op = { fd, len };
	double cost = cost_of(write_once, &op, batching);

	if (cost < 0)
		die("cannot write", file);
	return cost;
}

double cost_of_call(int fd, const char *file)
{
	return (cost_of_write(fd, CALLS + 1, OFTEN, file) -
		cost_of_write(fd, 1, OFTEN, file)) /
	       CALLS;
}
