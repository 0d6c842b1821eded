// SPDX-License-Identifier: GPL-2.0-only
#include "lib.h"

#include <string.h>

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
