// SPDX-License-Identifier: GPL-2.0-only
/* The bytes of a BPF object, or of a program that holds one: inspect, and attach to load(). */
#include "fuzz.h"

#include <stdio.h>

#include <bpf/libbpf.h>

#include "command.h"
#include "objects/embedded.h"
#include "objects/object.h"

/* The kernel refuses to load it: bpf(2) is forbidden. */
static void load(const struct request *request)
{
	struct bpf_object *obj;

	if (object_load(request->operands[0], request, &obj) == EXIT_OK)
		bpf_object__close(obj);
}

/* Finds the name of the last table: one that is optional is loaded by its name alone. */
static void find_table(char *file, char *name, size_t size)
{
	const struct embedded whole = { .path = file };
	struct bpf_object *obj;
	struct bpf_map *map;

	if (object_open(file, &whole, &obj) != EXIT_OK)
		return;
	bpf_object__for_each_map(map, obj) {
		if (is_table(map))
			snprintf(name, size, "%s", bpf_map__name(map));
	}
	bpf_object__close(obj);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *file = input_file(data, size), table[128] = "";
	struct request request = { .operands = { file } };

	run_begin();
	cmd_inspect(&request);
	load(&request);
	find_table(file, table, sizeof(table));
	request.map = table;
	load(&request);
	request.sets[request.nr_sets++] = "name=fuzz";
	request.sets[request.nr_sets++] = "test_1=test_2";
	request.sets[request.nr_sets++] = "test_2=";
	request.vars[request.nr_vars++] = "which=WHICH_U8|1";
	load(&request);
	run_end();
	settings.json = true;
	cmd_inspect(&request);
	run_end();
	return 0;
}
