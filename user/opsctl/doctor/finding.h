/* SPDX-License-Identifier: GPL-2.0-only */
/* What a check of opsctl doctor comes to. */
#ifndef DOCTOR_FINDING_H
#define DOCTOR_FINDING_H

enum level { SKIPPED, OK, WARNING, FATAL, UNKNOWN };

/**
 * struct finding - what a check came to
 * @level: SKIPPED where there was nothing to look at
 * @found: what is so, in a line
 * @remedy: a command; NULL where all is well
 */
struct finding {
	enum level level;
	char *found;
	char *remedy;
};

void find(struct finding *f, enum level level, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

void advise(struct finding *f, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Packages, as Debian and its kin call them, and as Fedora does. */
void advise_install(struct finding *f, const char *deb, const char *rpm);

/* An option of the kernel's, without its CONFIG_. */
void advise_option(struct finding *f, const char *option);

/* A newer release of the distribution, for its kernel and its libbpf. */
void advise_upgrade(struct finding *f);

/* A newer kernel than the distribution's own, if need be. */
void advise_newer_kernel(struct finding *f);

/* A text as one word for bash, printable in any case; in a static buffer. */
const char *quoted(const char *text);

#endif /* DOCTOR_FINDING_H */
