/* SPDX-License-Identifier: GPL-2.0-only */
/* The log of libbpf and of the verifier. */
#ifndef LIBBPF_LOG_H
#define LIBBPF_LOG_H

/* Begins to keep the log, anew if called again, or with -d to print all of it on stderr. */
void libbpf_log_begin(void);

/*
 * Finds the line that names the cause, such as the verifier's reason, and says it in
 * words where libbpf's are not clear. NULL if there is none; the caller frees it.
 */
char *libbpf_log_cause(void);

/* The name of the program that the kernel refused, or NULL; the caller frees it. */
char *libbpf_log_program(void);

/* Prints the end of the kept log, after something was refused. */
void libbpf_log_show(void);

#endif /* LIBBPF_LOG_H */
