// SPDX-License-Identifier: GPL-2.0-only
#include "options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/libbpf.h>

#include "bpf_testmod.h"
#include "exit.h"

static void print_help(FILE *out, const struct options *opts)
{
	fprintf(out,
		"Usage: loader [OPTION]...\n"
		"Attach the testmod BPF programs to the module " MODULE_NAME
		", trigger them, show\n"
		"what they saw, and detach them at Ctrl-C, SIGTERM or SIGHUP.\n"
		"\n"
		"  -m, --message TEXT    what to write to " TRIGGER "\n"
		"                        (default: \"%s\")\n"
		"  -i, --interval SEC    seconds between two triggers (default: %ld); with 0\n"
		"                        never trigger, only show what others trigger\n"
		"  -c, --count N         stop after N triggers (default: no end)\n"
		"  -1, --once            the same as --count 1\n"
		"  -q, --quiet           ask the module for no log line per trigger\n"
		"  -n, --name NAME       name of the table, up to %d printable characters\n"
		"                        (default: testmod)\n"
		"  -p, --pin PATH        pin the link at PATH in a bpf file system: the table\n"
		"                        stays attached when the loader ends\n"
		"  -v, --verbose         show the logs of libbpf and of the verifier\n"
		"  -h, --help            print this help\n"
		"  -V, --version         print the version\n"
		"\n"
		"The module logs what the callbacks returned: see dmesg. What the programs print\n"
		"with bpf_printk is in /sys/kernel/tracing/trace_pipe.\n"
		"\n"
		"Exit status: 0 on success, 1 for bad usage, 2 if the kernel refused or this\n"
		"machine lacks something.\n",
		opts->message, opts->interval, BPF_TESTMOD_NAME_LEN - 1);
}

/* Returns what parse_options() does. */
static int parse_number(const char *option, const char *arg, long min, long max,
			long *value)
{
	char *end;

	errno = 0;
	*value = strtol(arg, &end, 10);
	if (!errno && end != arg && !*end && *value >= min && *value <= max)
		return -1;

	fprintf(stderr,
		"Error: %s takes a whole number from %ld to %ld, not '%s'\n",
		option, min, max, arg);
	return EXIT_USAGE;
}

static const struct option long_options[] = {
	{ "message", required_argument, NULL, 'm' },
	{ "interval", required_argument, NULL, 'i' },
	{ "count", required_argument, NULL, 'c' },
	{ "once", no_argument, NULL, '1' },
	{ "quiet", no_argument, NULL, 'q' },
	{ "name", required_argument, NULL, 'n' },
	{ "pin", required_argument, NULL, 'p' },
	{ "verbose", no_argument, NULL, 'v' },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{}
};

static int parse_option(int option, struct options *opts)
{
	switch (option) {
	case 'm':
		opts->message = optarg;
		return -1;
	case 'i':
		return parse_number("--interval", optarg, 0, 86400,
				    &opts->interval);
	case 'c':
		return parse_number("--count", optarg, 1, 1000000000,
				    &opts->count);
	case '1':
		opts->count = 1;
		return -1;
	case 'q':
		opts->quiet = true;
		return -1;
	case 'n':
		opts->name = optarg;
		return -1;
	case 'p':
		opts->pin = optarg;
		return -1;
	case 'v':
		opts->verbose = true;
		return -1;
	case 'h':
		print_help(stdout, opts);
		return EXIT_OK;
	case 'V':
		printf("loader %s, libbpf %s\n", OPSMOD_VERSION,
		       libbpf_version_string());
		return EXIT_OK;
	}
	fprintf(stderr, "Try 'loader --help'.\n");
	return EXIT_USAGE;
}

/* Checks what getopt_long() does not know; returns what parse_options() does. */
static int check_options(const struct options *opts)
{
	if (strlen(opts->message) > BPF_TESTMOD_MSG_MAX) {
		fprintf(stderr,
			"Error: the message has %zu bytes, the most is %d\n",
			strlen(opts->message), BPF_TESTMOD_MSG_MAX);
		return EXIT_USAGE;
	}
	if (opts->name && strlen(opts->name) >= BPF_TESTMOD_NAME_LEN) {
		fprintf(stderr,
			"Error: the name '%s' has %zu characters, the most is %d\n",
			opts->name, strlen(opts->name), BPF_TESTMOD_NAME_LEN - 1);
		return EXIT_USAGE;
	}
	if (opts->count && !opts->interval) {
		fprintf(stderr,
			"Error: --interval 0 never triggers, so --count and --once cannot be met\n");
		return EXIT_USAGE;
	}
	return -1;
}

int parse_options(int argc, char **argv, struct options *opts)
{
	int option, status;

	*opts = (struct options){
		.message = "hello from the loader",
		.interval = 2,
	};
	while ((option = getopt_long(argc, argv, "m:i:c:1qn:p:vhV",
				     long_options, NULL)) != -1) {
		status = parse_option(option, opts);
		if (status >= 0)
			return status;
	}
	if (optind < argc) {
		fprintf(stderr,
			"Error: unexpected argument '%s'\nTry 'loader --help'.\n",
			argv[optind]);
		return EXIT_USAGE;
	}
	return check_options(opts);
}
