// SPDX-License-Identifier: GPL-2.0-only
/* Programs of other types, which see what the module does. */
#include "attack.h"

/* Of the module's own structs, what is aimed at. */
struct bpf_testmod_run {
	__u8 called;
	int err;
	int ret[5];
} __attribute__((preserve_access_index));

struct bpf_testmod_message {
	struct bpf_testmod_event event;
	char *data;
	__u32 len;
	struct bpf_testmod_run run;
} __attribute__((preserve_access_index));

__noinline int poke32(__u32 *p, __u32 value)
{
	if (p)
		*p = value;
	return 0;
}

/* The attack and its twin are attached to the same place. */
#define TRACER(id, where, arguments, deed)      \
	SEC("?" where)                          \
	int BPF_PROG(id, arguments)             \
	{                                       \
		deed;                           \
		__sync_fetch_and_add(&done, 1); \
		return 0;                       \
	}

#define args(...) __VA_ARGS__

#define ATTACK_BY_TRACER(id, where, arguments, deed, harmless) \
	TRACER(id, where, args(arguments), deed)               \
	TRACER(id##_twin, where, args(arguments), harmless)

#define ON_TRIGGER                             \
	const struct bpf_testmod_event *event, \
		const struct bpf_testmod_run *run, __u32 len

ATTACK_BY_TRACER(tracer_writes_the_event, "tp_btf/bpf_testmod_trigger",
		 args(ON_TRIGGER),
		 if (event)((struct bpf_testmod_event *)event)->verdict = 7,
		 if (event) landed = event->verdict == 7)

ATTACK_BY_TRACER(tracer_writes_the_errno, "tp_btf/bpf_testmod_trigger",
		 args(ON_TRIGGER), if (run) poke32((__u32 *)&run->err, -7),
		 if (run) landed = run->err == -7)

ATTACK_BY_TRACER(tracer_writes_a_result, "tp_btf/bpf_testmod_trigger",
		 args(ON_TRIGGER), if (run) poke32((__u32 *)&run->ret[2], 7),
		 if (run) landed = run->ret[2] == 7)

ATTACK_BY_TRACER(tracer_writes_the_len, "tp_btf/bpf_testmod_trigger",
		 args(ON_TRIGGER), if (event) poke32((__u32 *)&event->len, 4096),
		 if (event) landed = event->len == 4096)

ATTACK_BY_TRACER(tracer_writes_the_tables_name, "tp_btf/bpf_testmod_detach",
		 args(const char *name, __u32 flags), poke32((__u32 *)name, 7),
		 landed = !name)

ATTACK_BY_TRACER(tracer_writes_the_name_at_attach, "tp_btf/bpf_testmod_attach",
		 args(const char *name, __u32 flags), poke32((__u32 *)name, 7),
		 landed = !name)

ATTACK_BY_TRACER(tracer_writes_a_name_at_swap, "tp_btf/bpf_testmod_swap",
		 args(const char *name, __u32 flags, const char *old),
		 poke32((__u32 *)old, 7), landed = !old)

/* Reads the message where it lies. */
ATTACK_BY_TRACER(
	tracer_reads_the_message, "tp_btf/bpf_testmod_trigger", args(ON_TRIGGER),
	if (event) {
		seen_len = len;
		bpf_probe_read_kernel(seen, len & BPF_TESTMOD_MSG_MAX,
				      event->data);
	},
	landed = !len)

/* The module's functions. */
ATTACK_BY_TRACER(fentry_writes_the_event, "fentry/bpf_testmod_event_data",
		 args(struct bpf_testmod_event *event),
		 poke32(&event->len, 4096), landed = event->len == 4096)

ATTACK_BY_TRACER(fentry_writes_the_private_half, "fentry/bpf_testmod_ops_run",
		 args(struct bpf_testmod_message *message),
		 poke32(&message->len, 4), landed = message->len == 4)

ATTACK_BY_TRACER(fexit_writes_the_private_half, "fexit/bpf_testmod_ops_run",
		 args(struct bpf_testmod_message *message, bool ret),
		 poke32((__u32 *)&message->run.err, -7),
		 landed = message->run.err == -7)

ATTACK_BY_TRACER(fentry_writes_directly, "fentry/bpf_testmod_ops_run",
		 args(struct bpf_testmod_message *message), message->len = 4,
		 landed = message->len == 4)

SEC("?fmod_ret/trigger_write")
int BPF_PROG(another_result_of_the_write)
{
	return -7;
}

SEC("?fentry/bpf_testmod_ops_run")
int BPF_PROG(the_kfunc_by_a_tracer, struct bpf_testmod_message *message)
{
	bpf_testmod_event_data(&message->event, 0, 1);
	return 0;
}

SEC("?fentry/bpf_testmod_ops_run")
int BPF_PROG(the_kfunc_by_a_tracer_twin, struct bpf_testmod_message *message)
{
	__sync_fetch_and_add(&done, 1);
	return 0;
}

/* These run in place of the table's own program, or before it. */
SEC("?freplace")
int replaced_filter(struct bpf_testmod_event *event)
{
	landed = true;
	return -7;
}

SEC("?fentry")
int BPF_PROG(watched_filter, unsigned long long *args)
{
	poke32((__u32 *)args, 7);
	return 0;
}

/* The victim: a filter that does no harm. */
FILTER(victim, );
