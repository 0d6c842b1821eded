/* SPDX-License-Identifier: GPL-2.0-only */
/* The loader's command line. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>

/**
 * struct options - what the user asked for
 * @message: what to write to the trigger file
 * @name: the table's name, or NULL for the one in the BPF object
 * @pin: where to pin the link, or NULL
 * @interval: seconds between two triggers; 0: never trigger
 * @count: triggers until the end; 0: no end
 * @quiet: set BPF_TESTMOD_F_QUIET in the table
 * @verbose: show what libbpf and the verifier log
 */
struct options {
	const char *message;
	const char *name;
	const char *pin;
	long interval;
	long count;
	bool quiet;
	bool verbose;
};

/**
 * parse_options() - read the command line
 * @argc: number of words
 * @argv: the words
 * @opts: filled in
 *
 * Prints help, version and errors itself.
 *
 * Return: the exit status to end with, or -1 to go on.
 */
int parse_options(int argc, char **argv, struct options *opts);

#endif /* OPTIONS_H */
