// SPDX-License-Identifier: GPL-2.0-only
/* Tables of the second module's types. Loading the object creates them all. */
#include "programs.h"

#include "../modules/second/opsmod_second.h"

SEC("struct_ops/first")
int BPF_PROG(first_1)
{
	return 1;
}

SEC("struct_ops/second")
int BPF_PROG(second_1, int a)
{
	return a + 1;
}

SEC("struct_ops/only")
int BPF_PROG(only_1)
{
	return 1;
}

SEC(".struct_ops.link")
struct second_ops second_a = {
	.first = (void *)first_1,
	.second = (void *)second_1,
	.level = 1,
	.limit = 2,
	.name = "same",
};

SEC(".struct_ops.link")
struct second_ops second_b = {
	.first = (void *)first_1,
	.level = 0xffffffff,
	.limit = 0xffffffffffffffff,
	.name = "same",
};

SEC(".struct_ops.link")
struct second_ops second_c = {
	.second = (void *)second_1,
};

SEC(".struct_ops.link")
struct second_other_ops other = {
	.only = (void *)only_1,
};
