/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef LEND_H
#define LEND_H

#include <linux/types.h>

struct kit_event;

/**
 * struct bpf_iter_opsmod_kit - the iterator
 * @lent: how often it was asked for the event
 */
struct bpf_iter_opsmod_kit {
	u64 lent;
};

int bpf_iter_opsmod_kit_new(struct bpf_iter_opsmod_kit *it);
struct kit_event *bpf_iter_opsmod_kit_next(struct bpf_iter_opsmod_kit *it);
void bpf_iter_opsmod_kit_destroy(struct bpf_iter_opsmod_kit *it);

/* Registers its kfuncs, in place of those of main.c: a module can register one set. */
int lend_init(void);

#endif /* LEND_H */
