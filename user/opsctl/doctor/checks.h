/* SPDX-License-Identifier: GPL-2.0-only */
/* The checks of opsctl doctor. */
#ifndef DOCTOR_CHECKS_H
#define DOCTOR_CHECKS_H

#include <sys/utsname.h>

#include "finding.h"

/**
 * struct machine - the machine, module and headers to look at
 * @uts: the kernel that runs
 * @module: a module's name; empty where none was asked for
 * @kdir: where the headers are that modules are built with
 */
struct machine {
	struct utsname uts;
	char module[64];
	const char *kdir;
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

/* permissions.c: what it lets the caller and a module do */
void check_rights(struct finding *f);
void check_lockdown(struct finding *f);
void check_secure_boot(struct finding *f);
void check_signatures(struct finding *f);

/* holes.c: what its verifier should refuse */
void check_hole_global_write(struct finding *f);
void check_hole_rcu_sleep(struct finding *f);
void check_hole_timer_sleep(struct finding *f);
void check_hole_iterator_bounds(struct finding *f);
void check_hole_callback_bounds(struct finding *f);

/* build.c: what programs and modules are built with */
void check_libbpf(struct finding *f);
void check_bpftool(struct finding *f);
void check_headers(struct finding *f);

/* module.c: the module asked for, and the types of all */
void check_module(struct finding *f);
void check_module_btf(struct finding *f);
void check_module_types(struct finding *f);
void check_clashes(struct finding *f);

#endif /* DOCTOR_CHECKS_H */
