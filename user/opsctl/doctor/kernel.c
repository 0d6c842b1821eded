// SPDX-License-Identifier: GPL-2.0-only
#include "checks.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "look.h"
#include "machine.h"

void check_kernel(struct finding *f)
{
	if (!isdigit((unsigned char)*machine.uts.release)) {
		report(f, UNKNOWN, "kernel %s, which is no version",
		       machine.uts.release);
		advise(f, "uname -a  # Linux %d.%d or newer is needed",
		       MIN_KERNEL_MAJOR, MIN_KERNEL_MINOR);
	} else if (kernel_is_too_old(machine.uts.release)) {
		report(f, FATAL, "kernel %s is older than %d.%d",
		       machine.uts.release, MIN_KERNEL_MAJOR, MIN_KERNEL_MINOR);
		advise_upgrade(f);
	} else {
		report(f, OK, "kernel %s", machine.uts.release);
	}
}

/* Without sysfs, other checks cannot tell whether what they look for is missing. */
void check_sysfs(struct finding *f)
{
	if (exists_in("/sys", "kernel"))
		return;
	report(f, FATAL,
	       "no sysfs is mounted on /sys: do not trust what follows");
	advise(f, "mount -t sysfs sysfs /sys");
}

void check_btf(struct finding *f)
{
	if (has_btf("vmlinux")) {
		report(f, OK, "the kernel has BTF");
		return;
	}
	report(f, FATAL, "the kernel has no BTF: no /sys/kernel/btf/vmlinux");
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
		report(f, UNKNOWN, "BPF JIT: not known (no %s)", JIT_ENABLE);
		advise(f,
		       "nsenter -t 1 -n sysctl net.core.bpf_jit_enable  # on the host");
		return;
	}
	if (jit) {
		report(f, OK, "the BPF JIT is on");
		return;
	}
	if (!strcmp(machine.uts.machine, "riscv64"))
		report(f, FATAL,
		       "the BPF JIT is off: on riscv64 all programs then return 0");
	else
		report(f, WARNING,
		       "the BPF JIT is off: programs are slow, kfuncs are refused");
	advise(f, "sysctl net.core.bpf_jit_enable=1");
}

void check_bpffs(struct finding *f)
{
	char *dir = find_mount("bpf");

	if (dir) {
		report(f, OK, "a bpf file system is mounted on %s", dir);
		free(dir);
		return;
	}
	report(f, WARNING,
	       "no bpf file system is mounted: nothing can be pinned");
	advise(f, "mount -t bpf bpf /sys/fs/bpf");
}
