// SPDX-License-Identifier: GPL-2.0-only
/* The context, which is the trampoline's stack frame. */
#include "attack.h"

#define IN_CONTEXT(id, deed)                    \
	SEC("struct_ops/test_2")                \
	int id(__u64 *ctx)                      \
	{                                       \
		deed;                           \
		__sync_fetch_and_add(&done, 1); \
		return 0;                       \
	}                                       \
	ATTACK_TABLE(id, .test_2 = (void *)id)

#define ATTACK_CONTEXT(id, deed, harmless) \
	IN_CONTEXT(id, deed);              \
	IN_CONTEXT(id##_twin, harmless)

#define word(i) (((volatile __u64 *)ctx)[i])

ATTACK_CONTEXT(an_argument_too_many, landed = word(2), landed = word(1) == 0);
ATTACK_CONTEXT(before_the_arguments, landed = word(-1), landed = word(1) == 0);
ATTACK_CONTEXT(across_two_arguments,
	       landed = *(volatile __u64 *)((char *)ctx + 4),
	       landed = word(1) == 0);
ATTACK_CONTEXT(an_argument_written, word(0) = 0x4242424242424242,
	       landed = word(1) == 0);
ATTACK_CONTEXT(a_return_address_written, word(4) = 0x4242424242424242,
	       landed = word(1) == 0);
ATTACK_CONTEXT(a_helper_writes_the_context,
	       bpf_probe_read_kernel(ctx, 8, &target), landed = word(1) == 0);

/* Arguments of a type that the member does not have. */
ATTACK_CONTEXT(an_argument_as_a_pointer, *(__u8 *)word(0) = 7,
	       landed = word(1) == 0);
