/* SPDX-License-Identifier: GPL-2.0-only */
/* The result of a check of opsctl doctor. */
#ifndef DOCTOR_FINDING_H
#define DOCTOR_FINDING_H

enum level { SKIPPED, OK, WARNING, FATAL, UNKNOWN };

/**
 * struct finding - the result of a check
 * @level: SKIPPED where there was nothing to look at
 * @found: what the check found, in one line
 * @remedy: a command; NULL where all is well
 */
struct finding {
	enum level level;
	char *found;
	char *remedy;
};

void report(struct finding *f, enum level level, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

void advise(struct finding *f, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* The packages' names in Debian and Ubuntu, and in Fedora. */
void advise_install(struct finding *f, const char *deb, const char *rpm);

/* Advises a kernel with an option, named without its CONFIG_. */
void advise_option(struct finding *f, const char *option);

/* Advises a newer release of the distribution, for its kernel and its libbpf. */
void advise_upgrade(struct finding *f);

/* Advises a newer kernel, from outside the distribution if it has none. */
void advise_newer_kernel(struct finding *f);

/* Quotes a text as one word for bash, always printable; in a static buffer. */
const char *quoted(const char *text);

#endif /* DOCTOR_FINDING_H */
