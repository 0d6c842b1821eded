// SPDX-License-Identifier: GPL-2.0-only
/* opsctl doctor: whether this machine can do struct_ops in modules. */
#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <glob.h>
#include <linux/capability.h>
#include <mntent.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "kernel_btf.h"
#include "opsctl.h"
#include "output.h"

/* As the loader has it: see user/preflight.c and module/compat.h. */
#define MIN_KERNEL_MAJOR 6
#define MIN_KERNEL_MINOR 12
#define MIN_LIBBPF_MAJOR 1
#define MIN_LIBBPF_MINOR 4

/* The firmware's variable, by the id that UEFI gives to its own. */
#define EFI_DIR "/sys/firmware/efi"
#define SECURE_BOOT EFI_DIR "/efivars/SecureBoot-*"

#define JIT_ENABLE "/proc/sys/net/core/bpf_jit_enable"
#define LOCKDOWN "/sys/kernel/security/lockdown"
#define SIG_ENFORCE "/sys/module/module/parameters/sig_enforce"

#define UPGRADE_REMEDY \
	"apt full-upgrade || dnf upgrade  # Debian 13, Fedora 42 have it"

/* For a kernel that insists on signatures: it shows whose are taken. */
#define SIGN_REMEDY \
	"mokutil --list-enrolled  # sign with one of these, see README.md"

enum level { SKIPPED, OK, WARNING, FATAL, UNKNOWN };

static const char *const level_names[] = {
	[OK] = "ok",
	[WARNING] = "warning",
	[FATAL] = "fatal",
	[UNKNOWN] = "unknown",
};

/* What a check came to; SKIPPED where there was nothing to look at. */
struct finding {
	enum level level;
	char *found;
	char *remedy; /* a command; unless all is well */
};

/* Who is looked at. */
static struct {
	struct utsname uts;
	char module[64]; /* empty where none was asked for */
	char kdir[512];
} patient;

static char *format_text(const char *format, va_list args)
{
	char *text;

	if (vasprintf(&text, format, args) < 0)
		abort();
	return text;
}

static void __attribute__((format(printf, 3, 4)))
find(struct finding *f, enum level level, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	f->level = level;
	f->found = format_text(format, args);
	va_end(args);
}

static void __attribute__((format(printf, 2, 3))) advise(struct finding *f,
							 const char *format, ...)
{
	va_list args;

	va_start(args, format);
	f->remedy = format_text(format, args);
	va_end(args);
}

/* Packages, as Debian and its kin call them, and as Fedora does. */
static void advise_install(struct finding *f, const char *deb, const char *rpm)
{
	if (access("/usr/bin/dnf", X_OK) == 0)
		advise(f, "dnf install %s", rpm);
	else
		advise(f, "apt install %s", deb);
}

static void advise_option(struct finding *f, const char *option)
{
	advise(f, "scripts/config -e %s  # build the kernel anew", option);
}

/* A text as one word for bash, printable in any case; in a static buffer. */
static const char *quoted(const char *text)
{
	static char buffer[4 * sizeof(patient.kdir) + 4];
	bool plain = true;
	size_t len = 2;

	memcpy(buffer, "$'", len);
	for (; *text && len + 6 < sizeof(buffer); text++) {
		unsigned char c = *text;

		if (isascii(c) && (isalnum(c) || strchr("_./+=:@%,-", c))) {
			buffer[len++] = c;
		} else {
			len += sprintf(buffer + len, "\\x%02x", c);
			plain = false;
		}
	}
	buffer[len] = '\0';
	if (plain)
		return buffer + 2;
	strcpy(buffer + len, "'");
	return buffer;
}

/* Reads the first line; errno says why not. */
static bool read_line(const char *path, char *line, size_t size)
{
	FILE *f = fopen(path, "re");
	bool done;

	if (!f)
		return false;
	errno = ENODATA;
	done = fgets(line, size, f);
	fclose(f);
	if (!done)
		return false;
	line[strcspn(line, "\n")] = '\0';
	return true;
}

static bool exists_in(const char *dir, const char *name)
{
	char path[1024];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return access(path, F_OK) == 0;
}

static bool older(unsigned int major, unsigned int minor,
		  unsigned int min_major, unsigned int min_minor)
{
	return major < min_major || (major == min_major && minor < min_minor);
}

static void check_kernel(struct finding *f)
{
	unsigned int major, minor;

	if (sscanf(patient.uts.release, "%u.%u", &major, &minor) != 2) {
		find(f, UNKNOWN, "kernel %s, which is no version",
		     patient.uts.release);
		advise(f, "uname -a  # Linux %d.%d or newer is needed",
		       MIN_KERNEL_MAJOR, MIN_KERNEL_MINOR);
	} else if (older(major, minor, MIN_KERNEL_MAJOR, MIN_KERNEL_MINOR)) {
		find(f, FATAL, "kernel %s is older than %d.%d",
		     patient.uts.release, MIN_KERNEL_MAJOR, MIN_KERNEL_MINOR);
		advise(f, UPGRADE_REMEDY);
	} else {
		find(f, OK, "kernel %s", patient.uts.release);
	}
}

/**
 * struct config - the configuration of the running kernel
 * @file: its text, or NULL
 * @path: where it was found
 * @is_pipe: it comes from a process
 */
struct config {
	FILE *file;
	char path[512];
	bool is_pipe;
};

static void config_open(struct config *config)
{
	static const char *const places[] = {
		"/boot/config-%s",
		"/lib/modules/%s/config",
		"/lib/modules/%s/build/.config",
		"/lib/modules/%s/build/include/config/auto.conf",
	};
	size_t i;

	*config = (struct config){};
	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		snprintf(config->path, sizeof(config->path), places[i],
			 patient.uts.release);
		config->file = fopen(config->path, "re");
		if (config->file)
			return;
	}

	strcpy(config->path, "/proc/config.gz");
	if (access(config->path, R_OK) == 0) {
		config->file = popen("zcat /proc/config.gz 2>/dev/null", "re");
		config->is_pipe = true;
	}
}

static void config_close(struct config *config)
{
	if (config->is_pipe)
		pclose(config->file);
	else
		fclose(config->file);
}

/*
 * Looks for "OPTION=y". A configuration that sets nothing at all is none: zcat
 * may have failed.
 */
static bool config_has(const struct config *config, const char *option, bool *set)
{
	size_t size = 0, len = strlen(option);
	bool any = false;
	char *line = NULL;

	*set = false;
	while (getline(&line, &size, config->file) > 0) {
		if (!strncmp(line, "CONFIG_", 7))
			any = true;
		if (!strncmp(line, option, len) && !strcmp(line + len, "=y\n"))
			*set = true;
	}
	free(line);
	return any;
}

/* OPTION is in capitals, with CONFIG_ before it. */
static void check_option(struct finding *f, const char *option)
{
	bool readable = false, set = false;
	struct config config;

	config_open(&config);
	if (config.file) {
		readable = config_has(&config, option, &set);
		config_close(&config);
	}

	if (!readable) {
		find(f, UNKNOWN, "%s: not known, for want of a kernel .config",
		     option);
		advise(f,
		       "modprobe configs  # gives some kernels /proc/config.gz");
	} else if (!set) {
		find(f, FATAL, "%s is not set (%s)", option, config.path);
		advise_option(f, option + strlen("CONFIG_"));
	} else {
		find(f, OK, "%s=y (%s)", option, config.path);
	}
}

static void check_option_jit(struct finding *f)
{
	check_option(f, "CONFIG_BPF_JIT");
}

static void check_option_btf(struct finding *f)
{
	check_option(f, "CONFIG_DEBUG_INFO_BTF");
}

static void check_option_btf_modules(struct finding *f)
{
	check_option(f, "CONFIG_DEBUG_INFO_BTF_MODULES");
}

/* Without it, what others look for in there is not known to be missing. */
static void check_sysfs(struct finding *f)
{
	if (exists_in("/sys", "kernel"))
		return;
	find(f, FATAL, "no sysfs is mounted on /sys: do not trust what follows");
	advise(f, "mount -t sysfs sysfs /sys");
}

static bool kernel_has_btf(void)
{
	return exists_in("/sys/kernel/btf", "vmlinux");
}

static void check_btf(struct finding *f)
{
	if (kernel_has_btf()) {
		find(f, OK, "the kernel has BTF");
		return;
	}
	find(f, FATAL, "the kernel has no BTF: no /sys/kernel/btf/vmlinux");
	advise_option(f, "DEBUG_INFO_BTF");
}

/*
 * Without the JIT, riscv64 loses what struct_ops programs return, and says
 * nothing about it: callers see 0.
 */
static void check_jit(struct finding *f)
{
	char value[16];

	if (!read_line(JIT_ENABLE, value, sizeof(value))) {
		/* Only the machine's own network namespace has the file. */
		find(f, UNKNOWN, "BPF JIT: not known (no %s)", JIT_ENABLE);
		advise(f,
		       "nsenter -t 1 -n sysctl net.core.bpf_jit_enable  # on the host");
		return;
	}
	if (strcmp(value, "0")) {
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

static bool has_sys_admin(void)
{
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {};
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};

	return syscall(SYS_capget, &header, data) == 0 &&
	       data[CAP_TO_INDEX(CAP_SYS_ADMIN)].effective &
		       CAP_TO_MASK(CAP_SYS_ADMIN);
}

/*
 * CAP_BPF and CAP_PERFMON would do to load, but the kernel hands the BTF of a
 * module to CAP_SYS_ADMIN alone. It must be the one of the machine, not of a
 * user namespace: that only asking the kernel for BTF tells.
 */
static void check_rights(struct finding *f)
{
	__u32 id;

	if (!has_sys_admin()) {
		find(f, FATAL, "the caller lacks CAP_SYS_ADMIN");
		advise(f, "sudo opsctl doctor");
	} else if (bpf_btf_get_next_id(0, &id) < 0 && errno == EPERM) {
		find(f, FATAL,
		     "the caller has CAP_SYS_ADMIN in a user namespace only");
		advise(f, "sudo opsctl doctor  # outside of the container");
	} else {
		find(f, OK, "the caller has CAP_SYS_ADMIN");
	}
}

/* Where a file system of TYPE is mounted; false: nowhere. */
static bool find_mount(const char *type, char *dir, size_t size)
{
	FILE *mounts = setmntent("/proc/self/mounts", "re");
	const struct mntent *mount;
	bool found = false;

	if (!mounts)
		return false;
	while (!found && (mount = getmntent(mounts))) {
		found = !strcmp(mount->mnt_type, type);
		if (found)
			snprintf(dir, size, "%s", mount->mnt_dir);
	}
	endmntent(mounts);
	return found;
}

static void check_bpffs(struct finding *f)
{
	char dir[512];

	if (find_mount("bpf", dir, sizeof(dir))) {
		find(f, OK, "a bpf file system is mounted on %s", dir);
		return;
	}
	find(f, WARNING, "no bpf file system is mounted: nothing can be pinned");
	advise(f, "mount -t bpf bpf /sys/fs/bpf");
}

static void check_lockdown(struct finding *f)
{
	char line[128], dir[512];

	if (!read_line(LOCKDOWN, line, sizeof(line))) {
		if (errno == ENOENT &&
		    find_mount("securityfs", dir, sizeof(dir))) {
			find(f, OK, "the kernel knows no lockdown");
			return;
		}
		find(f, UNKNOWN, "lockdown: not known, as %s cannot be read",
		     LOCKDOWN);
		advise(f, "mount -t securityfs securityfs /sys/kernel/security");
	} else if (strstr(line, "[none]")) {
		find(f, OK, "the kernel is not locked down");
	} else {
		/* The stronger kind also denies bpf_probe_read_kernel(). */
		find(f, WARNING,
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

static void check_secure_boot(struct finding *f)
{
	int on = read_secure_boot();

	if (access(EFI_DIR, F_OK) < 0) {
		find(f, OK, "no Secure Boot: the firmware is not UEFI");
	} else if (on < 0) {
		find(f, UNKNOWN, "Secure Boot: not known, as %s cannot be read",
		     EFI_DIR "/efivars");
		advise(f, "mount -t efivarfs efivarfs /sys/firmware/efi/efivars");
	} else if (on == 1) {
		find(f, WARNING,
		     "Secure Boot is on: most kernels then take signed modules only");
		advise(f, SIGN_REMEDY);
	} else {
		find(f, OK, "Secure Boot is off");
	}
}

static void check_signatures(struct finding *f)
{
	char value[16];

	if (read_line(SIG_ENFORCE, value, sizeof(value))) {
		if (strcmp(value, "Y")) {
			find(f, OK, "module.sig_enforce is off");
			return;
		}
		find(f, WARNING,
		     "module.sig_enforce: the kernel takes signed modules only");
		advise(f, SIGN_REMEDY);
	} else if (errno == ENOENT) {
		find(f, OK, "the kernel does not look at signatures of modules");
	} else {
		find(f, UNKNOWN, "module signatures: %s cannot be read",
		     SIG_ENFORCE);
		advise(f, "sudo cat %s", SIG_ENFORCE);
	}
}

static void check_libbpf(struct finding *f)
{
	if (!older(libbpf_major_version(), libbpf_minor_version(),
		   MIN_LIBBPF_MAJOR, MIN_LIBBPF_MINOR)) {
		find(f, OK, "libbpf %s", libbpf_version_string());
		return;
	}
	find(f, FATAL, "libbpf %s is older than v%d.%d",
	     libbpf_version_string(), MIN_LIBBPF_MAJOR, MIN_LIBBPF_MINOR);
	advise(f, UPGRADE_REMEDY);
}

#define LIBBPF_VERSION_SIZE 32

/* "v1.5" for a bpftool that was made with libbpf 1.5. */
static bool bpftool_libbpf(char version[LIBBPF_VERSION_SIZE])
{
	FILE *out = popen("bpftool version 2>/dev/null", "re");
	char line[256];
	bool found = false;

	if (!out)
		return false;
	while (fgets(line, sizeof(line), out)) {
		if (sscanf(line, "using libbpf %31s", version) == 1)
			found = true;
	}
	pclose(out);
	return found;
}

/* What is there already runs without it: it is needed to build. */
static void check_bpftool(struct finding *f)
{
	char version[LIBBPF_VERSION_SIZE];

	if (!bpftool_libbpf(version)) {
		find(f, WARNING, "no bpftool, or none for this kernel");
		/* Ubuntu's is a script that looks for the kernel's own. */
		advise_install(f, "bpftool  # Ubuntu: linux-tools-generic",
			       "bpftool");
	} else if (strcmp(version, libbpf_version_string())) {
		find(f, WARNING,
		     "bpftool uses libbpf %s, not %s: skeletons may not compile",
		     version, libbpf_version_string());
		advise_install(f, "bpftool libbpf-dev", "bpftool libbpf-devel");
	} else {
		find(f, OK, "bpftool uses libbpf %s", version);
	}
}

/* Whether the headers are those of the kernel that runs; so where nothing says. */
static bool kdir_is_running_kernel(char *release, size_t size)
{
	char path[1024];

	snprintf(path, sizeof(path), "%s/include/config/kernel.release",
		 patient.kdir);
	return !read_line(path, release, size) ||
	       !strcmp(release, patient.uts.release);
}

/* They are needed to build modules. */
static void check_headers(struct finding *f)
{
	char release[128];

	if (!exists_in(patient.kdir, "Makefile")) {
		find(f, WARNING, "no kernel headers in %s", patient.kdir);
		advise_install(f, "linux-headers-$(uname -r)",
			       "kernel-devel-$(uname -r)");
	} else if (exists_in(patient.kdir, "vmlinux")) {
		find(f, OK, "kernel headers with vmlinux in %s", patient.kdir);
	} else {
		find(f, WARNING, "no vmlinux in %s: modules get no BTF",
		     patient.kdir);
		if (kdir_is_running_kernel(release, sizeof(release)))
			advise(f, "cp /sys/kernel/btf/vmlinux %s/",
			       quoted(patient.kdir));
		else
			advise(f,
			       "cp /sys/kernel/btf/vmlinux %s/  # where %s runs",
			       quoted(patient.kdir), shown(release));
	}
}

static bool module_is_there(void)
{
	return *patient.module && exists_in("/sys/module", patient.module);
}

/* One that is compiled into the kernel has no state, and no BTF of its own. */
static bool module_is_built_in(void)
{
	char dir[128];

	snprintf(dir, sizeof(dir), "/sys/module/%s", patient.module);
	return !exists_in(dir, "initstate");
}

static void check_module(struct finding *f)
{
	if (!*patient.module)
		return;
	if (!module_is_there()) {
		find(f, FATAL, "module %s is not loaded", patient.module);
		advise(f, "modprobe %s  # or insmod, with the path of its .ko",
		       quoted(patient.module));
	} else if (module_is_built_in()) {
		find(f, OK, "module %s is part of the kernel", patient.module);
	} else {
		find(f, OK, "module %s is loaded", patient.module);
	}
}

static void check_module_btf(struct finding *f)
{
	if (!module_is_there() || module_is_built_in())
		return;
	if (exists_in("/sys/kernel/btf", patient.module)) {
		find(f, OK, "module %s has BTF", patient.module);
		return;
	}
	find(f, FATAL, "module %s has no BTF", patient.module);
	advise(f, "cp /sys/kernel/btf/vmlinux %s/  # then build it again",
	       quoted(patient.kdir));
}

static bool collect_types(struct finding *f, struct ops_types *types)
{
	if (ops_types_find(types, NULL) == 0)
		return true;
	find(f, UNKNOWN, "struct_ops types: not known, as BTF cannot be read: %s",
	     strerror(errno));
	advise(f, "opsctl -d types");
	return false;
}

static FILE *open_text(char **text, size_t *size)
{
	FILE *out = open_memstream(text, size);

	if (!out)
		abort();
	return out;
}

/* The names of the module's types, comma-separated; the caller frees it. */
static char *module_types(const struct ops_types *types)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_text(&text, &size);
	int i;

	for (i = 0; i < types->count; i++) {
		if (!strcmp(types->at[i].module, patient.module))
			fprintf(out, "%s%s", ftell(out) ? ", " : "",
				types->at[i].name);
	}
	fclose(out);
	return text;
}

static void check_module_types(struct finding *f)
{
	struct ops_types types;
	char *names;

	if (!module_is_there() || !exists_in("/sys/kernel/btf", patient.module) ||
	    !collect_types(f, &types))
		return;
	names = module_types(&types);
	if (*names) {
		find(f, OK, "module %s offers %s", patient.module, names);
	} else {
		find(f, WARNING, "module %s offers no struct_ops type",
		     patient.module);
		advise(f, "opsctl types  # those of all modules");
	}
	free(names);
	free(types.at);
}

/* Of two modules with a type of one name, the one that may rather go. */
static const char *module_to_unload(const char *first, const char *second)
{
	/* The kernel's types come first, so it is never the second. */
	if (!strcmp(second, patient.module) && strcmp(first, "vmlinux"))
		return first;
	return second;
}

static const char *print_clashes(const struct ops_types *types, FILE *out)
{
	const char *unload = NULL;
	int i, j;

	for (i = 0; i < types->count; i++) {
		const struct ops_type *a = &types->at[i];

		for (j = i + 1; j < types->count; j++) {
			const struct ops_type *b = &types->at[j];

			if (strcmp(a->name, b->name))
				continue;
			fprintf(out, "%stype %s is both %s's and %s's",
				unload ? ", " : "", a->name, a->module,
				b->module);
			if (!unload)
				unload = module_to_unload(a->module, b->module);
		}
	}
	return unload;
}

/* libbpf looks a type up by its name, and takes the first that it meets. */
static void check_clashes(struct finding *f)
{
	struct ops_types types;
	char *text = NULL;
	const char *unload;
	size_t size;
	FILE *out;

	if (!kernel_has_btf() || !collect_types(f, &types))
		return;
	out = open_text(&text, &size);
	unload = print_clashes(&types, out);
	fclose(out);
	if (unload) {
		find(f, WARNING, "%s", text);
		advise(f, "rmmod %s", quoted(unload));
	} else {
		find(f, OK, "no two modules have a struct_ops type of one name");
	}
	free(text);
	free(types.at);
}

/* The names are part of the JSON: what reads it relies on them. */
static const struct {
	const char *name;
	void (*check)(struct finding *f);
} checks[] = {
	{ "kernel", check_kernel },
	{ "config-bpf-jit", check_option_jit },
	{ "config-debug-info-btf", check_option_btf },
	{ "config-debug-info-btf-modules", check_option_btf_modules },
	{ "sysfs", check_sysfs },
	{ "btf", check_btf },
	{ "jit", check_jit },
	{ "rights", check_rights },
	{ "bpffs", check_bpffs },
	{ "lockdown", check_lockdown },
	{ "secure-boot", check_secure_boot },
	{ "signatures", check_signatures },
	{ "libbpf", check_libbpf },
	{ "bpftool", check_bpftool },
	{ "headers", check_headers },
	{ "module", check_module },
	{ "module-btf", check_module_btf },
	{ "module-types", check_module_types },
	{ "clashes", check_clashes },
};

/* The kernel writes '_' in a module's name where its file may have '-'. */
static bool set_module(const char *name)
{
	size_t i, len = strlen(name);

	if (!len || len >= sizeof(patient.module) || *name == '.' ||
	    strchr(name, '/'))
		return false;
	for (i = 0; i <= len; i++)
		patient.module[i] = name[i] == '-' ? '_' : name[i];
	return true;
}

static bool set_kdir(const char *dir)
{
	size_t len = strlen(dir);

	if (!len || len >= sizeof(patient.kdir))
		return false;
	memcpy(patient.kdir, dir, len + 1);
	return true;
}

static int parse(int argc, char **argv)
{
	static const struct option options[] = {
		{ "module", required_argument, NULL, 'm' },
		{ "kdir", required_argument, NULL, 'k' },
		{}
	};
	int c;

	/* getopt begins behind the program's name. */
	optind = 0;
	while ((c = getopt_long(argc + 1, argv - 1, "", options, NULL)) != -1) {
		switch (c) {
		case 'm':
			if (!set_module(optarg))
				return bad_usage(
					"--module takes a module's name, not '%s'",
					shown(optarg));
			break;
		case 'k':
			if (!set_kdir(optarg))
				return bad_usage(
					"--kdir takes a directory, not '%s'",
					shown(optarg));
			break;
		default:
			fputs("Try 'opsctl help'.\n", stderr);
			return EXIT_USAGE;
		}
	}
	if (optind < argc + 1)
		return bad_usage("unexpected argument '%s'",
				 shown(argv[optind - 1]));
	return EXIT_OK;
}

static struct json_object *finding_to_json(const char *name,
					   const struct finding *f)
{
	struct json_object *object = json_object_new_object();

	json_object_object_add(object, "check", json_text(name));
	json_object_object_add(object, "level", json_text(level_names[f->level]));
	json_object_object_add(object, "found", json_text(f->found));
	json_object_object_add(object, "remedy",
			       f->remedy ? json_text(f->remedy) : NULL);
	return object;
}

/* A remedy is printable as it is, and a backslash in it belongs there. */
static void print_finding(const struct finding *f)
{
	printf("%-8s %s\n", level_names[f->level], shown(f->found));
	if (f->remedy)
		printf("%-8s run: %s\n", "", f->remedy);
}

int cmd_doctor(int argc, char **argv)
{
	struct json_object *all;
	int status;
	size_t i;

	uname(&patient.uts);
	snprintf(patient.kdir, sizeof(patient.kdir), "/lib/modules/%s/build",
		 patient.uts.release);
	status = parse(argc, argv);
	if (status != EXIT_OK)
		return status;

	all = json_object_new_array();
	for (i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
		struct finding f = { .level = SKIPPED };

		checks[i].check(&f);
		if (f.level == SKIPPED)
			continue;
		if (f.level == FATAL)
			status = EXIT_REFUSED;
		if (settings.json)
			json_object_array_add(
				all, finding_to_json(checks[i].name, &f));
		else
			print_finding(&f);
		free(f.found);
		free(f.remedy);
	}
	if (settings.json)
		json_print(all);
	else
		json_object_put(all);
	return status;
}
