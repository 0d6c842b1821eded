/* SPDX-License-Identifier: GPL-2.0-only */
/* The kernel functions that the table's programs may call. */
#ifndef KFUNCS_H
#define KFUNCS_H

#include <linux/types.h>

struct bpf_testmod_event;

__u8 *bpf_testmod_event_data(struct bpf_testmod_event *event, u32 offset,
			     const size_t rdwr_buf_size);

int bpf_testmod_kfuncs_init(void);

#endif /* KFUNCS_H */
