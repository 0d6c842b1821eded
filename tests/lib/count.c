// SPDX-License-Identifier: GPL-2.0-only
#include "count.h"

#include <unistd.h>

#include "lib.h"

static struct table programs;
static struct bpf_link *second_link;

void count_begin(const char *name, const char *second)
{
	struct bpf_program *prog = NULL;

	program_open(&programs, "programs/count.bpf.o", name);
	if (second) {
		prog = bpf_object__find_program_by_name(programs.obj, second);
		assert_non_null(prog);
		bpf_program__set_autoload(prog, true);
	}
	assert_int_equal(program_load(&programs), 0);
	*(__u32 *)table_variable(&programs, "counted_task") = gettid();
	*(__u32 *)table_variable(&programs, "counted_process") = getpid();
	assert_int_equal(program_attach(&programs), 0);
	if (second) {
		second_link = bpf_program__attach(prog);
		assert_non_null(second_link);
	}
}

unsigned int count_of(const char *variable)
{
	return *(volatile __u32 *)table_variable(&programs, variable);
}

void count_end(void)
{
	bpf_link__destroy(second_link);
	second_link = NULL;
	table_free(&programs);
}
