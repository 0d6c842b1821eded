// SPDX-License-Identifier: GPL-2.0-only
/* BTF from a file, a kernel's or a module's: opsctl new, for each type in it. */
#include "fuzz.h"

#include "command.h"
#include "kernel/kernel_btf.h"

#define TYPES_MAX 4

static void print_source(const char *file, const char *type, const char *member)
{
	struct request request = {
		.operands = { type },
		.btf = file,
		.members = { member },
		.nr_members = member ? 1 : 0,
	};

	cmd_new(&request);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct btf *kernel = (struct btf *)kernel_btf("vmlinux");
	const char *file = input_file(data, size), *member;
	struct ops_types types = {};
	struct btf *btf;
	int i;

	run_begin();
	btf = btf__new(data, size) ?: btf__new_split(data, size, kernel);
	if (btf)
		ops_types_find_in(&types, btf, "module", NULL);
	for (i = 0; i < types.count && i < TYPES_MAX; i++) {
		const struct btf_type *type = types.items[i].type;

		print_source(file, types.items[i].name, NULL);
		if (!btf_vlen(type))
			continue;
		member = btf__name_by_offset(btf, btf_members(type)->name_off);
		print_source(file, types.items[i].name, member);
	}
	print_source(file, "no_such_type", NULL);
	ops_types_free(&types);
	btf__free(btf);
	run_end();
	return 0;
}
