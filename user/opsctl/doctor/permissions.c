// SPDX-License-Identifier: GPL-2.0-only
#include "checks.h"

#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "look.h"
#include "machine.h"

/* The name of the firmware's variable ends with the id of UEFI's own variables. */
#define EFI_DIR "/sys/firmware/efi"
#define SECURE_BOOT EFI_DIR "/efivars/SecureBoot-*"

#define LOCKDOWN "/sys/kernel/security/lockdown"
#define SIG_ENFORCE "/sys/module/module/parameters/sig_enforce"

/*
 * CAP_BPF and CAP_PERFMON would do to load, but the kernel hands the BTF of a
 * module to CAP_SYS_ADMIN alone. It must be the one of the machine, not of a
 * user namespace: that only asking the kernel for BTF tells.
 */
void check_rights(struct finding *f)
{
	__u32 id;

	if (!caller_has_sys_admin()) {
		report(f, FATAL, "the caller lacks CAP_SYS_ADMIN");
		advise(f, "sudo opsctl doctor");
	} else if (bpf_btf_get_next_id(0, &id) < 0 && errno == EPERM) {
		report(f, FATAL,
		       "the caller has CAP_SYS_ADMIN in a user namespace only");
		advise(f, "sudo opsctl doctor  # outside of the container");
	} else {
		report(f, OK, "the caller has CAP_SYS_ADMIN");
	}
}

void check_lockdown(struct finding *f)
{
	char line[128], *dir;

	if (!read_line(LOCKDOWN, line, sizeof(line))) {
		dir = errno == ENOENT ? find_mount("securityfs") : NULL;
		if (dir) {
			report(f, OK, "the kernel knows no lockdown");
			free(dir);
			return;
		}
		report(f, UNKNOWN, "lockdown: not known, as %s cannot be read",
		       LOCKDOWN);
		advise(f, "mount -t securityfs securityfs /sys/kernel/security");
	} else if (strstr(line, "[none]")) {
		report(f, OK, "the kernel is not locked down");
	} else {
		/* The stronger kind also denies bpf_probe_read_kernel(). */
		report(f, WARNING,
		       strstr(line, "[confidentiality]")
			       ? "lockdown: signed modules only, no bpf_probe_read_kernel()"
			       : "lockdown: the kernel takes signed modules only");
		advise(f, SIGN_REMEDY);
	}
}

/* The last byte of the variable: 1 is on. -1: it cannot be read. */
static int read_secure_boot(void)
{
	int last = -1, c;
	glob_t paths;
	FILE *var;

	if (glob(SECURE_BOOT, 0, NULL, &paths))
		return -1;
	var = fopen(paths.gl_pathv[0], "re");
	globfree(&paths);
	if (!var)
		return -1;
	while ((c = fgetc(var)) != EOF)
		last = c;
	fclose(var);
	return last;
}

void check_secure_boot(struct finding *f)
{
	int on = read_secure_boot();

	if (access(EFI_DIR, F_OK) < 0) {
		report(f, OK, "no Secure Boot: the firmware is not UEFI");
	} else if (on < 0) {
		report(f, UNKNOWN, "Secure Boot: not known, as %s cannot be read",
		       EFI_DIR "/efivars");
		advise(f, "mount -t efivarfs efivarfs /sys/firmware/efi/efivars");
	} else if (on == 1) {
		report(f, WARNING,
		       "Secure Boot is on: most kernels then take signed modules only");
		advise(f, SIGN_REMEDY);
	} else {
		report(f, OK, "Secure Boot is off");
	}
}

void check_signatures(struct finding *f)
{
	char value[16];

	if (read_line(SIG_ENFORCE, value, sizeof(value))) {
		if (strcmp(value, "Y")) {
			report(f, OK, "module.sig_enforce is off");
			return;
		}
		report(f, WARNING,
		       "module.sig_enforce: the kernel takes signed modules only");
		advise(f, SIGN_REMEDY);
	} else if (errno == ENOENT) {
		report(f, OK,
		       "the kernel does not look at signatures of modules");
	} else {
		report(f, UNKNOWN, "module signatures: %s cannot be read",
		       SIG_ENFORCE);
		advise(f, "sudo cat %s", SIG_ENFORCE);
	}
}

const char *signature_wanted(void)
{
	char line[128];

	if (read_line(SIG_ENFORCE, line, sizeof(line)) && *line == 'Y')
		return "module.sig_enforce is on";
	if (read_line(LOCKDOWN, line, sizeof(line)) && !strstr(line, "[none]"))
		return "the kernel is locked down";
	return NULL;
}
