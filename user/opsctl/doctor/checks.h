/* SPDX-License-Identifier: GPL-2.0-only */
/* The checks of opsctl doctor. */
#ifndef DOCTOR_CHECKS_H
#define DOCTOR_CHECKS_H

#include <stdbool.h>
#include <sys/utsname.h>

#include "finding.h"

/**
 * struct machine - the machine, module and headers to look at
 * @uts: the kernel that runs
 * @module: a module's name; empty where none was asked for
 * @kdir: where the headers are that modules are built with
 * @file: a module's file, or NULL
 */
struct machine {
	struct utsname uts;
	char module[64];
	const char *kdir;
	const char *file;
};

extern struct machine machine;

/* kernel.c: the kernel that runs */
void check_kernel(struct finding *f);
void check_sysfs(struct finding *f);
void check_btf(struct finding *f);
void check_jit(struct finding *f);
void check_bpffs(struct finding *f);

/* config.c: how it was configured */
void check_option_jit(struct finding *f);
void check_option_btf(struct finding *f);
void check_option_btf_modules(struct finding *f);

/* Looks whether OPTION=y; false where it is not known. */
bool config_option(const char *option, bool *set);

/* permissions.c: what it lets the caller and a module do */
void check_rights(struct finding *f);
void check_lockdown(struct finding *f);
void check_secure_boot(struct finding *f);
void check_signatures(struct finding *f);

/* For a kernel that insists on signatures: it shows whose are taken. */
#define SIGN_REMEDY \
	"mokutil --list-enrolled  # sign modules with one of these, by scripts/sign-file"

/* Why the kernel takes signed modules only; NULL where it does not, or nobody knows. */
const char *signature_wanted(void);

/* holes.c: what its verifier should refuse */
void check_hole_global_write(struct finding *f);
void check_hole_rcu_sleep(struct finding *f);
void check_hole_timer_sleep(struct finding *f);
void check_hole_iterator_bounds(struct finding *f);
void check_hole_callback_bounds(struct finding *f);

/* build.c: what programs and modules are built with */
void check_libbpf(struct finding *f);
void check_bpftool(struct finding *f);
void check_pahole(struct finding *f);
void check_headers(struct finding *f);

/* module.c, users.c: the module asked for, and the types of all */
void check_module(struct finding *f);
void check_module_btf(struct finding *f);
void check_module_types(struct finding *f);
void check_module_users(struct finding *f);
void check_clashes(struct finding *f);

/* file.c: the module's file asked for; check_file() comes first, check_file_end() last */
void check_file(struct finding *f);
void check_file_vermagic(struct finding *f);
void check_file_btf(struct finding *f);
void check_file_types(struct finding *f);
void check_file_kfuncs(struct finding *f);
void check_file_proc(struct finding *f);
void check_file_signature(struct finding *f);
void check_file_end(struct finding *f);

#endif /* DOCTOR_CHECKS_H */
