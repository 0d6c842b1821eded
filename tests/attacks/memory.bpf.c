// SPDX-License-Identifier: GPL-2.0-only
/* Helpers and kfuncs of the kernel's that are told to write into the event. */
#include "attack.h"

static __u64 number;
static char text[16];

struct {
	__uint(type, BPF_MAP_TYPE_QUEUE);
	__uint(max_entries, 1);
	__type(value, __u64);
} queue SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 64 * 1024);
} ring SEC(".maps");

ATTACK(probe_read_kernel_into_data,
       bpf_probe_read_kernel(&event->data, 8, &target),
       bpf_probe_read_kernel(&number, 8, &target));

ATTACK(probe_read_user_into_data, bpf_probe_read_user(&event->data, 8, NULL),
       bpf_probe_read_user(&number, 8, NULL));

ATTACK(snprintf_into_cookie, BPF_SNPRINTF((char *)&event->cookie, 8, "%d", 7),
       BPF_SNPRINTF(text, 8, "%d", 7));

ATTACK(strtol_into_cookie, bpf_strtol("7", 1, 0, (long *)&event->cookie),
       bpf_strtol("7", 1, 0, (long *)&number));

ATTACK(pop_into_cookie, bpf_map_pop_elem(&queue, &event->cookie),
       bpf_map_pop_elem(&queue, &number));

#define read_dynptr_into(to)                            \
	({                                              \
		struct bpf_dynptr ptr;                  \
		bpf_dynptr_from_mem(text, 16, 0, &ptr); \
		bpf_dynptr_read(to, 8, &ptr, 0, 0);     \
	})

ATTACK(dynptr_read_into_cookie, read_dynptr_into(&event->cookie),
       read_dynptr_into(&number));

#define dynptr_over(memory, size)                           \
	({                                                  \
		struct bpf_dynptr ptr;                      \
		bpf_dynptr_from_mem(memory, size, 0, &ptr); \
		bpf_dynptr_write(&ptr, 0, text, 8, 0);      \
	})

ATTACK(dynptr_over_the_event, dynptr_over(event, 24), dynptr_over(text, 16));

#define dynptr_over_bytes(size)                                    \
	({                                                         \
		__u8 *bytes = bpf_testmod_event_data(event, 0, 8); \
		struct bpf_dynptr ptr;                             \
		if (bytes) {                                       \
			bpf_dynptr_from_mem(bytes, size, 0, &ptr); \
			bpf_dynptr_write(&ptr, 8, text, 8, 0);     \
		}                                                  \
	})

ATTACK(dynptr_over_the_bytes, dynptr_over_bytes(8), dynptr_over(text, 16));

ATTACK(dynptr_in_the_event,
       bpf_ringbuf_reserve_dynptr(&ring, 8, 0, (struct bpf_dynptr *)event), ({
	       struct bpf_dynptr ptr;
	       bpf_ringbuf_reserve_dynptr(&ring, 8, 0, &ptr);
	       bpf_ringbuf_discard_dynptr(&ptr, 0);
       }));

#define slice_by_way_of(buffer)                               \
	({                                                    \
		struct bpf_dynptr ptr;                        \
		const __u8 *slice;                            \
		bpf_dynptr_from_mem(text, 16, 0, &ptr);       \
		slice = bpf_dynptr_slice(&ptr, 0, buffer, 8); \
		if (slice)                                    \
			landed = *slice;                      \
	})

static __u64 buffer[1];

ATTACK(slice_by_way_of_data, slice_by_way_of(&event->data),
       slice_by_way_of(buffer));

ATTACK(iterator_in_the_event,
       bpf_iter_num_new((struct bpf_iter_num *)&event->cookie, 0, 1), ({
	       struct bpf_iter_num it;
	       bpf_iter_num_new(&it, 0, 1);
	       bpf_iter_num_destroy(&it);
       }));

ATTACK_IN_PREPARE(copy_from_user_into_data,
		  bpf_copy_from_user_str(&event->data, 8, NULL, 0),
		  bpf_copy_from_user_str(&number, 8, NULL, 0));

ATTACK(timer_in_the_event,
       bpf_timer_init((struct bpf_timer *)&event->cookie, &queue, 1),
       landed = !event->len);
