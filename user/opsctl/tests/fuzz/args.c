// SPDX-License-Identifier: GPL-2.0-only
/* The words of a command line, which opsctl's main() reads. No command is run. */
#include "fuzz.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"

int opsctl_main(int argc, char **argv);

/* What every command may rely on. */
static int check(const struct request *request)
{
	int i;

	for (i = 0; i < request->nr_sets; i++) {
		if (strcspn(request->sets[i], "=") == strlen(request->sets[i]))
			abort();
	}
	for (i = 0; i < request->nr_vars; i++) {
		if (strcspn(request->vars[i], "=") == strlen(request->vars[i]))
			abort();
	}
	for (i = 0; i < request->nr_members; i++) {
		if (!request->members[i])
			abort();
	}
	if (!request->operands[0] && request->operands[1])
		abort();
	return EXIT_OK;
}

#define COMMAND(name)                                 \
	int cmd_##name(const struct request *request) \
	{                                             \
		return check(request);                \
	}

COMMAND(types)
COMMAND(list)
COMMAND(dump)
COMMAND(new)
COMMAND(inspect)
COMMAND(attach)
COMMAND(swap)
COMMAND(detach)
COMMAND(remove)
COMMAND(wait)
COMMAND(watch)
COMMAND(log)
COMMAND(top)
COMMAND(doctor)
COMMAND(complete)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *argv[WORDS_MAX + 2] = { "opsctl" };
	struct words words;

	run_begin();
	words_read(&words, data, size);
	memcpy(argv + 1, words.items, words.count * sizeof(*argv));
	/* As a program finds them at its start. */
	optind = 0;
	opterr = 1;
	opsctl_main(words.count + 1, argv);
	words_free(&words);
	run_end();
	return 0;
}
