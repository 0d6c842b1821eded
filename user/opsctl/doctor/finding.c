// SPDX-License-Identifier: GPL-2.0-only
#include "finding.h"

#include <ctype.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "checks.h"

static char *format_text(const char *format, va_list args)
{
	char *text;

	if (vasprintf(&text, format, args) < 0)
		abort();
	return text;
}

void report(struct finding *f, enum level level, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	f->level = level;
	f->found = format_text(format, args);
	va_end(args);
}

void advise(struct finding *f, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	f->remedy = format_text(format, args);
	va_end(args);
}

void advise_install(struct finding *f, const char *deb, const char *rpm)
{
	if (access("/usr/bin/dnf", X_OK) == 0)
		advise(f, "dnf install %s", rpm);
	else
		advise(f, "apt install %s", deb);
}

void advise_option(struct finding *f, const char *option)
{
	advise(f, "scripts/config -e %s  # build the kernel anew", option);
}

void advise_upgrade(struct finding *f)
{
	advise(f,
	       "apt full-upgrade || dnf upgrade  # Debian 13, Fedora 42 have it");
}

void advise_newer_kernel(struct finding *f)
{
	if (access("/usr/bin/dnf", X_OK) == 0)
		advise(f, "dnf upgrade kernel  # the cure is a newer kernel");
	else
		advise(f,
		       "apt full-upgrade  # to a newer kernel; Debian has it in backports");
}

const char *quoted(const char *text)
{
	/* The longest is a path. */
	static char buffer[sizeof("$''") + 4 * PATH_MAX];
	bool plain = true;
	size_t len = 2;

	memcpy(buffer, "$'", len);
	for (; *text && len + sizeof("\\xNN'") <= sizeof(buffer); text++) {
		unsigned char c = *text;

		if (isascii(c) && (isalnum(c) || strchr("_./+=:@%,-", c))) {
			buffer[len++] = c;
		} else {
			len += sprintf(buffer + len, "\\x%02x", c);
			plain = false;
		}
	}
	buffer[len] = '\0';
	if (plain)
		return buffer + 2;
	strcpy(buffer + len, "'");
	return buffer;
}
