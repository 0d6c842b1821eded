// SPDX-License-Identifier: GPL-2.0-only
/* The file of a module: the checks that opsctl doctor makes of it. */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>

#include "array.h"
#include "base/output.h"
#include "doctor/checks.h"

static void (*const checks[])(struct finding *f) = {
	check_file,	      check_file_vermagic, check_file_btf,
	check_file_types,     check_file_kfuncs,   check_file_proc,
	check_file_signature, check_file_end,
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t i;

	run_begin();
	uname(&machine.uts);
	machine.file = input_file(data, size);
	for (i = 0; i < ARRAY_SIZE(checks); i++) {
		struct finding f = { .level = SKIPPED };

		checks[i](&f);
		/* As doctor prints it. */
		if (f.found)
			puts(shown(f.found));
		if (f.remedy)
			puts(f.remedy);
		free(f.found);
		free(f.remedy);
	}
	run_end();
	return 0;
}
