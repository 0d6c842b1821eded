// SPDX-License-Identifier: GPL-2.0-only
#include "count.h"

#include <unistd.h>

#include "lib.h"

static struct table programs;
static struct bpf_link *links[2];

void count_begin(const char *name, const char *second)
{
	struct bpf_program *progs[2] = {};
	size_t i;

	programs.obj = program_open("programs/count.bpf.o", name, programs.log,
				    sizeof(programs.log), &progs[0]);
	if (second) {
		progs[1] = bpf_object__find_program_by_name(programs.obj, second);
		assert_non_null(progs[1]);
		bpf_program__set_autoload(progs[1], true);
	}
	assert_int_equal(bpf_object__load(programs.obj), 0);
	*(__u32 *)table_variable(&programs, "counted_task") = gettid();
	*(__u32 *)table_variable(&programs, "counted_process") = getpid();
	for (i = 0; i < ARRAY_SIZE(progs) && progs[i]; i++) {
		links[i] = bpf_program__attach(progs[i]);
		assert_non_null(links[i]);
	}
}

unsigned int count_of(const char *variable)
{
	return *(volatile __u32 *)table_variable(&programs, variable);
}

void count_end(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(links); i++) {
		bpf_link__destroy(links[i]);
		links[i] = NULL;
	}
	bpf_object__close(programs.obj);
	programs.obj = NULL;
}
