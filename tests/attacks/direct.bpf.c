// SPDX-License-Identifier: GPL-2.0-only
/* Stores through pointers to kernel structs, and past them. */
#include "attack.h"

/* These accesses are not relocated: that works only for members. */
#define word_at(type, off) (*(volatile type *)((char *)event + (off)))

ATTACK(len_directly, event->len = 4096, event->cookie = 4096);
ATTACK(data_directly, event->data = NULL, event->cookie = 0);
ATTACK(half_a_verdict_directly, word_at(__u16, 4) = 7, word_at(__u32, 4) = 0);
ATTACK(verdict_and_cookie_at_once, word_at(__u64, 4) = 0, word_at(__u64, 8) = 0);
ATTACK(past_the_event, word_at(__u64, 24) = 4096, word_at(__u64, 8) = 4096);
ATTACK(before_the_event, word_at(__u64, -8) = 0, word_at(__u64, 8) = 0);
ATTACK(somewhere_in_the_event, word_at(__u8, event->len & 7) = 0,
       word_at(__u64, 8) = 0);
ATTACK(len_atomically, __sync_fetch_and_add(&event->len, 1),
       __sync_fetch_and_add(&event->cookie, 1));
ATTACK(message_through_data, *event->data = 'x', landed = !event->data);

ATTACK(task_directly, bpf_get_current_task_btf()->flags = 0,
       landed = !bpf_get_current_task_btf()->flags);

ATTACK(lock_in_the_event, bpf_spin_lock((struct bpf_spin_lock *)event),
       landed = !event->len);

ATTACK(exchange_the_data, bpf_kptr_xchg(&event->data, NULL),
       landed = !event->data);

ATTACK(any_address_by_cast,
       *(volatile __u32 *)at_address(struct kref, target) = 7,
       landed = *(volatile __u32 *)at_address(struct kref, target));

static __always_inline void write_last_event(struct bpf_testmod_event *event)
{
	struct bpf_testmod_event *last = exchange_event(event);

	if (last)
		last->cookie = 7;
}

static __always_inline void read_last_event(struct bpf_testmod_event *event)
{
	struct bpf_testmod_event *last = exchange_event(event);

	if (last)
		landed = last->cookie == 7;
}

ATTACK(kept_event_directly, write_last_event(event), read_last_event(event));
