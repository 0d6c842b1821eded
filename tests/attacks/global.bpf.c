// SPDX-License-Identifier: GPL-2.0-only
/*
 * Addresses that are given to a global function. The verifier checks such a function
 * by itself, and assumes that it gets plain memory.
 */
#include "attack.h"
#include "alarm.h"

__noinline int poke32(__u32 *p, __u32 value)
{
	if (p)
		*p = value;
	return 0;
}

__noinline int poke64(__u64 *p, __u64 value)
{
	if (p)
		*p = value;
	return 0;
}

__weak __noinline int poke_weakly(__u32 *p, __u32 value)
{
	if (p)
		*p = value;
	return 0;
}

/* libbpf makes a static one of it. */
__hidden __noinline int poke_hidden(__u32 *p, __u32 value)
{
	if (p)
		*p = value;
	return 0;
}

static __noinline int poke_by_way_of(struct bpf_testmod_event *event)
{
	return poke32(&event->len, 4096);
}

/* A struct as large as the event, which the verifier does not know. */
struct bytes {
	__u64 words[3];
};

__noinline int overwrite(struct bytes *bytes)
{
	int i;

	if (!bytes)
		return 0;
	for (i = 0; i < 3; i++)
		bytes->words[i] = 0;
	return 0;
}

ATTACK(len_by_global, (poke32(&event->len, 4096), landed = event->len == 4096),
       (landed = event->len == 4096));

ATTACK(small_len_by_global, (poke32(&event->len, 1), landed = event->len == 1),
       (landed = event->len == 1));

ATTACK(data_by_global,
       (poke64((__u64 *)&event->data, target),
	landed = (__u64)event->data == target),
       (landed = (__u64)event->data == target));

ATTACK(verdict_by_global, poke32((__u32 *)&event->verdict, 7),
       event->verdict = BPF_TESTMOD_PASS);

ATTACK(half_a_cookie_by_global,
       (poke32((__u32 *)&event->cookie + 1, 7), landed = event->cookie >> 32 == 7),
       (landed = event->cookie >> 32 == 7));

ATTACK(event_by_global, (overwrite((struct bytes *)event), landed = !event->data),
       (landed = !event->data));

ATTACK(len_by_weak_global,
       (poke_weakly(&event->len, 4096), landed = event->len == 4096),
       (landed = event->len == 4096));

ATTACK(len_by_hidden_global, poke_hidden(&event->len, 4096),
       (landed = event->len == 4096));

ATTACK(len_by_way_of_a_subprogram,
       (poke_by_way_of(event), landed = event->len == 4096),
       (landed = event->len == 4096));

ATTACK_IN_PREPARE(len_by_global_in_prepare,
		  (poke32(&event->len, 4096), landed = event->len == 4096),
		  (landed = event->len == 4096));

struct loop {
	struct bpf_testmod_event *event;
};

static long poke_in_loop(__u64 i, struct loop *loop)
{
	poke32(&loop->event->len, 4096);
	return 0;
}

static long peek_in_loop(__u64 i, struct loop *loop)
{
	landed = loop->event->len == 4096;
	return 0;
}

ATTACK(len_in_a_loops_callback,
       (bpf_loop(1, poke_in_loop, &(struct loop){ event }, 0),
	landed = event->len == 4096),
       (bpf_loop(1, peek_in_loop, &(struct loop){ event }, 0)));

/* This is the first member: through untrusted pointers the verifier takes no other. */
static __always_inline void poke_kept(struct bpf_testmod_event *last)
{
	if (last) {
		poke32(&last->len, 4096);
		landed = last->len == 4096;
	}
}

static __always_inline void peek_kept(struct bpf_testmod_event *last)
{
	if (last)
		landed = last->len == 4096;
}

ATTACK(kept_event_by_global, poke_kept(exchange_event(event)),
       peek_kept(exchange_event(event)));

static int poke_later(void *map, __u32 *key, struct alarm_clock *clock)
{
	struct keeper *keeper = bpf_map_lookup_elem(&kept, key);

	if (keeper)
		poke_kept(keeper->event);
	fired = true;
	return 0;
}

static int peek_later(void *map, __u32 *key, struct alarm_clock *clock)
{
	struct keeper *keeper = bpf_map_lookup_elem(&kept, key);

	if (keeper)
		peek_kept(keeper->event);
	fired = true;
	return 0;
}

ATTACK(kept_event_by_timer, (exchange_event(event), set_alarm(poke_later)),
       (exchange_event(event), set_alarm(peek_later)));

/* Memory around the event, whose address is computed as a number. */
struct private_half {
	struct bpf_testmod_event event;
	__u32 len;
};

ATTACK(private_half_by_cast_and_global,
       (poke32((__u32 *)at_address(struct kref,
				   &((struct private_half *)event)->len),
	       4)),
       (landed = !at_address(struct kref, &((struct private_half *)event)->len)));

ATTACK(any_address_by_cast_and_global,
       (poke32((__u32 *)at_address(struct kref, target), 7)),
       (landed = !at_address(struct kref, target)));

/* Other structs of the kernel's. What is written is put back, if nobody saw it. */
ATTACK(task_by_global,
       (poke64((__u64 *)&bpf_get_current_task_btf()->comm, target)),
       (landed = *(__u64 *)&bpf_get_current_task_btf()->comm == target));

#define poke_and_restore32(p)              \
	({                                 \
		__u32 *at = (__u32 *)(p);  \
		__u32 old = *at;           \
		poke32(at, old ^ 1);       \
		landed = *at == (old ^ 1); \
		poke32(at, old);           \
	})

#define peek32(p) (landed = *(__u32 *)(p) == 0xfeedface)

#define of_the_cgroup(do)                                              \
	({                                                             \
		struct task_struct *task = bpf_get_current_task_btf(); \
		struct css_set *set = task->cgroups;                   \
		struct cgroup *cgroup = set ? set->dfl_cgrp : NULL;    \
		if (cgroup)                                            \
			do                                             \
				(&cgroup->max_depth);                  \
	})

ATTACK(cgroup_by_global, of_the_cgroup(poke_and_restore32),
       of_the_cgroup(peek32));

#define of_the_mm(do)                                                  \
	({                                                             \
		struct task_struct *task = bpf_get_current_task_btf(); \
		struct mm_struct *mm = task->mm;                       \
		if (mm)                                                \
			do                                             \
				(&mm->map_count);                      \
	})

ATTACK(walked_struct_by_global, of_the_mm(poke_and_restore32), of_the_mm(peek32));
