// SPDX-License-Identifier: GPL-2.0-only
/*
 * Text of the kernel, of libbpf and of other programs: the linker puts the functions below
 * in the place of those that open a file, so that the input is what each file holds.
 */
#include "fuzz.h"

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <mntent.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zlib.h>

#include <bpf/libbpf.h>

#include "array.h"
#include "machine.h"
#include "base/libbpf_log.h"
#include "base/output.h"
#include "doctor/checks.h"
#include "doctor/look.h"
#include "kernel/holders.h"
#include "kernel/klog.h"
#include "kernel/state.h"
#include "kernel/tables.h"

/* The input; NULL between two runs, where only the fuzzer opens files. */
static const uint8_t *input;
static size_t input_size;

FILE *__real_fopen(const char *path, const char *mode);
FILE *__wrap_fopen(const char *path, const char *mode)
{
	if (!input || *mode != 'r')
		return __real_fopen(path, mode);
	return input_size ? fmemopen((void *)input, input_size, "r") : NULL;
}

FILE *__wrap_setmntent(const char *path, const char *mode)
{
	return __wrap_fopen(path, mode);
}

FILE *__wrap_popen(const char *command, const char *mode)
{
	return __wrap_fopen(command, mode);
}

int __wrap_pclose(FILE *f)
{
	return fclose(f);
}

gzFile __wrap_gzopen(const char *path, const char *mode)
{
	int fd = open(input_file(input, input_size), O_RDONLY | O_CLOEXEC);

	(void)path;
	return gzdopen(fd, mode);
}

/* The kernel's log: a record for each line of the input, and no end of file. */
int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...)
{
	static int other_end = -1;
	const uint8_t *at, *end, *next;
	int fds[2];

	if (!input || strcmp(path, "/dev/kmsg"))
		return __real_open(path, flags, 0600);
	if (other_end >= 0)
		close(other_end);
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC,
		       0, fds))
		abort();
	end = input + input_size;
	for (at = input; at < end; at = next + 1) {
		next = memchr(at, '\n', end - at) ?: end;
		if (next > at && send(fds[1], at, next - at, 0) < 0)
			break;
	}
	other_end = fds[1];
	return fds[0];
}

off_t __real_lseek(int fd, off_t offset, int whence);
off_t __wrap_lseek(int fd, off_t offset, int whence)
{
	return input ? 0 : __real_lseek(fd, offset, whence);
}

/* One other process, and few descriptors. */
DIR *__real_opendir(const char *path);
DIR *__wrap_opendir(const char *path)
{
	char parent[64];

	if (!input)
		return __real_opendir(path);
	snprintf(parent, sizeof(parent), "/proc/%d/task", getppid());
	return __real_opendir(strcmp(path, "/proc") ? "/proc/self/fdinfo"
						    : parent);
}

int __wrap_nftw(const char *path, __nftw_func_t fn, int fds, int flags)
{
	(void)fn;
	(void)fds;
	(void)flags;
	return strlen(path) > 0;
}

static void show(char *text)
{
	puts(text ? shown(text) : "");
	free(text);
}

static libbpf_print_fn_t libbpf_log;

static void log_line(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	libbpf_log(LIBBPF_WARN, format, args);
	va_end(args);
}

static void read_libbpf_log(void)
{
	libbpf_log = libbpf_set_print(NULL);
	libbpf_set_print(libbpf_log);
	log_line("%.*s", (int)input_size, (const char *)input);
	show(libbpf_log_cause());
	show(libbpf_log_program());
	libbpf_log_show();
}

static void read_kernel_log(char *text)
{
	struct subject scheduler = { .kind = SUBJECT_SCHED_EXT, .name = "fuzz" };
	const char *ended;

	klog_mark();
	show(klog_since_mark());
	show(klog_last("fuzz", "more"));
	ended = subject_ended(&scheduler);
	puts(ended ? shown(ended) : "");
	snprintf(scheduler.name, sizeof(scheduler.name), "%s", text);
	subject_ended(&scheduler);
	show(scheduler_running());
}

static void read_proc(void)
{
	char name[PROCESS_NAME_MAX];
	struct holders holders;
	int i;

	process_name(1, name);
	puts(shown(name));
	show(find_mount("bpf"));
	bpf_jit();
	holders_look();
	for (i = 0; i < 2; i++) {
		holders_of(i, 1, &holders);
		holders_free(&holders);
	}
}

static void check_machine(void)
{
	static void (*const checks[])(struct finding *f) = {
		check_option_jit, check_bpftool,    check_pahole,
		check_lockdown,	  check_signatures, check_module_users,
		check_jit,	  check_bpffs,
	};
	size_t i;

	machine.kdir = "/";
	strcpy(machine.module, "module");
	for (i = 0; i < ARRAY_SIZE(checks); i++) {
		struct finding f = { .level = SKIPPED };

		checks[i](&f);
		show(f.found);
		free(f.remedy);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = strndup((const char *)data, size);
	__u32 id;

	if (!text)
		abort();
	run_begin();
	input = data;
	input_size = size;
	read_libbpf_log();
	read_kernel_log(text);
	read_proc();
	check_machine();
	kernel_is_too_old(text);
	parse_id(text, &id);
	input = NULL;
	free(text);
	run_end();
	return 0;
}
