/* SPDX-License-Identifier: GPL-2.0-only */
/* What struct_ops types in modules need of a machine and of the caller. */
#ifndef MACHINE_H
#define MACHINE_H

#include <stdbool.h>

/* The minimum kernel is the one of module/opsmod/compat.h. */
#define MIN_KERNEL_MAJOR 6
#define MIN_KERNEL_MINOR 12
#define MIN_LIBBPF_MAJOR 1
#define MIN_LIBBPF_MINOR 4

#define JIT_ENABLE "/proc/sys/net/core/bpf_jit_enable"

/**
 * kernel_is_too_old() - is it older than that?
 * @release: as uname(2) has it
 *
 * Return: false also where @release begins with no version.
 */
bool kernel_is_too_old(const char *release);

/* Looks at the libbpf that is linked. */
bool libbpf_is_too_old(void);

/* Tells whether the kernel has the BTF of a module, or its own: "vmlinux". */
bool has_btf(const char *module);

/*
 * Returns what JIT_ENABLE says: 0 if the JIT is off. -1 means that it is not known:
 * only the machine's own network namespace has the file.
 */
int bpf_jit(void);

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

#endif /* MACHINE_H */
