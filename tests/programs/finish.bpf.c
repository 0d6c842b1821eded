// SPDX-License-Identifier: GPL-2.0-only
/* A program for the module with one member more: see tests/modules/add-member. */
#include "programs.h"

SEC("struct_ops/finish")
int BPF_PROG(finish, struct bpf_testmod_event *event)
{
	return event->len + 100;
}

TABLE finisher = { .finish = (void *)finish, .name = "finisher" };
