/* SPDX-License-Identifier: GPL-2.0-only */
/* Why the kernel refused a table: the cause, in the first line. */
#ifndef REFUSAL_H
#define REFUSAL_H

#include <bpf/libbpf.h>

/* As kernel_strerror(), but also explains the codes of libbpf, from 4000 on. */
const char *error_text(int err);

/* One bad table sinks the file: names the others, each of which can be had alone. */
void name_the_tables(struct bpf_object *obj);

/**
 * load_refused() - say why an object was not loaded
 * @file: the object's file
 * @obj: the object
 * @err: the errno
 *
 * klog_mark() was called before.
 *
 * Return: EXIT_REFUSED.
 */
int load_refused(const char *file, struct bpf_object *obj, int err);

/**
 * attach_refused() - say why a table was not attached, or not swapped in
 * @what: what was to be done, as in "attach table x"
 * @obj: its object, which is loaded
 * @map: the table
 * @own: tables that this command has attached, so nobody else
 * @nr_own: how many
 * @err: the errno
 *
 * klog_mark() was called before.
 *
 * Return: EXIT_REFUSED.
 */
int attach_refused(const char *what, const struct bpf_object *obj,
		   const struct bpf_map *map, struct bpf_map *const *own,
		   int nr_own, int err);

#endif /* REFUSAL_H */
