/* SPDX-License-Identifier: GPL-2.0-only */
/* What the kit asks of the kernel that a module is built for. */
#ifndef OPSMOD_COMPAT_H
#define OPSMOD_COMPAT_H

#include <linux/kconfig.h>
#include <linux/version.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 12, 0)
#error "opsmod needs Linux 6.12 or newer: older kernels do not export bpf_base_func_proto() to modules"
#endif

#if !IS_ENABLED(CONFIG_BPF_JIT)
#error "opsmod needs a kernel with CONFIG_BPF_JIT=y: without it register_bpf_struct_ops() does nothing and returns 0"
#endif

#if !IS_ENABLED(CONFIG_DEBUG_INFO_BTF_MODULES)
#error "opsmod needs a kernel with CONFIG_DEBUG_INFO_BTF_MODULES=y: without it no module can offer a struct_ops type"
#endif

/* From 7.0 on every kfunc takes trusted pointers alone. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(7, 0, 0)
#define KF_TRUSTED_ARGS 0
#endif

/* Before 7.2 they can write, before 6.15 sleep, where callers may not: provider.md, 5. */
#ifndef GLOBAL_FUNCTIONS_ARE_SAFE
#define GLOBAL_FUNCTIONS_ARE_SAFE \
	(LINUX_VERSION_CODE >= KERNEL_VERSION(7, 2, 0))
#endif

/* Since 6.15 a stub's parameter that ends in __ref hands a reference to programs. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 15, 0)
#define OPSMOD_NO_REF NULL
#else
#define OPSMOD_NO_REF \
	"this kernel hands no references to programs: 6.15 and newer do"
#endif

/* Since 7.0 a kfunc can learn whose program calls it: provider.md, kfuncs. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(7, 0, 0)
#define OPSMOD_KF_CALLER KF_IMPLICIT_ARGS
#define OPSMOD_CALLER , struct bpf_prog_aux *opsmod_aux
#define opsmod_caller() bpf_prog_get_assoc_struct_ops(opsmod_aux)
#else
#define OPSMOD_KF_CALLER 0
#define OPSMOD_CALLER
#define opsmod_caller() NULL
#endif

/* Before 7.2 a module cannot see which programs a table got. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(7, 2, 0)
#define bpf_struct_ops_for_each_prog(table, function, data) 0
#endif

#endif /* OPSMOD_COMPAT_H */
