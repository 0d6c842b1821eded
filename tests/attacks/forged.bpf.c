// SPDX-License-Identifier: GPL-2.0-only
/* Events that are none, given to the kfunc. */
#include "attack.h"

struct bpf_testmod_event forged;

/* If the kfunc gives anything, it is not the message. */
#define bytes_of(what)                                                      \
	({                                                                  \
		__u8 *bytes = bpf_testmod_event_data((void *)(what), 0, 8); \
		if (bytes)                                                  \
			landed = *bytes != MESSAGE_FIRST;                   \
	})

#define FORGERY(id, what) ATTACK(id, bytes_of(what), bytes_of(event))

FORGERY(a_map_value_for_an_event, &forged);
FORGERY(the_stack_for_an_event, (&(struct bpf_testmod_event){ .len = 8 }));
FORGERY(the_context_for_an_event, ctx);
FORGERY(a_number_for_an_event, event->cookie);
FORGERY(null_for_an_event, 0);
FORGERY(half_an_event, (char *)event + 8);
FORGERY(a_task_for_an_event, bpf_get_current_task_btf());
FORGERY(the_data_for_an_event, event->data);
FORGERY(a_cast_number_for_an_event,
	bpf_rdonly_cast((void *)target,
			bpf_core_type_id_kernel(struct task_struct)));

/* An event that the program itself has allocated. */
struct own_event {
	__u32 len;
	__s32 verdict;
	__u64 cookie;
	__u64 data;
};

extern void bpf_obj_drop_impl(void *kptr, void *meta) __ksym __weak;

#define bytes_of_own(what)                                               \
	({                                                               \
		struct own_event *own = bpf_obj_new_impl(                \
			bpf_core_type_id_local(struct own_event), NULL); \
		if (own) {                                               \
			bytes_of(what);                                  \
			bpf_obj_drop_impl(own, NULL);                    \
		}                                                        \
	})

ATTACK(an_allocated_object_for_an_event, bytes_of_own(own), bytes_of_own(event));

#define bytes_of_last(what)                                             \
	({                                                              \
		struct bpf_testmod_event *last = exchange_event(event); \
		if (last)                                               \
			bytes_of(what);                                 \
	})

ATTACK(a_kept_event_for_an_event, bytes_of_last(last), bytes_of_last(event));
