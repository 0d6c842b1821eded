// SPDX-License-Identifier: GPL-2.0-only
#include "options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/libbpf.h>

#include "bpf_testmod.h"

static void print_help(FILE *out, const struct options *opts)
{
	fprintf(out,
		"Usage: loader [OPTION]...\n"
		"Attach the testmod BPF programs to the module " MODULE_NAME
		", trigger them, show\n"
		"what they saw, and detach them at Ctrl-C or SIGTERM.\n"
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

static bool parse_number(const char *option, const char *arg, long min,
			 long max, long *value)
{
	char *end;

	errno = 0;
	*value = strtol(arg, &end, 10);
	if (!errno && end != arg && !*end && *value >= min && *value <= max)
		return true;

	fprintf(stderr,
		"Error: %s takes a whole number from %ld to %ld, not '%s'\n",
		option, min, max, arg);
	return false;
}

int parse_options(int argc, char **argv, struct options *opts)
{
	static const struct option options[] = {
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
	int c;

	*opts = (struct options){
		.message = "hello from the loader",
		.interval = 2,
	};

	while ((c = getopt_long(argc, argv, "m:i:c:1qn:p:vhV", options, NULL)) !=
	       -1) {
		switch (c) {
		case 'm':
			opts->message = optarg;
			break;
		case 'i':
			if (!parse_number("--interval", optarg, 0, 86400,
					  &opts->interval))
				return EXIT_USAGE;
			break;
		case 'c':
			if (!parse_number("--count", optarg, 1, 1000000000,
					  &opts->count))
				return EXIT_USAGE;
			break;
		case '1':
			opts->count = 1;
			break;
		case 'q':
			opts->quiet = true;
			break;
		case 'n':
			opts->name = optarg;
			break;
		case 'p':
			opts->pin = optarg;
			break;
		case 'v':
			opts->verbose = true;
			break;
		case 'h':
			print_help(stdout, opts);
			return EXIT_OK;
		case 'V':
			printf("loader %s, libbpf %s\n", OPSMOD_VERSION,
			       libbpf_version_string());
			return EXIT_OK;
		default:
			fprintf(stderr, "Try 'loader --help'.\n");
			return EXIT_USAGE;
		}
	}

	if (optind < argc) {
		fprintf(stderr,
			"Error: unexpected argument '%s'\nTry 'loader --help'.\n",
			argv[optind]);
		return EXIT_USAGE;
	}
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
