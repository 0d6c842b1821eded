// SPDX-License-Identifier: GPL-2.0-only
/*
 * LD_PRELOAD puts this before libc: it plays a kernel that loads the programs named
 * in LIES_TAKEN, and refuses those named in LIES_REFUSED with the words in LIES_TOLD,
 * regardless of what they do. It passes all other calls to the real kernel.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static bool is_named(const char *variable, const char *name)
{
	const char *names = getenv(variable);

	return *name && names && strstr(names, name);
}

/* Any descriptor will do for a program that nobody attaches. */
static long load(const union bpf_attr *attr)
{
	const char *told = getenv("LIES_TOLD");

	if (is_named("LIES_TAKEN", attr->prog_name))
		return open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (attr->log_buf && told)
		snprintf((char *)(unsigned long)attr->log_buf, attr->log_size,
			 "%s\n", told);
	errno = EACCES;
	return -1;
}

long syscall(long number, ...)
{
	long (*real)(long number, ...) = dlsym(RTLD_NEXT, "syscall");
	long arg[6];
	va_list args;
	size_t i;

	va_start(args, number);
	for (i = 0; i < sizeof(arg) / sizeof(arg[0]); i++)
		arg[i] = va_arg(args, long);
	va_end(args);

	if (number == SYS_bpf && arg[0] == BPF_PROG_LOAD) {
		const union bpf_attr *attr = (void *)arg[1];

		if (is_named("LIES_TAKEN", attr->prog_name) ||
		    is_named("LIES_REFUSED", attr->prog_name))
			return load(attr);
	}
	return real(number, arg[0], arg[1], arg[2], arg[3], arg[4], arg[5]);
}
