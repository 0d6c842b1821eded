/* SPDX-License-Identifier: GPL-2.0-only */
/* What struct_ops types in modules need of a machine and of the caller. */
#ifndef REQUIREMENTS_H
#define REQUIREMENTS_H

#include <stdbool.h>

/* The minimum kernel is the one of module/opsmod/compat.h. */
#define MIN_KERNEL_MAJOR 6
#define MIN_KERNEL_MINOR 12
#define MIN_LIBBPF_MAJOR 1
#define MIN_LIBBPF_MINOR 4

bool version_is_older(unsigned int major, unsigned int minor,
		      unsigned int min_major, unsigned int min_minor);

/**
 * caller_has_sys_admin() - is CAP_SYS_ADMIN effective?
 *
 * The capability counts, not the user id. CAP_BPF and CAP_PERFMON are enough to
 * load, but the kernel gives the BTF of a module to CAP_SYS_ADMIN alone
 * (bpf_btf_get_fd_by_id()), which includes the other two.
 *
 * Return: false only where the kernel says so; in a user namespace of its own, a
 * caller may have it and still be refused.
 */
bool caller_has_sys_admin(void);

/* As strerror(), but also explains ENOTSUPP, an errno of the kernel's own. */
const char *kernel_strerror(int err);

#endif /* REQUIREMENTS_H */
