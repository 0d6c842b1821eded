// SPDX-License-Identifier: GPL-2.0-only
/* A table of a type that no kernel and no module has. */
#include "programs.h"

struct no_such_ops {
	int (*member)(void);
};

SEC("struct_ops/member")
int BPF_PROG(member)
{
	return 0;
}

SEC(".struct_ops.link")
struct no_such_ops unknown = { .member = (void *)member };
