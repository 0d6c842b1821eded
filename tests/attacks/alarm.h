/* SPDX-License-Identifier: GPL-2.0-only */
/* A timer, which fires when the write has long ended. */
#ifndef ALARM_H
#define ALARM_H

struct alarm_clock {
	struct bpf_timer timer;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct alarm_clock);
} alarms SEC(".maps");

__u32 fired;

#define set_alarm(callback)                                                     \
	({                                                                      \
		__u32 key = 0;                                                  \
		struct alarm_clock *clock = bpf_map_lookup_elem(&alarms, &key); \
		if (clock) {                                                    \
			bpf_timer_init(&clock->timer, &alarms, 1);              \
			bpf_timer_set_callback(&clock->timer, callback);        \
			bpf_timer_start(&clock->timer, 10000000, 0);            \
		}                                                               \
	})

#endif /* ALARM_H */
