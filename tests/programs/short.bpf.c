// SPDX-License-Identifier: GPL-2.0-only
/*
 * An object of the time when the table had three members and was registered
 * without a link, as in the tutorial that the module descends from.
 */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

char LICENSE[] SEC("license") = "GPL";

struct bpf_testmod_ops {
	int (*test_1)(void);
	int (*test_2)(int a, int b);
	int (*test_3)(const char *buf, int len);
};

SEC("struct_ops/test_1")
int BPF_PROG(old_test_1)
{
	return 42;
}

SEC("struct_ops/test_2")
int BPF_PROG(old_test_2, int a, int b)
{
	return a + b;
}

SEC("struct_ops/test_3")
int BPF_PROG(old_test_3, const char *buf, int len)
{
	return len;
}

SEC(".struct_ops")
struct bpf_testmod_ops short_table = {
	.test_1 = (void *)old_test_1,
	.test_2 = (void *)old_test_2,
	.test_3 = (void *)old_test_3,
};
