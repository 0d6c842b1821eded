// SPDX-License-Identifier: GPL-2.0-only
/* Programs that do nothing, in each place for one: they cost only the call. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "bpf_testmod.h"
#include "module/opsmod_bench.h"

SEC("struct_ops/test_1")
int BPF_PROG(noop_1)
{
	return 0;
}

SEC("struct_ops/test_2")
int BPF_PROG(noop_2, int a, int b)
{
	return 0;
}

SEC("struct_ops/test_3")
int BPF_PROG(noop_3, const char *buf, int len)
{
	return 0;
}

SEC("struct_ops/filter")
int BPF_PROG(noop_filter, struct bpf_testmod_event *event)
{
	return 0;
}

SEC("struct_ops/prepare")
int BPF_PROG(noop_prepare, struct bpf_testmod_event *event)
{
	return 0;
}

SEC("struct_ops.s/prepare")
int BPF_PROG(noop_prepare_sleepable, struct bpf_testmod_event *event)
{
	return 0;
}

#define ONE .test_1 = (void *)noop_1
#define TWO ONE, .test_2 = (void *)noop_2
#define THREE TWO, .test_3 = (void *)noop_3
#define FILTER .filter = (void *)noop_filter
#define PREPARE .prepare = (void *)noop_prepare
#define PREPARE_SLEEPABLE .prepare = (void *)noop_prepare_sleepable
#define TABLE SEC(".struct_ops.link") struct bpf_testmod_ops

TABLE one = { ONE, .name = "one" };
TABLE two = { TWO, .name = "two" };
TABLE three = { THREE, .name = "three" };
TABLE three_again = { THREE, .name = "three_again" };
TABLE with_filter = { THREE, FILTER, .name = "with_filter" };
TABLE with_prepare = { THREE, PREPARE, .name = "with_prepare" };
TABLE with_sleepable = { THREE, PREPARE_SLEEPABLE, .name = "with_sleepable" };
TABLE with_both = { THREE, FILTER, PREPARE, .name = "with_both" };

SEC("struct_ops/call")
int BPF_PROG(noop_call)
{
	return 0;
}

SEC("struct_ops/call")
int BPF_PROG(kfunc_call)
{
	opsmod_bench_kfunc();
	return 0;
}

SEC("struct_ops.s/call_sleepable")
int BPF_PROG(noop_call_sleepable)
{
	return 0;
}

SEC(".struct_ops.link")
struct opsmod_bench_ops calls = {
	.call = (void *)noop_call,
	.call_sleepable = (void *)noop_call_sleepable,
};

SEC(".struct_ops.link")
struct opsmod_bench_ops calls_kfunc = {
	.call = (void *)kfunc_call,
};

SEC("fentry/opsmod_bench_target")
int BPF_PROG(on_fentry)
{
	return 0;
}

SEC("kprobe/opsmod_bench_target")
int on_kprobe(void *ctx)
{
	return 0;
}

SEC("tp_btf/opsmod_bench_call")
int BPF_PROG(on_tp_btf, int value)
{
	return 0;
}

SEC("tp/opsmod_bench/opsmod_bench_call")
int on_tracepoint(void *ctx)
{
	return 0;
}

char _license[] SEC("license") = "GPL";
