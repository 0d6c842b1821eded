// SPDX-License-Identifier: GPL-2.0-only
#include "checks.h"

#include <ctype.h>
#include <string.h>

#include "machine.h"
#include "look.h"

void check_kernel(struct finding *f)
{
	if (!isdigit((unsigned char)*patient.uts.release)) {
		find(f, UNKNOWN, "kernel %s, which is no version",
		     patient.uts.release);
		advise(f, "uname -a  # Linux %d.%d or newer is needed",
		       MIN_KERNEL_MAJOR, MIN_KERNEL_MINOR);
	} else if (kernel_is_too_old(patient.uts.release)) {
		find(f, FATAL, "kernel %s is older than %d.%d",
		     patient.uts.release, MIN_KERNEL_MAJOR, MIN_KERNEL_MINOR);
		advise_upgrade(f);
	} else {
		find(f, OK, "kernel %s", patient.uts.release);
	}
}

/* Without sysfs, other checks cannot tell whether what they look for is missing. */
void check_sysfs(struct finding *f)
{
	if (exists_in("/sys", "kernel"))
		return;
	find(f, FATAL, "no sysfs is mounted on /sys: do not trust what follows");
	advise(f, "mount -t sysfs sysfs /sys");
}

void check_btf(struct finding *f)
{
	if (has_btf("vmlinux")) {
		find(f, OK, "the kernel has BTF");
		return;
	}
	find(f, FATAL, "the kernel has no BTF: no /sys/kernel/btf/vmlinux");
	advise_option(f, "DEBUG_INFO_BTF");
}

/*
 * Without the JIT, riscv64 silently loses what struct_ops programs return: callers
 * see 0.
 */
void check_jit(struct finding *f)
{
	int jit = bpf_jit();

	if (jit < 0) {
		find(f, UNKNOWN, "BPF JIT: not known (no %s)", JIT_ENABLE);
		advise(f,
		       "nsenter -t 1 -n sysctl net.core.bpf_jit_enable  # on the host");
		return;
	}
	if (jit) {
		find(f, OK, "the BPF JIT is on");
		return;
	}
	if (!strcmp(patient.uts.machine, "riscv64"))
		find(f, FATAL,
		     "the BPF JIT is off: on riscv64 all programs then return 0");
	else
		find(f, WARNING,
		     "the BPF JIT is off: programs are slow, kfuncs are refused");
	advise(f, "sysctl net.core.bpf_jit_enable=1");
}

void check_bpffs(struct finding *f)
{
	char dir[512];

	if (find_mount("bpf", dir, sizeof(dir))) {
		find(f, OK, "a bpf file system is mounted on %s", dir);
		return;
	}
	find(f, WARNING, "no bpf file system is mounted: nothing can be pinned");
	advise(f, "mount -t bpf bpf /sys/fs/bpf");
}
