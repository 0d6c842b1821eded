// SPDX-License-Identifier: GPL-2.0-only
/* Tables for each model of the kit, whose programs do nothing. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "module/opsmod_bench.h"

char LICENSE[] SEC("license") = "GPL";

#define TABLE(of, name) \
	SEC(".struct_ops.link") struct opsmod_bench_##of##_ops name

/* clang-format off */
/* As many as OPSMOD_BENCH_OTHERS says, with two digits each. */
#define TEN(of, n)                                             \
	of(n##0) of(n##1) of(n##2) of(n##3) of(n##4)           \
	of(n##5) of(n##6) of(n##7) of(n##8) of(n##9)
#define HUNDRED(of)                                            \
	TEN(of, 0) TEN(of, 1) TEN(of, 2) TEN(of, 3) TEN(of, 4) \
	TEN(of, 5) TEN(of, 6) TEN(of, 7) TEN(of, 8) TEN(of, 9)
/* clang-format on */

SEC("struct_ops/call")
int BPF_PROG(slot_call)
{
	return 0;
}

TABLE(slot, slot_table) = { .call = (void *)slot_call };

SEC("struct_ops/call")
int BPF_PROG(named_call)
{
	return 0;
}

TABLE(named, named_table) = { .call = (void *)named_call, .name = "measured" };

#define NAMED_OTHER(n)                      \
	TABLE(named, named_other_##n) = {   \
		.call = (void *)named_call, \
		.name = "other " #n,        \
	};
HUNDRED(NAMED_OTHER)

SEC("struct_ops/call")
int BPF_PROG(chain_next)
{
	return 0;
}

SEC("struct_ops/call")
int BPF_PROG(chain_decide)
{
	return 1;
}

/* These come before the others, and after them. */
TABLE(chain, chain_first) = { .call = (void *)chain_decide, .priority = -1 };
TABLE(chain, chain_last) = { .call = (void *)chain_decide, .priority = 1 };

#define CHAIN_NEXT(n) \
	TABLE(chain, chain_next_##n) = { .call = (void *)chain_next };
TEN(CHAIN_NEXT, 0)

/* One for each other target: 1##n is 100 and more. */
#define CHAIN_OTHER(n)                        \
	TABLE(chain, chain_other_##n) = {     \
		.call = (void *)chain_decide, \
		.target = 1##n - 99,          \
	};
HUNDRED(CHAIN_OTHER)
