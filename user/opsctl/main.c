// SPDX-License-Identifier: GPL-2.0-only
/* opsctl: see, attach, swap and remove the struct_ops tables of this machine. */
#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include <bpf/libbpf.h>

#include "array.h"
#include "command.h"
#include "base/libbpf_log.h"
#include "base/output.h"

struct settings settings;

/* The numbers are smaller than any letter, as getopt_long() returns both. */
enum option_id {
	MAP = 1,
	PIN,
	SET,
	VAR,
	NO_LINK,
	DRY_RUN,
	ALL,
	YES,
	ONCE,
	MODULE,
	KDIR,
	MEMBER,
	BTF,
	BASE_BTF,
	HELP
};

/**
 * struct command_option - an option of commands
 * @name: without its dashes
 * @value: what it takes, or NULL
 * @does: for the help
 * @letter: the short option, or 0
 * @repeats: it can be given more than once
 */
static const struct command_option {
	const char *name;
	const char *value;
	const char *does;
	char letter;
	bool repeats;
} command_options[] = {
	[MAP] = { "map", "NAME",
		  "take this table of the file alone, by its map's name" },
	[PIN] = { "pin", "DIR",
		  "pin each link at DIR/MAP: the tables stay attached" },
	[SET] = { "set", "MEMBER=VALUE",
		  "write VALUE into that member, or put that program there",
		  .repeats = true },
	[VAR] = { "var", "NAME=VALUE", "write VALUE into that global variable",
		  .repeats = true },
	[NO_LINK] = { "no-link", NULL,
		      "give no link to tables that are declared without one" },
	[DRY_RUN] = { "dry-run", NULL, "load the tables, and attach none" },
	[ALL] = { "all", NULL, "show functions without a program too" },
	[YES] = { "yes", NULL, "do not ask", .letter = 'y' },
	[ONCE] = { "once", NULL, "print one sample, and exit" },
	[MODULE] = { "module", "NAME", "look at that module too" },
	[KDIR] = { "kdir", "DIR", "look at the kernel headers in DIR" },
	[MEMBER] = { "member", "NAME", "a program for that function, not for all",
		     .repeats = true },
	[BTF] = { "btf", "FILE", "read the types of FILE, not of this machine" },
	[BASE_BTF] = { "base-btf", "FILE",
		       "the vmlinux that the module in --btf is for" },
	[HELP] = { "help", NULL, "print this help", .letter = 'h' },
};

#define OPTIONS_MAX 6

static int cmd_help(const struct request *request);

/**
 * struct command - a command
 * @name: its name
 * @run: the function that does it
 * @operands: what it takes besides options
 * @takes: the same in words, or NULL for nothing
 * @least: how many operands there must be
 * @most: how many there may be
 * @does: for the help
 * @options: besides HELP, which each has; 0 comes after the last
 * @is_for_shells: people have no use for it
 */
static const struct command {
	const char *name;
	int (*run)(const struct request *request);
	const char *operands;
	const char *takes;
	int least;
	int most;
	const char *does;
	enum option_id options[OPTIONS_MAX + 1];
	bool is_for_shells;
} commands[] = {
	{
		.name = "types",
		.run = cmd_types,
		.operands = "[NAME]",
		.takes = "one name at most",
		.most = 1,
		.does = "types that the kernel and its modules offer",
	},
	{
		.name = "list",
		.run = cmd_list,
		.does = "tables that the kernel holds, and what holds them",
	},
	{
		.name = "show",
		.run = cmd_list,
		.does = "the same as list",
	},
	{
		.name = "dump",
		.run = cmd_dump,
		.operands = "TABLE",
		.takes = "one table: its id or its name",
		.least = 1,
		.most = 1,
		.does = "a table with its members",
		.options = { ALL },
	},
	{
		.name = "new",
		.run = cmd_new,
		.operands = "TYPE",
		.takes = "one name of a type",
		.least = 1,
		.most = 1,
		.does = "print the C source of a table, to begin with",
		.options = { MEMBER, BTF, BASE_BTF },
	},
	{
		.name = "inspect",
		.run = cmd_inspect,
		.operands = "OBJ",
		.takes = "one BPF object, or a program that holds one",
		.least = 1,
		.most = 1,
		.does = "what a file holds and this kernel lacks; loads nothing",
	},
	{
		.name = "attach",
		.run = cmd_attach,
		.operands = "OBJ",
		.takes = "one BPF object, or a program that holds one",
		.least = 1,
		.most = 1,
		.does = "load tables and attach them, until Ctrl-C or for good",
		.options = { MAP, PIN, SET, VAR, NO_LINK, DRY_RUN },
	},
	{
		.name = "swap",
		.run = cmd_swap,
		.operands = "LINK OBJ",
		.takes = "a link, a pin or a table's name, and a BPF object",
		.least = 2,
		.most = 2,
		.does = "put another table in the place of an attached one",
		.options = { MAP, SET, VAR },
	},
	{
		.name = "detach",
		.run = cmd_detach,
		.operands = "LINK",
		.takes = "one link: its id, its pin, or its table's name",
		.least = 1,
		.most = 1,
		.does = "detach a table, and unlink its pins",
	},
	{
		.name = "remove",
		.run = cmd_remove,
		.operands = "TABLE",
		.takes = "one table: its id or its name",
		.least = 1,
		.most = 1,
		.does = "detach a table however it is held, also one without a link",
		.options = { YES },
	},
	{
		.name = "wait",
		.run = cmd_wait,
		.operands = "LINK",
		.takes = "one link: its id, its pin, or its table's name",
		.least = 1,
		.most = 1,
		.does = "return when the table is detached",
	},
	{
		.name = "watch",
		.run = cmd_watch,
		.does = "say what is attached, detached, swapped and ended, as it happens",
	},
	{
		.name = "log",
		.run = cmd_log,
		.operands = "TABLE",
		.takes = "one table: its id or its name",
		.least = 1,
		.most = 1,
		.does = "what the programs of a table print, as they print it",
	},
	{
		.name = "top",
		.run = cmd_top,
		.operands = "[TABLE]",
		.takes = "one table at most: its id or its name",
		.most = 1,
		.does = "calls per second and mean run time of each member",
		.options = { ONCE },
	},
	{
		.name = "doctor",
		.run = cmd_doctor,
		.operands = "[FILE.ko]",
		.takes = "one file of a module at most",
		.most = 1,
		.does = "whether this machine can do struct_ops in modules, and what to do",
		.options = { MODULE, KDIR },
	},
	{
		.name = "complete",
		.run = cmd_complete,
		.operands = "tables|attached|links|types",
		.takes = "what is to be completed",
		.least = 1,
		.most = 1,
		.does = "what a shell may offer, one a line",
		.is_for_shells = true,
	},
	{
		.name = "help",
		.run = cmd_help,
		.operands = "[COMMAND]",
		.takes = "one command at most",
		.most = 1,
		.does = "print this help, or that of a command",
	},
};

static const char *takes(const struct command *command)
{
	return command->takes ?: "no argument";
}

/* Prints a command as it is typed, on lines of 80 columns, also after "Usage: opsctl ". */
static void print_synopsis(const struct command *command)
{
	int column = strlen("Usage: opsctl ");
	const enum option_id *id;

	column += printf("%s%s%s", command->name, command->operands ? " " : "",
			 command->operands ?: "");
	for (id = command->options; *id; id++) {
		const struct command_option *o = &command_options[*id];
		char option[64];
		int len;

		len = snprintf(option, sizeof(option), "[--%s%s%s]%s", o->name,
			       o->value ? " " : "", o->value ?: "",
			       o->repeats ? "..." : "");
		if (column + 1 + len > 80) {
			printf("\n                ");
			column = 16;
		}
		column += printf(" %s", option);
	}
	putchar('\n');
}

static void print_option(const struct command_option *o)
{
	char left[32];

	snprintf(left, sizeof(left), "--%s %s", o->name, o->value ?: "");
	if (o->letter)
		printf("  -%c, %-16s %s\n", o->letter, left, o->does);
	else
		printf("  %-20s %s\n", left, o->does);
}

static int help_of(const struct command *command)
{
	const enum option_id *id;

	printf("Usage: opsctl ");
	print_synopsis(command);
	printf("%c%s.\nIt takes %s.\n\n", toupper(*command->does),
	       command->does + 1, takes(command));
	for (id = command->options; *id; id++)
		print_option(&command_options[*id]);
	print_option(&command_options[HELP]);
	return EXIT_OK;
}

static int help_of_all(void)
{
	size_t i;

	puts("Usage: opsctl [OPTION]... COMMAND [ARGUMENT]...\n"
	     "See, attach, swap and remove struct_ops tables of any type.\n"
	     "\n"
	     "Commands:");
	for (i = 0; i < ARRAY_SIZE(commands); i++) {
		if (commands[i].is_for_shells)
			continue;
		printf("  ");
		print_synopsis(&commands[i]);
		printf("        %s\n", commands[i].does);
	}
	puts("\n"
	     "TABLE is a map's id or a table's name; LINK is a link's id, a pin, or the name\n"
	     "of a table with one link. 'opsctl COMMAND --help' says more.\n"
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

static const struct command *find_command(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(commands); i++) {
		if (!strcmp(name, commands[i].name))
			return &commands[i];
	}
	bad_usage("unknown command '%s'", shown(name));
	return NULL;
}

static int cmd_help(const struct request *request)
{
	const struct command *command;

	if (!request->operands[0])
		return help_of_all();
	command = find_command(request->operands[0]);
	return command ? help_of(command) : EXIT_USAGE;
}

/* Adds a NAME=VALUE to those of an option that repeats. */
static int add_pair(const char **pairs, int *count, int most,
		    enum option_id option, const char *pair)
{
	const char *equals = strchr(pair, '=');

	if (!equals || equals == pair)
		return bad_usage("--%s takes %s, not '%s'",
				 command_options[option].name,
				 command_options[option].value, shown(pair));
	if (*count == most)
		return bad_usage("--%s can be given %d times at most",
				 command_options[option].name, most);
	pairs[(*count)++] = pair;
	return EXIT_OK;
}

static int add_member(struct request *request, const char *member)
{
	if (request->nr_members == MEMBERS_MAX)
		return bad_usage("--member can be given %d times at most",
				 MEMBERS_MAX);
	request->members[request->nr_members++] = member;
	return EXIT_OK;
}

static int take_option(int id, struct request *request)
{
	switch (id) {
	case MAP:
		request->map = optarg;
		break;
	case PIN:
		request->pin = optarg;
		break;
	case SET:
		return add_pair(request->sets, &request->nr_sets, SETS_MAX, SET,
				optarg);
	case VAR:
		return add_pair(request->vars, &request->nr_vars, VARS_MAX, VAR,
				optarg);
	case NO_LINK:
		request->no_link = true;
		break;
	case DRY_RUN:
		request->dry_run = true;
		break;
	case ALL:
		request->all = true;
		break;
	case YES:
	case 'y':
		request->yes = true;
		break;
	case ONCE:
		request->once = true;
		break;
	case MODULE:
		request->module = optarg;
		break;
	case KDIR:
		request->kdir = optarg;
		break;
	case MEMBER:
		return add_member(request, optarg);
	case BTF:
		request->btf = optarg;
		break;
	case BASE_BTF:
		request->base_btf = optarg;
		break;
	}
	return EXIT_OK;
}

/* getopt_long() did not know the last word, or one letter in it. */
static int bad_option(const struct command *command, const char *word)
{
	char letter[] = { '-', optopt, '\0' };

	return bad_usage(
		"%s knows no option '%s'; options for all go before the command",
		command->name, shown(optopt > HELP ? letter : word));
}

/* The same before the command: a letter that is known has come as --json=VALUE. */
static int bad_general_option(const char *word)
{
	char letter[] = { '-', optopt, '\0' };
	bool is_word = !optopt || strchr("jpdVh", optopt);

	return bad_usage("before the command, opsctl knows no option '%s'",
			 shown(is_word ? word : letter));
}

/* Lists them for getopt_long(); the colon makes it tell a missing value apart. */
static void list_options(const struct command *command, struct option *options,
			 char *letters)
{
	enum option_id ids[OPTIONS_MAX + 1] = { HELP };
	size_t i;

	memcpy(ids + 1, command->options, sizeof(ids) - sizeof(ids[0]));
	*letters++ = ':';
	for (i = 0; i < ARRAY_SIZE(ids) && ids[i]; i++) {
		const struct command_option *o = &command_options[ids[i]];

		options[i] = (struct option){
			.name = o->name,
			.has_arg = o->value ? required_argument : no_argument,
			.val = ids[i],
		};
		if (o->letter)
			*letters++ = o->letter;
	}
	options[i] = (struct option){};
	*letters = '\0';
}

/* Parses the words of a command, of which ARGV[0] is its name, and runs it. */
static int run_command(int argc, char **argv)
{
	const struct command *command = find_command(argv[0]);
	struct option options[OPTIONS_MAX + 2];
	char letters[OPTIONS_MAX + 3];
	struct request request = {};
	int i, c, status;

	if (!command)
		return EXIT_USAGE;
	list_options(command, options, letters);
	/* 0 makes getopt_long() begin anew. */
	optind = 0;
	opterr = 0;
	while ((c = getopt_long(argc, argv, letters, options, NULL)) != -1) {
		if (c == '?')
			return bad_option(command, argv[optind - 1]);
		if (c == ':')
			return bad_usage("%s: option '%s' requires an argument",
					 command->name, shown(argv[optind - 1]));
		if (c == HELP || c == 'h')
			return help_of(command);
		status = take_option(c, &request);
		if (status != EXIT_OK)
			return status;
	}
	if (argc - optind < command->least || argc - optind > command->most)
		return bad_usage("%s takes %s", command->name, takes(command));
	for (i = optind; i < argc; i++)
		request.operands[i - optind] = argv[i];
	return command->run(&request);
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

	/* What getopt_long() prints itself may hold what a terminal obeys. */
	opterr = 0;
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
			return help_of_all();
		default:
			return bad_general_option(argv[optind - 1]);
		}
	}
	if (optind == argc)
		return bad_usage("no command");

	libbpf_log_begin();
	status = run_command(argc - optind, argv + optind);
	if (fflush(stdout) || ferror(stdout))
		status = refused("cannot write what was asked for: %s",
				 strerror(errno));
	return status;
}
