// SPDX-License-Identifier: GPL-2.0-only
/* Programs that count their calls, and tables of every kind made of them. */
#include "programs.h"

__u64 test_1_calls;
__u64 test_2_calls;
__u64 test_3_calls;

/* The message that test_3 saw last, and the byte after it. */
char last_message[BPF_TESTMOD_MSG_MAX + 1];
int last_len;
char last_terminator;

SEC("struct_ops/test_1")
int BPF_PROG(count_1)
{
	__sync_fetch_and_add(&test_1_calls, 1);
	return -7;
}

SEC("struct_ops/test_2")
int BPF_PROG(count_2, int a, int b)
{
	__sync_fetch_and_add(&test_2_calls, 1);
	return a * 100 + b;
}

SEC("struct_ops/test_3")
int BPF_PROG(count_3, const char *buf, int len)
{
	__sync_fetch_and_add(&test_3_calls, 1);
	last_len = len;
	bpf_probe_read_kernel(last_message, sizeof(last_message) - 1 & len, buf);
	bpf_probe_read_kernel(&last_terminator, 1, buf + len);
	return len;
}

#define ALL_PROGRAMS                                          \
	.test_1 = (void *)count_1, .test_2 = (void *)count_2, \
	.test_3 = (void *)count_3

TABLE first = { ALL_PROGRAMS, .name = "first" };
TABLE second = { ALL_PROGRAMS, .name = "second" };
TABLE unnamed = { ALL_PROGRAMS };
TABLE quiet = { ALL_PROGRAMS, .name = "quiet", .flags = BPF_TESTMOD_F_QUIET };
TABLE only_test_1 = { .test_1 = (void *)count_1, .name = "only_test_1" };
TABLE only_test_2 = { .test_2 = (void *)count_2, .name = "only_test_2" };
TABLE only_test_3 = { .test_3 = (void *)count_3, .name = "only_test_3" };

SEC("?.struct_ops")
struct bpf_testmod_ops without_link = {
	ALL_PROGRAMS,
	.name = "without_link",
};

/* Tables to be refused; each differs from one above in the member that it names. */
TABLE no_program = { .name = "no_program" };
TABLE lowest_unknown_flag = { ALL_PROGRAMS, .flags = 0x2 };
TABLE highest_unknown_flag = { ALL_PROGRAMS, .flags = 0x80000001 };
TABLE longest_name = { ALL_PROGRAMS, .name = "fifteen letters" };
TABLE unterminated_name = { ALL_PROGRAMS, .name = "sixteen letters!" };
TABLE newline_in_name = { ALL_PROGRAMS, .name = "two\nlines" };
TABLE latin1_in_name = { ALL_PROGRAMS, .name = "caf\xe9" };

/* Without a link, validate runs too. */
SEC("?.struct_ops")
struct bpf_testmod_ops no_program_no_link = {
	.name = "no_program",
};
