// SPDX-License-Identifier: GPL-2.0-only
/* What --set and --var ask for, a word of the input each, of tests/programs/objects.bpf.c. */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include <bpf/libbpf.h>

#include "command.h"
#include "objects/object.h"

/* Each has a '=': main() has seen to that. */
static void add(struct request *request, char *word)
{
	char *equals = strchr(word, '=');

	if (!equals || equals == word)
		return;
	if (*word == '-' && equals > word + 1 && request->nr_sets < SETS_MAX)
		request->sets[request->nr_sets++] = word + 1;
	else if (*word != '-' && request->nr_vars < VARS_MAX)
		request->vars[request->nr_vars++] = word;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *file = getenv("FUZZ_OBJECT") ?: "";
	struct request request = { .map = "variables" };
	struct bpf_object *obj;
	struct words words;
	int i;

	run_begin();
	words_read(&words, data, size);
	for (i = 0; i < words.count; i++)
		add(&request, words.items[i]);
	/* The kernel refuses to load it: bpf(2) is forbidden. */
	if (object_load(file, &request, &obj) == EXIT_OK)
		bpf_object__close(obj);
	words_free(&words);
	run_end();
	return 0;
}
