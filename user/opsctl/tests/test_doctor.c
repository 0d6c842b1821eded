// SPDX-License-Identifier: GPL-2.0-only
/* opsctl doctor: its findings in the guest as it is, and after changes to it. */
#include "from_json.h"
#include "lib.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/personality.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <bpf/libbpf.h>

#define OPSCTL "/opsmod/opsctl"
#define SECOND "opsmod_second"
#define TWIN "opsmod_secont"
#define TMP "/tmp/doctor"
#define DEBUG "opsctl -d doctor  # shows what the verifier says"

#define DOCTOR(...) \
	((const char *const[]){ OPSCTL, "-j", "doctor", ##__VA_ARGS__, NULL })

static struct process doctor;
static struct json_object *findings;

/* Runs it, and parses what it found. */
static int examine_as(void (*become)(void), const char *const argv[])
{
	int status;

	process_start_as(&doctor, argv, become);
	status = process_wait(&doctor);
	json_object_put(findings);
	findings = json_of_text(doctor.said);
	if (!json_object_is_type(findings, json_type_array))
		fail_msg("no JSON array: %s", doctor.said);
	return status;
}

static int examine(const char *const argv[])
{
	return examine_as(NULL, argv);
}

/* What the check found, or NULL if it was skipped. */
static struct json_object *finding_of(const char *check)
{
	struct json_object *found = NULL;
	size_t i;

	for (i = 0; i < json_object_array_length(findings); i++) {
		struct json_object *f = json_object_array_get_idx(findings, i);

		if (strcmp(json_text_at(f, "check"), check))
			continue;
		assert_null(found);
		found = f;
	}
	return found;
}

static void skipped(const char *check)
{
	assert_null(finding_of(check));
}

/* REMEDY is NULL if there must be none. */
static void found(const char *check, const char *level, const char *text,
		  const char *remedy)
{
	struct json_object *f = finding_of(check);

	if (!f)
		fail_msg("nothing about %s: %s", check, doctor.said);
	assert_string_equal(json_text_at(f, "level"), level);
	assert_string_equal(json_text_at(f, "found"), text);
	if (remedy)
		assert_string_equal(json_text_at(f, "remedy"), remedy);
	else
		assert_null(json_text_at(f, "remedy"));
}

/* Checks that exactly these findings are fatal: their names, each after a space. */
static void fatal_are(const char *expected)
{
	char names[256] = "";
	size_t i;

	for (i = 0; i < json_object_array_length(findings); i++) {
		struct json_object *f = json_object_array_get_idx(findings, i);

		if (strcmp(json_text_at(f, "level"), "fatal"))
			continue;
		strcat(names, " ");
		strcat(names, json_text_at(f, "check"));
	}
	assert_string_equal(names, expected);
}

static void write_file(const char *path, const char *text, size_t size)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	assert_return_code(fd, errno);
	assert_int_equal(write(fd, text, size), size);
	close(fd);
}

static void write_text(const char *path, const char *text)
{
	write_file(path, text, strlen(text));
}

static int setup(void **state)
{
	return mkdir(TMP, 0755);
}

static int teardown(void **state)
{
	process_kill_all();
	json_object_put(findings);
	findings = NULL;
	module_unload_named(TWIN);
	module_unload_named(SECOND);
	return process_run(&doctor,
			   (const char *const[]){ "/bin/rm", "-rf", TMP, NULL });
}

#define doctor_test(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

static void nothing_is_fatal_for_root(void **state)
{
	struct utsname uts;
	char kernel[128];

	uname(&uts);
	snprintf(kernel, sizeof(kernel), "kernel %s", uts.release);

	assert_int_equal(examine(DOCTOR()), 0);
	fatal_are("");
	found("kernel", "ok", kernel, NULL);
	found("btf", "ok", "the kernel has BTF", NULL);
	found("jit", "ok", "the BPF JIT is on", NULL);
	found("rights", "ok", "the caller has CAP_SYS_ADMIN", NULL);
	found("bpffs", "ok", "a bpf file system is mounted on /sys/fs/bpf", NULL);
	found("secure-boot", "ok", "no Secure Boot: the firmware is not UEFI",
	      NULL);
	found("signatures", "ok", "module.sig_enforce is off", NULL);
	found("clashes", "ok",
	      "no two modules have a struct_ops type of one name", NULL);
	skipped("sysfs");
	skipped("module");
	skipped("module-btf");
	skipped("module-types");
	assert_int_equal(json_object_array_length(findings),
			 finding_of("hole-timer-sleep") ? 20 : 19);
}

/* The guest has no headers, no configuration and no securityfs. */
static void what_cannot_be_read_is_unknown(void **state)
{
	static const char *const checks[][2] = {
		{ "config-bpf-jit",
		  "CONFIG_BPF_JIT: not known, as there is no kernel .config" },
		{ "config-debug-info-btf",
		  "CONFIG_DEBUG_INFO_BTF: not known, as there is no kernel .config" },
		{ "config-debug-info-btf-modules",
		  "CONFIG_DEBUG_INFO_BTF_MODULES: not known, as there is no kernel .config" },
	};
	size_t i;

	examine(DOCTOR());
	for (i = 0; i < ARRAY_SIZE(checks); i++)
		found(checks[i][0], "unknown", checks[i][1],
		      "modprobe configs  # gives some kernels /proc/config.gz");
	found("lockdown", "unknown",
	      "lockdown: not known, as /sys/kernel/security/lockdown cannot be read",
	      "mount -t securityfs securityfs /sys/kernel/security");
}

/* Text has the same findings as JSON, in lines of at most 80 columns. */
static void text_has_a_line_for_each(void **state)
{
	static const char *const argv[] = { OPSCTL, "doctor", NULL };
	char *line, *rest, expected[256];
	static struct process text;
	size_t i;

	examine(DOCTOR());
	assert_int_equal(process_run(&text, argv), 0);
	rest = text.said;
	for (i = 0; i < json_object_array_length(findings); i++) {
		struct json_object *f = json_object_array_get_idx(findings, i);

		line = strsep(&rest, "\n");
		assert_non_null(line);
		assert_true(strlen(line) <= 80);
		snprintf(expected, sizeof(expected), "%-8s %s",
			 json_text_at(f, "level"), json_text_at(f, "found"));
		assert_string_equal(line, expected);
		if (!json_text_at(f, "remedy"))
			continue;
		line = strsep(&rest, "\n");
		assert_non_null(line);
		assert_true(strlen(line) <= 80);
		snprintf(expected, sizeof(expected), "         run: %s",
			 json_text_at(f, "remedy"));
		assert_string_equal(line, expected);
	}
	assert_string_equal(rest, "");
}

static void become_old_kernel(void)
{
	if (personality(UNAME26) < 0)
		_exit(126);
}

static void an_old_kernel_is_fatal(void **state)
{
	assert_int_equal(examine_as(become_old_kernel, DOCTOR()), 2);
	fatal_are(" kernel");
	assert_non_null(strstr(json_text_at(finding_of("kernel"), "found"),
			       " is older than 6.12"));
}

/* Become root of a user namespace only. */
static void become_root_in_container(void)
{
	int fd;

	if (unshare(CLONE_NEWUSER))
		_exit(126);
	fd = open("/proc/self/uid_map", O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, "0 0 1", 5) != 5)
		_exit(126);
}

static void lacks_rights(void (*become)(void), const char *text,
			 const char *remedy)
{
	assert_int_equal(examine_as(become, DOCTOR()), 2);
	fatal_are(" rights");
	found("rights", "fatal", text, remedy);
	found("clashes", "ok",
	      "no two modules have a struct_ops type of one name", NULL);
}

static void rights_are_a_capability_of_the_machine(void **state)
{
	lacks_rights(become_nobody_plain, "the caller lacks CAP_SYS_ADMIN",
		     "sudo opsctl doctor");
	lacks_rights(become_nobody_with_bpf, "the caller lacks CAP_SYS_ADMIN",
		     "sudo opsctl doctor");
	lacks_rights(become_root_in_container,
		     "the caller has CAP_SYS_ADMIN in a user namespace only",
		     "sudo opsctl doctor  # outside of the container");
	assert_int_equal(examine_as(become_nobody_with_sys_admin, DOCTOR()), 0);
	found("rights", "ok", "the caller has CAP_SYS_ADMIN", NULL);
}

static const struct hole {
	const char *check;
	const char *what;
	const char *mended;
	/* Programs of tests/programs/holes.bpf.c. */
	const char *does;
	const char *does_not;
	/* opsctl has these: two names of programs, and the words that it looks for. */
	const char *program;
	const char *twin;
	const char *reason;
} holes[] = {
	{ "hole-global-write", "writes to kernel structs", "7.2", "add_to_task",
	  "add_to_mine", "write_kernel", "write_own", "only read is supported" },
	{ "hole-rcu-sleep", "sleep in an RCU section", "6.15",
	  "fetch_under_rcu", "take_under_rcu", "rcu_wait", "rcu_stay",
	  "sleepable global function f() called in rcu_read_lock region" },
	{ "hole-timer-sleep", "sleep in a timer", "6.19", "fetch_in_timer",
	  "take_in_timer", "timer_wait", "timer_stay",
	  "helper call might sleep in a non-sleepable prog" },
	{ "hole-iterator-bounds", "iterators out of bounds", "6.17",
	  "stray_by_iterator", "set_by_iterator", "iterate_outside",
	  "iterate_inside",
	  "R1 min value is outside of the allowed memory range" },
	{ "hole-callback-bounds", "callbacks out of bounds", "7.0",
	  "stray_by_callback", "set_by_callback", "turn_outside", "turn_inside",
	  "R4 max value is outside of the allowed memory range" },
};

static void hole_is_open(const struct hole *hole)
{
	char text[128];

	snprintf(text, sizeof(text),
		 "the verifier allows %s (mended in Linux %s)", hole->what,
		 hole->mended);
	found(hole->check, "warning", text,
	      "apt full-upgrade  # to a newer kernel; Debian has it in backports");
}

static void hole_is_closed(const struct hole *hole)
{
	char text[128];

	snprintf(text, sizeof(text), "the verifier refuses %s", hole->what);
	found(hole->check, "ok", text, NULL);
}

static void hole_is_unknown(const struct hole *hole, const char *why,
			    const char *remedy)
{
	char text[128];

	snprintf(text, sizeof(text), "%s: not known, as %s", hole->what, why);
	assert_true(strlen("unknown  ") + strlen(text) <= 80);
	found(hole->check, "unknown", text, remedy);
}

static int jit_on(void **state)
{
	jit_set(true);
	return teardown(state);
}

static void the_jit_that_is_off_is_told(void **state)
{
	const char *remedy = "sysctl net.core.bpf_jit_enable=1";
	struct utsname uts;

	if (!jit_set(false)) {
		print_message("# CONFIG_BPF_JIT_ALWAYS_ON: it stays on\n");
		skip();
	}
	uname(&uts);
	if (!strcmp(uts.machine, "riscv64")) {
		assert_int_equal(examine(DOCTOR()), 2);
		fatal_are(" jit");
		found("jit", "fatal",
		      "the BPF JIT is off: on riscv64 all programs then return 0",
		      remedy);
		return;
	}
	assert_int_equal(examine(DOCTOR()), 0);
	found("jit", "warning",
	      "the BPF JIT is off: programs are slow, kfuncs are refused",
	      remedy);
	/* bpf_rcu_read_lock() is a kfunc. */
	hole_is_unknown(&holes[1], "a harmless twin is refused too", DEBUG);
}

static void become_in_other_network(void)
{
	if (unshare(CLONE_NEWNET))
		_exit(126);
}

static void the_jit_is_unknown_in_a_network_namespace(void **state)
{
	assert_int_equal(examine_as(become_in_other_network, DOCTOR()), 0);
	found("jit", "unknown",
	      "BPF JIT: not known (no /proc/sys/net/core/bpf_jit_enable)",
	      "nsenter -t 1 -n sysctl net.core.bpf_jit_enable  # on the host");
}

/* Mounts of our own, which nobody else sees. */
static void own_mounts(void)
{
	if (unshare(CLONE_NEWNS) ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL))
		_exit(126);
}

static void become_without_bpffs(void)
{
	own_mounts();
	if (umount("/sys/fs/bpf"))
		_exit(126);
}

static void no_bpffs_is_a_warning(void **state)
{
	assert_int_equal(examine_as(become_without_bpffs, DOCTOR()), 0);
	found("bpffs", "warning",
	      "no bpf file system is mounted: nothing can be pinned",
	      "mount -t bpf bpf /sys/fs/bpf");
	assert_int_equal(examine(DOCTOR()), 0);
	found("bpffs", "ok", "a bpf file system is mounted on /sys/fs/bpf", NULL);
}

static void become_without_sysfs(void)
{
	own_mounts();
	if (umount2("/sys", MNT_DETACH))
		_exit(126);
}

static void no_sysfs_is_fatal(void **state)
{
	size_t i;

	assert_int_equal(examine_as(become_without_sysfs, DOCTOR()), 2);
	fatal_are(" sysfs btf");
	for (i = 0; i < ARRAY_SIZE(holes); i++)
		skipped(holes[i].check);
	found("sysfs", "fatal",
	      "no sysfs is mounted on /sys: do not trust what follows",
	      "mount -t sysfs sysfs /sys");
	found("btf", "fatal", "the kernel has no BTF: no /sys/kernel/btf/vmlinux",
	      "scripts/config -e DEBUG_INFO_BTF  # build the kernel anew");
	skipped("clashes");
}

static void become_with_securityfs(void)
{
	own_mounts();
	if (mount("securityfs", "/sys/kernel/security", "securityfs", 0, NULL))
		_exit(126);
}

/*
 * The next two tests show false files to opsctl: a guest that was really locked down
 * would stay so, and one with Secure Boot needs a firmware.
 */
static void become_with_tmpfs(const char *dir)
{
	own_mounts();
	if (mount("tmpfs", dir, "tmpfs", 0, NULL))
		_exit(126);
}

static const char *lockdown;

static void become_locked_down(void)
{
	become_with_tmpfs("/sys/kernel/security");
	write_text("/sys/kernel/security/lockdown", lockdown);
}

static void lockdown_is_a_warning(void **state)
{
	static const char sign[] =
		"mokutil --list-enrolled  # sign modules with one of these, by scripts/sign-file";

	assert_int_equal(examine_as(become_with_securityfs, DOCTOR()), 0);
	found("lockdown", "ok", "the kernel is not locked down", NULL);

	lockdown = "none [integrity] confidentiality\n";
	assert_int_equal(examine_as(become_locked_down, DOCTOR()), 0);
	found("lockdown", "warning",
	      "lockdown: the kernel takes signed modules only", sign);

	lockdown = "none integrity [confidentiality]\n";
	assert_int_equal(examine_as(become_locked_down, DOCTOR()), 0);
	found("lockdown", "warning",
	      "lockdown: signed modules only, no bpf_probe_read_kernel()", sign);
}

static const char *secure_boot;

static void become_uefi(void)
{
	become_with_tmpfs("/sys/firmware");
	if (mkdir("/sys/firmware/efi", 0755) ||
	    mkdir("/sys/firmware/efi/efivars", 0755))
		_exit(126);
	if (secure_boot)
		write_file("/sys/firmware/efi/efivars/"
			   "SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c",
			   secure_boot, 5);
}

static void secure_boot_is_a_warning(void **state)
{
	secure_boot = "\6\0\0\0\1";
	assert_int_equal(examine_as(become_uefi, DOCTOR()), 0);
	found("secure-boot", "warning",
	      "Secure Boot is on: most kernels then take signed modules only",
	      "mokutil --list-enrolled  # sign modules with one of these, by scripts/sign-file");

	secure_boot = "\6\0\0\0\0";
	assert_int_equal(examine_as(become_uefi, DOCTOR()), 0);
	found("secure-boot", "ok", "Secure Boot is off", NULL);

	secure_boot = NULL;
	assert_int_equal(examine_as(become_uefi, DOCTOR()), 0);
	found("secure-boot", "unknown",
	      "Secure Boot: not known, as /sys/firmware/efi/efivars cannot be read",
	      "mount -t efivarfs efivarfs /sys/firmware/efi/efivars");
}

/* A place where a distribution puts the configuration, in an empty /boot. */
static void become_with_config(void)
{
	struct utsname uts;
	char path[256];

	uname(&uts);
	mkdir("/boot", 0755);
	become_with_tmpfs("/boot");
	snprintf(path, sizeof(path), "/boot/config-%s", uts.release);
	write_text(path, "# CONFIG_DEBUG_INFO_BTF_MODULES is not set\n"
			 "CONFIG_BPF_JIT=y\n"
			 "CONFIG_DEBUG_INFO_BTF=m\n"
			 "CONFIG_BPF_JIT_DEFAULT_ON=y\n");
}

static void become_with_gzipped_config(void)
{
	become_with_config();
	if (system("for f in /boot/config-*; do gzip \"$f\" && mv \"$f.gz\" \"$f\" && "
		   "! grep -q CONFIG \"$f\"; done"))
		_exit(126);
}

static void reads_the_configuration(void (*become)(void))
{
	struct utsname uts;
	char text[256];

	uname(&uts);
	assert_int_equal(examine_as(become, DOCTOR()), 2);
	fatal_are(" config-debug-info-btf config-debug-info-btf-modules");
	snprintf(text, sizeof(text), "CONFIG_BPF_JIT=y (/boot/config-%s)",
		 uts.release);
	found("config-bpf-jit", "ok", text, NULL);
	snprintf(text, sizeof(text),
		 "CONFIG_DEBUG_INFO_BTF_MODULES is not set (/boot/config-%s)",
		 uts.release);
	found("config-debug-info-btf-modules", "fatal", text,
	      "scripts/config -e DEBUG_INFO_BTF_MODULES  # build the kernel anew");
}

static void the_configuration_is_read(void **state)
{
	reads_the_configuration(become_with_config);
	reads_the_configuration(become_with_gzipped_config);
}

/* Loads that program of the tests' own; returns 0 or the errno. */
static int load(const char *name)
{
	static struct table t;
	int err;

	program_open(&t, "programs/holes.bpf.o", name);
	/* The holes of loops depend on where the verifier notes its state. */
	bpf_program__set_flags(t.prog, BPF_F_TEST_STATE_FREQ);
	err = program_load(&t);
	table_free(&t);
	return err;
}

static void holes_are_those_of_this_kernel(void **state)
{
	size_t i;

	assert_int_equal(examine(DOCTOR()), 0);
	for (i = 0; i < ARRAY_SIZE(holes); i++) {
		int does = load(holes[i].does);
		int does_not = load(holes[i].does_not);

		/* No timers: PREEMPT_RT. */
		if (does_not == EOPNOTSUPP) {
			assert_string_equal(holes[i].check, "hole-timer-sleep");
			assert_int_equal(does, EOPNOTSUPP);
			skipped(holes[i].check);
			continue;
		}
		assert_int_equal(does_not, 0);
		print_message("# %s: %s\n", holes[i].check,
			      does ? "refused" : "open");
		if (!does) {
			hole_is_open(&holes[i]);
			continue;
		}
		assert_true(does == EACCES || does == EINVAL);
		hole_is_closed(&holes[i]);
	}
}

static void holes_are_unknown_to_who_may_not_load(void **state)
{
	static void (*const become[])(void) = { become_nobody_plain,
						become_root_in_container };
	size_t i, j;

	for (i = 0; i < ARRAY_SIZE(become); i++) {
		assert_int_equal(examine_as(become[i], DOCTOR()), 2);
		for (j = 0; j < ARRAY_SIZE(holes); j++)
			hole_is_unknown(&holes[j], "the caller may not load",
					"sudo opsctl doctor");
	}
}

/* Sets what the verifier of lying_verifier.c takes, refuses, and says. */
static char taken[64], refused[64];
static const char *told;

static void become_user_of_lying_verifier(void)
{
	setenv("LIES_TAKEN", taken, 1);
	setenv("LIES_REFUSED", refused, 1);
	setenv("LIES_TOLD", told, 1);
	setenv("LD_PRELOAD", "./lying_verifier.so", 1);
	/* The address sanitizer wants to be the first library. */
	setenv("ASAN_OPTIONS", "verify_asan_link_order=0", 1);
}

/* This runs on any kernel, with a verifier that has the hole, does not, or neither. */
static void a_hole_is_told_by_what_loads(void **state)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(holes); i++) {
		const struct hole *hole = &holes[i];

		told = hole->reason;
		snprintf(taken, sizeof(taken), "%s", hole->program);
		snprintf(refused, sizeof(refused), "%s", hole->twin);
		assert_int_equal(
			examine_as(become_user_of_lying_verifier, DOCTOR()), 0);
		hole_is_open(hole);

		snprintf(taken, sizeof(taken), "%s", hole->twin);
		snprintf(refused, sizeof(refused), "%s", hole->program);
		assert_int_equal(
			examine_as(become_user_of_lying_verifier, DOCTOR()), 0);
		hole_is_closed(hole);

		told = "BPF program is too large";
		assert_int_equal(
			examine_as(become_user_of_lying_verifier, DOCTOR()), 0);
		hole_is_unknown(hole, "the refusal has other reasons", DEBUG);

		told = hole->reason;
		snprintf(taken, sizeof(taken), "nothing");
		snprintf(refused, sizeof(refused), "%s %s", hole->program,
			 hole->twin);
		assert_int_equal(
			examine_as(become_user_of_lying_verifier, DOCTOR()), 0);
		hole_is_unknown(hole, "a harmless twin is refused too", DEBUG);
	}
}

static void debug_shows_what_the_verifier_says(void **state)
{
	static const char *const argv[] = { OPSCTL, "-d", "doctor", NULL };
	char expected[256];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(holes); i++) {
		told = holes[i].reason;
		taken[0] = '\0';
		snprintf(refused, sizeof(refused), "%s", holes[i].program);
		process_start_as(&doctor, argv, become_user_of_lying_verifier);
		assert_int_equal(process_wait(&doctor), 0);
		snprintf(expected, sizeof(expected),
			 "%s: Permission denied\n%s\n", holes[i].program, told);
		assert_non_null(strstr(doctor.said, expected));
	}
}

static void become_without_path(void)
{
	setenv("PATH", TMP, 1);
}

static void bpftool_is_compared(void **state)
{
	const char *using;

	assert_int_equal(examine(DOCTOR()), 0);
	using = json_text_at(finding_of("bpftool"), "found");
	assert_memory_equal(using, "bpftool uses libbpf v1.", 23);
	assert_memory_equal(json_text_at(finding_of("libbpf"), "found"),
			    "libbpf v1.", 10);
	assert_string_equal(json_text_at(finding_of("bpftool"), "level"), "ok");

	assert_int_equal(examine_as(become_without_path, DOCTOR()), 0);
	found("bpftool", "warning", "no bpftool, or none for this kernel",
	      "apt install bpftool  # Ubuntu: linux-tools-generic");

	write_text(TMP "/bpftool", "#!/bin/sh\n"
				   "echo bpftool v5.0\n"
				   "echo using libbpf v0.8\n");
	assert_int_equal(chmod(TMP "/bpftool", 0755), 0);
	assert_int_equal(examine_as(become_without_path, DOCTOR()), 0);
	assert_string_equal(json_text_at(finding_of("bpftool"), "level"),
			    "warning");
	assert_memory_equal(json_text_at(finding_of("bpftool"), "found"),
			    "bpftool uses libbpf v0.8, not v1.", 33);
	assert_string_equal(json_text_at(finding_of("bpftool"), "remedy"),
			    "apt install bpftool libbpf-dev");
}

/* Returns the same directory by a path nearly as long as one can be. */
static char long_headers[64 + PATH_MAX] = "kernel headers with vmlinux in " TMP;

static const char *long_kdir(void)
{
	char *dir = strstr(long_headers, TMP);

	while (strlen(dir) + strlen("/./Makefile") < PATH_MAX)
		strcat(dir, "/.");
	return dir;
}

static void headers_need_a_makefile_and_vmlinux(void **state)
{
	assert_int_equal(examine(DOCTOR("--kdir", TMP)), 0);
	found("headers", "warning", "no kernel headers in " TMP,
	      "apt install linux-headers-$(uname -r)");

	write_text(TMP "/Makefile", "");
	assert_int_equal(examine(DOCTOR("--kdir=" TMP)), 0);
	found("headers", "warning",
	      "no vmlinux in " TMP ": kbuild alone gives modules no BTF",
	      "scripts/build/stand-in " TMP " /tmp/headers  # build there");

	write_text(TMP "/vmlinux", "");
	assert_int_equal(examine(DOCTOR("--kdir", long_kdir())), 0);
	found("headers", "ok", long_headers, NULL);
	assert_int_equal(examine(DOCTOR("--kdir", TMP)), 0);
	found("headers", "ok", "kernel headers with vmlinux in " TMP, NULL);
}

static void a_remedy_can_be_typed_whatever_the_directory(void **state)
{
	assert_int_equal(mkdir(TMP "/a 'b\x1b", 0755), 0);
	write_text(TMP "/a 'b\x1b/Makefile", "");
	assert_int_equal(examine(DOCTOR("--kdir", TMP "/a 'b\x1b")), 0);
	found("headers", "warning",
	      "no vmlinux in " TMP "/a 'b\x1b: kbuild alone gives modules no BTF",
	      "scripts/build/stand-in $'" TMP
	      "/a\\x20\\x27b\\x1b' /tmp/headers  # build there");
}

static void a_module_must_be_loaded(void **state)
{
	assert_int_equal(examine(DOCTOR("--module", SECOND)), 2);
	fatal_are(" module");
	found("module", "fatal", "module " SECOND " is not loaded",
	      "modprobe " SECOND "  # or insmod, with the path of its .ko");
	skipped("module-btf");
	skipped("module-types");

	/* Without BTF it cannot be loaded at all. */
	assert_int_equal(module_load(SECOND "-nobtf.ko", ""), ENODATA);
	assert_int_equal(examine(DOCTOR("--module", SECOND)), 2);
	fatal_are(" module");

	assert_int_equal(module_load(SECOND ".ko", ""), 0);
	assert_int_equal(examine(DOCTOR("--module", "opsmod-second")), 0);
	found("module", "ok", "module " SECOND " is loaded", NULL);
	found("module-btf", "ok", "module " SECOND " has BTF", NULL);
	found("module-types", "ok",
	      "module " SECOND " offers second_ops, second_other_ops", NULL);
}

/* The kernel's own parameters are in the same directory as those of modules. */
static void a_module_may_be_built_in(void **state)
{
	assert_int_equal(examine(DOCTOR("--module", "printk")), 0);
	found("module", "ok", "module printk is part of the kernel", NULL);
	skipped("module-btf");
	skipped("module-types");
}

static void types_of_one_name_are_a_warning(void **state)
{
	static const char clashes[] =
		"type second_ops is both " SECOND "'s and " TWIN "'s, "
		"type second_other_ops is both " SECOND "'s and " TWIN "'s";
	static const char *const types[] = { OPSCTL, "types",
					     "second_other_ops", NULL };

	module_rename(SECOND, TWIN, TMP "/twin.ko");
	assert_int_equal(module_load(SECOND ".ko", ""), 0);
	assert_int_equal(module_load(TMP "/twin.ko", ""), 0);
	assert_int_equal(examine(DOCTOR()), 0);
	found("clashes", "warning", clashes, "rmmod " TWIN);
	/* It is not the one that was asked about. */
	assert_int_equal(examine(DOCTOR("--module", TWIN)), 0);
	found("clashes", "warning", clashes, "rmmod " SECOND);

	assert_int_equal(process_run(&doctor, types), 0);
	assert_non_null(strstr(doctor.said, "/* " SECOND " */"));
	assert_non_null(strstr(doctor.said, "/* " TWIN " */"));
	assert_non_null(strstr(
		doctor.said,
		"Warning: more than one module has a type second_other_ops"));
}

static void bad_usage_is_status_1(void **state)
{
	static const struct {
		const char *argv[7];
		const char *error;
	} cases[] = {
		{ { OPSCTL, "doctor", "--nonsense" },
		  "Error: doctor knows no option '--nonsense'; " },
		{ { OPSCTL, "doctor", "--module" },
		  "Error: doctor: option '--module' requires an argument\n" },
		{ { OPSCTL, "doctor", "--module", "../module" },
		  "Error: --module takes a module's name, not '../module'\n" },
		{ { OPSCTL, "doctor", "--module", "" },
		  "Error: --module takes a module's name, not ''\n" },
		{ { OPSCTL, "doctor", "--kdir", "" },
		  "Error: --kdir takes a directory, not ''\n" },
		{ { OPSCTL, "-j", "doctor", "a.ko", "stray" },
		  "Error: doctor takes one file of a module at most\n" },
		{ { OPSCTL, "doctor", "a.ko", "--kdir", TMP, "stray" },
		  "Error: doctor takes one file of a module at most\n" },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_int_equal(process_run(&doctor, cases[i].argv), 1);
		if (!strstr(doctor.said, cases[i].error))
			fail_msg("expected '%s' in: %s", cases[i].error,
				 doctor.said);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		doctor_test(nothing_is_fatal_for_root),
		doctor_test(what_cannot_be_read_is_unknown),
		doctor_test(text_has_a_line_for_each),
		doctor_test(an_old_kernel_is_fatal),
		doctor_test(rights_are_a_capability_of_the_machine),
		cmocka_unit_test_setup_teardown(the_jit_that_is_off_is_told,
						setup, jit_on),
		doctor_test(the_jit_is_unknown_in_a_network_namespace),
		doctor_test(no_bpffs_is_a_warning),
		doctor_test(no_sysfs_is_fatal),
		doctor_test(lockdown_is_a_warning),
		doctor_test(secure_boot_is_a_warning),
		doctor_test(the_configuration_is_read),
		doctor_test(holes_are_those_of_this_kernel),
		doctor_test(holes_are_unknown_to_who_may_not_load),
		doctor_test(a_hole_is_told_by_what_loads),
		doctor_test(debug_shows_what_the_verifier_says),
		doctor_test(bpftool_is_compared),
		doctor_test(headers_need_a_makefile_and_vmlinux),
		doctor_test(a_remedy_can_be_typed_whatever_the_directory),
		doctor_test(a_module_must_be_loaded),
		doctor_test(a_module_may_be_built_in),
		doctor_test(types_of_one_name_are_a_warning),
		doctor_test(bad_usage_is_status_1),
	};

	return run_all(tests);
}
