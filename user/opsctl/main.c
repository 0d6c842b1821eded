// SPDX-License-Identifier: GPL-2.0-only
/* opsctl: see, attach, swap and remove the struct_ops tables of this machine. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include <bpf/libbpf.h>

#include "libbpf_log.h"
#include "opsctl.h"
#include "output.h"

struct settings settings;

static int cmd_help(int argc, char **argv);

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *arguments;
	const char *does;
} commands[] = {
	{ "types", cmd_types, "[NAME]",
	  "types that the kernel and its modules offer" },
	{ "list", cmd_list, "",
	  "tables that the kernel holds, and what holds them" },
	{ "show", cmd_list, "", "the same" },
	{ "dump", cmd_dump, "TABLE", "a table with all its members" },
	{ "attach", cmd_attach,
	  "OBJ [--map NAME] [--pin DIR] [--set MEMBER=VALUE]...",
	  "load tables and attach them, until Ctrl-C or for good" },
	{ "swap", cmd_swap, "LINK OBJ [--map NAME] [--set MEMBER=VALUE]...",
	  "put another table in the place of an attached one" },
	{ "detach", cmd_detach, "LINK", "detach a table, and unlink its pins" },
	{ "remove", cmd_remove, "TABLE [--yes]",
	  "detach a table however it is held, also one without a link" },
	{ "wait", cmd_wait, "LINK", "return when the table is detached" },
	{ "top", cmd_top, "[TABLE] [--once]",
	  "calls per second and mean run time of each member" },
	{ "doctor", cmd_doctor, "[--module NAME] [--kdir DIR]",
	  "whether this machine can do struct_ops in modules, and what to do" },
	{ "help", cmd_help, "", "print this help" },
};

static int cmd_help(int argc, char **argv)
{
	size_t i;

	(void)argc;
	(void)argv;
	puts("Usage: opsctl [OPTION]... COMMAND [ARGUMENT]...\n"
	     "See, attach, swap and remove struct_ops tables of any type.\n"
	     "\n"
	     "Commands:");
	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		printf("  %s %s\n        %s\n", commands[i].name,
		       commands[i].arguments, commands[i].does);
	puts("\n"
	     "TABLE is a map's id or a table's name; LINK is a link's id, a pin, or the name\n"
	     "of a table with one link.\n"
	     "\n"
	     "Options:\n"
	     "  -j, --json     print JSON\n"
	     "  -p, --pretty   print JSON, indented\n"
	     "  -d, --debug    show the logs of libbpf and of the verifier\n"
	     "  -V, --version  print the version\n"
	     "  -h, --help     print this help\n"
	     "\n"
	     "Exit status: 0 on success, 1 for bad usage, 2 if the kernel refused or this\n"
	     "machine lacks something.");
	return EXIT_OK;
}

static int run_command(int argc, char **argv)
{
	size_t i;

	if (!argc)
		return bad_usage("no command");
	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (strcmp(argv[0], commands[i].name))
			continue;
		/* This command has no options, and no name begins with "-". */
		if (argc > 1 && *argv[1] == '-' &&
		    !strstr(commands[i].arguments, "--"))
			return bad_usage(
				"%s knows no option '%s'; options for all go before the command",
				argv[0], shown(argv[1]));
		return commands[i].run(argc - 1, argv + 1);
	}
	return bad_usage("unknown command '%s'", shown(argv[0]));
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "pretty", no_argument, NULL, 'p' },
		{ "debug", no_argument, NULL, 'd' },
		{ "version", no_argument, NULL, 'V' },
		{ "help", no_argument, NULL, 'h' },
		{}
	};
	int c, status;

	/* "+" stops at the command: it parses its own options. */
	while ((c = getopt_long(argc, argv, "+jpdVh", options, NULL)) != -1) {
		switch (c) {
		case 'p':
			settings.pretty = true;
			settings.json = true;
			break;
		case 'j':
			settings.json = true;
			break;
		case 'd':
			settings.debug = true;
			break;
		case 'V':
			printf("opsctl %s, libbpf %s\n", OPSMOD_VERSION,
			       libbpf_version_string());
			return EXIT_OK;
		case 'h':
			return cmd_help(0, NULL);
		default:
			fputs("Try 'opsctl help'.\n", stderr);
			return EXIT_USAGE;
		}
	}

	libbpf_log_begin();
	status = run_command(argc - optind, argv + optind);
	if (fflush(stdout) || ferror(stdout))
		status = refused("cannot write what was asked for: %s",
				 strerror(errno));
	return status;
}
