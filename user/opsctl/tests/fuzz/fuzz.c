// SPDX-License-Identifier: GPL-2.0-only
#include "fuzz.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "command.h"
#include "base/libbpf_log.h"

/* Has the kernel refuse bpf(2): whatever an input asks for, it ends before loading. */
static void forbid_bpf(void)
{
	struct sock_filter rules[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_bpf, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { sizeof(rules) / sizeof(rules[0]), rules };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) ||
	    syscall(__NR_bpf, 0, NULL, 0) != -1 || errno != EPERM)
		abort();
}

/*
 * Text that others chose may hold what a terminal obeys: no such byte may come out, but for
 * UTF-8 in JSON, which is for programs.
 */
static ssize_t check_output(void *cookie, const char *text, size_t size)
{
	size_t i, begin;

	(void)cookie;
	for (i = 0; i < size; i++) {
		unsigned char byte = text[i];

		if (byte == '\n' || byte == '\t' ||
		    (byte >= ' ' && (byte < 127 || settings.json)))
			continue;
		begin = i < 200 ? 0 : i - 200;
		dprintf(STDERR_FILENO, "printed: byte 0x%02x after:\n%.*s\n",
			byte, (int)(i - begin), text + begin);
		abort();
	}
	return size;
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	const cookie_io_functions_t checked = { .write = check_output };

	(void)argc;
	(void)argv;
	forbid_bpf();
	/* The fuzzer and the sanitizers keep the old ones, or write to the descriptor. */
	stdout = fopencookie(NULL, "w", checked);
	stderr = fopencookie(NULL, "w", checked);
	if (!stdout || !stderr)
		abort();
	return 0;
}

void run_begin(void)
{
	settings = (struct settings){};
	libbpf_log_begin();
}

void run_end(void)
{
	fflush(stdout);
	fflush(stderr);
}

char *input_file(const uint8_t *data, size_t size)
{
	static char path[64];
	static int fd = -1;

	if (fd < 0)
		fd = memfd_create("input", MFD_CLOEXEC);
	if (fd < 0 || ftruncate(fd, size) ||
	    pwrite(fd, data, size, 0) != (ssize_t)size)
		abort();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return path;
}

void words_read(struct words *words, const uint8_t *data, size_t size)
{
	char *rest;

	*words = (struct words){ .text = strndup((const char *)data, size) };
	rest = words->text;
	if (!rest)
		abort();
	while (rest && words->count < WORDS_MAX)
		words->items[words->count++] = strsep(&rest, "\n");
}

void words_free(struct words *words)
{
	free(words->text);
}
