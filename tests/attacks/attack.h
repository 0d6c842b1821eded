/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The parts of all attacks. An attack does its deed in filter, and its twin does
 * something harmless instead; both then look at the message as the module shows it,
 * and a witness in test_3 notes the values that the module uses.
 */
#ifndef ATTACK_H
#define ATTACK_H

#include "../programs/programs.h"
#include <bpf/bpf_core_read.h>

/* The test always writes these bytes: MESSAGE in test_attacks.c. */
#define MESSAGE_LEN 8
#define MESSAGE_FIRST '1'

/* An address that an attack aims at. */
__u64 target;

/* What the test looks at afterwards: how often the deed was done to its end... */
__u32 done;
/* ...whether it was seen to change what it aimed at... */
__u32 landed;
/* ...whether the kfunc gave what is not the message... */
__u32 beyond;
/* ...and what test_3 was called with. */
__u32 seen_len;
char seen[BPF_TESTMOD_MSG_MAX + 1];

SEC("struct_ops/test_3")
int BPF_PROG(witness, const char *buf, int len)
{
	seen_len = len;
	bpf_probe_read_kernel(seen, len & BPF_TESTMOD_MSG_MAX, buf);
	return 0;
}

static __always_inline void look(struct bpf_testmod_event *event)
{
	__u8 *first = bpf_testmod_event_data(event, 0, 1);

	if (!first || *first != MESSAGE_FIRST)
		beyond = true;
	if (bpf_testmod_event_data(event, MESSAGE_LEN, 1))
		beyond = true;
	__sync_fetch_and_add(&done, 1);
}

#define ATTACK_TABLE(id, ...)                           \
	TABLE id##_table = { .test_3 = (void *)witness, \
			     .name = "attack",          \
			     __VA_ARGS__ }

/* A program of one deed, and its table. */
#define PROGRAM(id, section, member, deed)                \
	SEC(section)                                      \
	int BPF_PROG(id, struct bpf_testmod_event *event) \
	{                                                 \
		deed;                                     \
		look(event);                              \
		return 0;                                 \
	}                                                 \
	ATTACK_TABLE(id, .member = (void *)id)

#define FILTER(id, deed) PROGRAM(id, "struct_ops/filter", filter, deed)

/* One that may sleep. */
#define PREPARE(id, deed) PROGRAM(id, "struct_ops.s/prepare", prepare, deed)

/* The attack and its twin, which differ in the deed. */
#define ATTACK(id, deed, harmless) \
	FILTER(id, deed);          \
	FILTER(id##_twin, harmless)

#define ATTACK_IN_PREPARE(id, deed, harmless) \
	PREPARE(id, deed);                    \
	PREPARE(id##_twin, harmless)

/* Reads the kernel's memory at an address. */
#define at_address(type, address)                   \
	((type *)bpf_rdonly_cast((void *)(address), \
				 bpf_core_type_id_kernel(type)))

/* An event that was kept in a map is there after its write has ended. */
struct keeper {
	struct bpf_testmod_event __kptr_untrusted *event;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct keeper);
} kept SEC(".maps");

/* The last event, or NULL; keeps this one. */
static __always_inline struct bpf_testmod_event *
exchange_event(struct bpf_testmod_event *event)
{
	struct bpf_testmod_event *last;
	struct keeper *keeper;
	__u32 key = 0;

	keeper = bpf_map_lookup_elem(&kept, &key);
	if (!keeper)
		return NULL;
	last = keeper->event;
	keeper->event = event;
	return last;
}

#endif /* ATTACK_H */
