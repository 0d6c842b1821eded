/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Types that end a table and leave its link: whether the kernel still uses the table.
 * The kernel has no flag for that, so here are the few types of which it can be known.
 */
#ifndef STATE_H
#define STATE_H

#include <bpf/btf.h>
#include <stdbool.h>

#include "base/naming.h"

/**
 * struct subject - what is to be known of a table, to find out whether it was ended
 * @kind: which type it is, as far as it matters
 * @name: the text in its member "name"
 * @hid_id: the number of its device, for hid_bpf_ops
 */
struct subject {
	enum { SUBJECT_UNKNOWN, SUBJECT_SCHED_EXT, SUBJECT_HID } kind;
	char name[NAME_SIZE];
	__u32 hid_id;
};

/**
 * subject_of() - read these from a table
 * @type_name: the name of its type
 * @btf: the BTF of the struct: the kernel's, or the object's
 * @type: the struct
 * @data: the table
 *
 * Return: what subject_ended() takes; SUBJECT_UNKNOWN for all types but a few.
 */
struct subject subject_of(const char *type_name, const struct btf *btf,
			  const struct btf_type *type, const void *data);

/**
 * subject_ended() - has the kernel ended such a table, which was attached?
 * @subject: the table
 *
 * sched_ext leaves the link where it disables a scheduler (kernel/sched/ext.c,
 * scx_disable_workfn()), and HID where the device goes (drivers/hid/bpf,
 * hid_bpf_destroy_device()).
 *
 * Return: the reason in words, NULL if the table is in use or nothing can be known.
 * Valid until the next call.
 */
const char *subject_ended(const struct subject *subject);

/* The name of the scheduler of sched_ext that runs now, or NULL; the caller frees it. */
char *scheduler_running(void);

#endif /* STATE_H */
