/* SPDX-License-Identifier: GPL-2.0-only */
/* What the kernel refuses in BTF, and libbpf takes: for BTF that comes from a file. */
#ifndef BTF_CHECK_H
#define BTF_CHECK_H

#include <bpf/btf.h>

/**
 * btf_problem() - look for types on which libbpf and opsctl would go astray
 * @btf: the BTF; its base is taken to be good
 *
 * Return: NULL, or what is wrong in words, valid until the next call.
 */
const char *btf_problem(const struct btf *btf);

/**
 * btf_name_problem() - look for names that are none of C
 * @btf: the BTF, which has no other problem; its base is taken to be good
 *
 * Such a name would be code of its own in C, or would tell a terminal what to do.
 *
 * Return: NULL, or what is wrong in words, valid until the next call.
 */
const char *btf_name_problem(const struct btf *btf);

#endif /* BTF_CHECK_H */
