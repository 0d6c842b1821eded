// SPDX-License-Identifier: GPL-2.0-only
#include "code.h"

#include <stdlib.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "array.h"

/* Asks how many functions there are, and then where. */
static void read_ranges(int fd, struct code *code)
{
	struct bpf_prog_info info = {}, ranges = {};
	__u32 size = sizeof(info);

	if (bpf_prog_get_info_by_fd(fd, &info, &size) < 0 ||
	    !info.nr_jited_ksyms ||
	    info.nr_jited_ksyms != info.nr_jited_func_lens)
		return;
	code->begins = calloc(info.nr_jited_ksyms, sizeof(*code->begins));
	code->lengths = calloc(info.nr_jited_ksyms, sizeof(*code->lengths));
	if (!code->begins || !code->lengths)
		abort();
	ranges.nr_jited_ksyms = info.nr_jited_ksyms;
	ranges.jited_ksyms = (unsigned long)code->begins;
	ranges.nr_jited_func_lens = info.nr_jited_ksyms;
	ranges.jited_func_lens = (unsigned long)code->lengths;
	size = sizeof(ranges);
	/* Addresses that are hidden are 0. */
	if (bpf_prog_get_info_by_fd(fd, &ranges, &size) == 0 && code->begins[0])
		code->count = info.nr_jited_ksyms;
}

void code_read(__u32 program, struct code *code)
{
	int fd = bpf_prog_get_fd_by_id(program);

	*code = (struct code){};
	if (fd < 0)
		return;
	read_ranges(fd, code);
	close(fd);
}

void code_free(struct code *code)
{
	free(code->begins);
	free(code->lengths);
	*code = (struct code){};
}

bool code_has(const struct code *code, __u64 address)
{
	__u32 i;

	for (i = 0; i < code->count; i++) {
		/* A return address can be the end, after a call that never returns. */
		if (address > code->begins[i] &&
		    address - code->begins[i] <= code->lengths[i])
			return true;
	}
	return false;
}

static bool look_for(__u64 address)
{
	struct code code;
	bool found = false;
	__u32 id = 0;

	while (!found && bpf_prog_get_next_id(id, &id) == 0) {
		code_read(id, &code);
		found = code_has(&code, address);
		code_free(&code);
	}
	return found;
}

bool code_is_a_programs(__u64 address)
{
	/* The same few addresses come in every stack. */
	static struct {
		__u64 address;
		bool is_a_programs;
	} known[64];
	static unsigned int turn;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(known); i++) {
		if (known[i].address == address)
			return known[i].is_a_programs;
	}
	i = turn++ % ARRAY_SIZE(known);
	known[i].address = address;
	known[i].is_a_programs = look_for(address);
	return known[i].is_a_programs;
}
