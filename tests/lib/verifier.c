// SPDX-License-Identifier: GPL-2.0-only
#include "lib.h"

#include <errno.h>
#include <linux/version.h>
#include <string.h>
#include <sys/utsname.h>

bool verifier_said(const char *log, const char *line)
{
	size_t len = strlen(line);
	const char *at;

	for (at = log; (at = strstr(at, line)); at++) {
		if ((at == log || at[-1] == '\n') && at[len] == '\n')
			return true;
	}
	return false;
}

void verifier_must_say(const char *program, const char *log, const char *line)
{
	if (!verifier_said(log, line))
		fail_msg("%s: expected the line '%s', the log is: %s", program,
			 line, log);
}

unsigned int kernel_version(void)
{
	unsigned int major, minor;
	struct utsname uts;

	assert_return_code(uname(&uts), errno);
	assert_int_equal(sscanf(uts.release, "%u.%u", &major, &minor), 2);
	return KERNEL_VERSION(major, minor, 0);
}
