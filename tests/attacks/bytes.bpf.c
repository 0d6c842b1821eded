// SPDX-License-Identifier: GPL-2.0-only
/* Past the bytes that the kfunc gives, and offsets and sizes that are absurd. */
#include "attack.h"

#define take(offset, size, then)                                           \
	({                                                                 \
		__u8 *bytes = bpf_testmod_event_data(event, offset, size); \
		if (bytes) {                                               \
			then;                                              \
		}                                                          \
	})

/* A write there would be noticed: it hits the message's NUL, or what follows. */
#define spoil (bytes[0] = 'x', landed = true)
#define keep_it (landed = !bytes)

ATTACK(past_the_bytes, take(0, 8, bytes[8] = 'x'), take(0, 8, bytes[7] = '8'));
ATTACK(before_the_bytes, take(1, 1, bytes[-2] = 'x'), take(1, 1, bytes[0] = '2'));
ATTACK(an_index_without_a_bound, take(0, 8, bytes[target] = 'x'),
       take(0, 8, bytes[7] = '8'));
ATTACK(an_index_with_half_a_bound,
       take(0, 8, if ((long)target < 8) bytes[target] = 'x'),
       take(0, 8, if (target < 8) bytes[target] = bytes[target]));
ATTACK(bytes_unchecked, (bpf_testmod_event_data(event, 0, 8)[0] = '1'),
       take(0, 8, bytes[0] = '1'));

ATTACK(no_bytes, take(MESSAGE_LEN, 0, spoil), take(0, 8, keep_it));
ATTACK(size_minus_one, take(0, 0xffffffff, spoil), take(0, 8, keep_it));
ATTACK(size_of_two_gigabytes, take(0, 0x80000000, spoil), take(0, 8, keep_it));
ATTACK(size_past_32_bits, take(0, 0x100000008, bytes[0] = '1'),
       take(0, 8, keep_it));
ATTACK(size_not_constant, take(0, event->len, keep_it), take(0, 8, keep_it));
ATTACK(offset_minus_one, take(0xffffffff, 1, spoil), take(0, 8, keep_it));
ATTACK(offset_and_size_that_wrap, take(0xfffffff8, 16, spoil),
       take(0, 8, keep_it));
ATTACK(one_byte_too_far, take(1, 8, spoil), take(0, 8, keep_it));

/* The address of bytes, kept as a number until the write has ended. */
__u64 kept_bytes;

ATTACK(kept_bytes_written,
       take(0, 8, if (kept_bytes) * (__u8 *)kept_bytes = 'x';
	    kept_bytes = (__u64)bytes),
       take(0, 8,
	    if (kept_bytes) bpf_probe_read_kernel(&landed, 0, (void *)kept_bytes);
	    kept_bytes = (__u64)bytes));

/* Changes the message's bytes while other members still use them. */
ATTACK(bytes_with_no_end, take(0, 8, __builtin_memset(bytes + 1, 'x', 7)),
       take(0, 8, keep_it));
