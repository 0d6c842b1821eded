// SPDX-License-Identifier: GPL-2.0-only
/*
 * Attaches the programs of bpf/testmod.bpf.c to the module, triggers them and
 * shows what they saw, until it is told to stop.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <linux/magic.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>

#include "bpf_testmod.h"
#include "options.h"
#include "preflight.h"
#include "requirements.h"
#include "testmod.h"
#include "testmod.skel.h"

static struct options opts;

static volatile sig_atomic_t stop;

static void on_signal(int sig)
{
	(void)sig;
	stop = 1;
}

static int print_libbpf(enum libbpf_print_level level, const char *format,
			va_list args)
{
	/* The verifier's log of a refused program comes as a warning. */
	if (level == LIBBPF_WARN || opts.verbose)
		return vfprintf(stderr, format, args);
	return 0;
}

/* The skeleton offers numbers of the table by name, but no arrays. */
static bool set_name(struct testmod_bpf *skel)
{
	const struct btf *btf = bpf_object__btf(skel->obj);
	const struct btf_member *member;
	const struct btf_type *type;
	size_t size;
	char *table;
	int id, i;

	id = btf__find_by_name_kind(btf, "bpf_testmod_ops", BTF_KIND_STRUCT);
	table = bpf_map__initial_value(skel->maps.testmod, &size);
	if (id < 0 || !table)
		return false;

	type = btf__type_by_id(btf, id);
	member = btf_members(type);
	for (i = 0; i < btf_vlen(type); i++, member++) {
		if (strcmp(btf__name_by_offset(btf, member->name_off), "name"))
			continue;
		strncpy(table + btf_member_bit_offset(type, i) / 8, opts.name,
			BPF_TESTMOD_NAME_LEN);
		return true;
	}
	return false;
}

/* Anyone who may write to the trigger file can have chosen the message. */
static void print_escaped(const char *text)
{
	for (; *text; text++) {
		unsigned char c = *text;

		if (isascii(c) && isprint(c) && c != '"' && c != '\\')
			putchar(c);
		else
			printf("\\x%02x", c);
	}
}

static int print_record(void *ctx, void *data, size_t size)
{
	const struct testmod_record *rec = data;

	(void)ctx;
	(void)size;

	switch (rec->callback) {
	case TESTMOD_TEST_1:
		printf("  test_1() = %d\n", rec->ret);
		break;
	case TESTMOD_TEST_2:
		printf("  test_2(%d, %d) = %d\n", rec->a, rec->b, rec->ret);
		break;
	case TESTMOD_TEST_3:
		printf("  test_3(\"");
		print_escaped(rec->text);
		printf("\"%s, %d) = %d\n",
		       rec->a >= TESTMOD_TEXT_LEN ? "..." : "", rec->a, rec->ret);
		break;
	}
	return 0;
}

static void explain_attach_error(int err)
{
	char line[128];
	FILE *f;

	fprintf(stderr, "Error: cannot attach the table: %s\n",
		kernel_strerror(err));
	if (err != EEXIST) {
		fprintf(stderr, "The module's reason, if it has one: dmesg\n");
		return;
	}

	f = fopen(TRIGGER, "re");
	while (f && fgets(line, sizeof(line), f)) {
		const char *name = line + strlen("name: ");

		if (!strncmp(line, "name: ", strlen("name: ")))
			fprintf(stderr, "The table attached now: %s",
				*name == '\n' ? "(unnamed)\n" : name);
	}
	if (f)
		fclose(f);
	fprintf(stderr,
		"One table can be attached at a time. Stop its loader; or find it with 'opsctl list' and remove it with 'opsctl remove ID'\n");
}

/* This is checked before pinning: libbpf would make a missing directory anywhere. */
static bool pin_path_is_usable(void)
{
	const char *problem = NULL;
	char *copy = strdup(opts.pin);
	const char *dir = copy ? dirname(copy) : ".";
	struct statfs fs;

	if (statfs(dir, &fs) < 0)
		problem = "its directory cannot be reached; make it first";
	else if (fs.f_type != BPF_FS_MAGIC)
		problem = "it is not in a bpf file system; mount one: mount -t bpf bpf /sys/fs/bpf";
	else if (access(opts.pin, F_OK) == 0)
		problem = "something is there already; choose another path, or remove it";
	if (problem)
		fprintf(stderr, "Error: cannot pin the link at %s: %s\n",
			opts.pin, problem);

	free(copy);
	return !problem;
}

static bool trigger(int fd, struct ring_buffer *rb)
{
	printf("trigger: \"%s\" > %s\n", opts.message, TRIGGER);
	if (write(fd, opts.message, strlen(opts.message)) < 0) {
		fprintf(stderr,
			"Error: cannot write to %s: %s; the module's reason, if it has one: dmesg\n",
			TRIGGER, strerror(errno));
		return false;
	}

	/* The callbacks have run when write(2) returns. */
	ring_buffer__consume(rb);
	fflush(stdout);
	return true;
}

static long now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/*
 * Shows what others trigger, for one interval, or for ever.
 * Returns false if the table was detached meanwhile.
 */
static bool watch(struct ring_buffer *rb, struct bpf_link *link,
		  const sigset_t *unblocked, bool forever)
{
	struct pollfd fds[] = {
		{ .fd = ring_buffer__epoll_fd(rb), .events = POLLIN },
		{ .fd = bpf_link__fd(link) },
	};
	long end = now_ms() + opts.interval * 1000;
	long left = 0;

	while (!stop && (forever || (left = end - now_ms()) > 0)) {
		struct timespec timeout = {
			.tv_sec = left / 1000,
			.tv_nsec = left % 1000 * 1000000,
		};

		int ready = ppoll(fds, 2, forever ? NULL : &timeout, unblocked);

		if (ready < 0 && errno != EINTR) {
			fprintf(stderr, "Error: cannot wait: %s\n",
				strerror(errno));
			return false;
		}
		if (ready <= 0)
			continue;
		if (fds[0].revents) {
			ring_buffer__consume(rb);
			fflush(stdout);
		}
		if (fds[1].revents & POLLHUP) {
			fprintf(stderr,
				"Error: the table was detached by someone else\n");
			return false;
		}
	}
	return true;
}

/* Returns false if an error ended it, not the count or a signal. */
static bool run(struct ring_buffer *rb, struct bpf_link *link,
		const sigset_t *unblocked)
{
	bool triggers, ok = true;
	long done = 0;
	int fd;

	fd = open(TRIGGER, O_WRONLY | O_CLOEXEC);
	if (fd < 0) {
		fprintf(stderr, "%s: cannot open %s: %s%s\n",
			opts.count ? "Error" : "Warning", TRIGGER,
			strerror(errno),
			errno == EACCES ? "; it is root's: run this as root"
					: "");
		if (opts.count)
			return false;
		fprintf(stderr, "Waiting for others to trigger.\n");
	}

	triggers = fd >= 0 && opts.interval;
	while (!stop && ok) {
		if (triggers) {
			ok = trigger(fd, rb);
			if (!ok || ++done == opts.count)
				break;
		}
		ok = watch(rb, link, unblocked, !triggers);
	}

	if (fd >= 0)
		close(fd);
	return ok;
}

int main(int argc, char **argv)
{
	LIBBPF_OPTS(bpf_object_open_opts, open_opts);
	struct sigaction action = { .sa_handler = on_signal };
	int status = EXIT_REFUSED;
	struct ring_buffer *rb = NULL;
	struct bpf_link *link = NULL;
	struct testmod_bpf *skel;
	sigset_t ours, unblocked;
	int err;

	err = parse_options(argc, argv, &opts);
	if (err >= 0)
		return err;
	if (!preflight() || (opts.pin && !pin_path_is_usable()))
		return EXIT_REFUSED;

	/* Signals come in only while we wait: none is lost before a wait. */
	sigemptyset(&ours);
	sigaddset(&ours, SIGINT);
	sigaddset(&ours, SIGTERM);
	sigprocmask(SIG_BLOCK, &ours, &unblocked);
	sigdelset(&unblocked, SIGINT);
	sigdelset(&unblocked, SIGTERM);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);

	libbpf_set_print(print_libbpf);

	/* We give libbpf no log buffer, so it prints the verifier's log itself. */
	open_opts.kernel_log_level = opts.verbose;
	skel = testmod_bpf__open_opts(&open_opts);
	if (!skel) {
		fprintf(stderr, "Error: cannot open the BPF object: %s\n",
			strerror(errno));
		return EXIT_REFUSED;
	}

	if (opts.quiet)
		skel->struct_ops.testmod->flags |= BPF_TESTMOD_F_QUIET;
	if (opts.name && !set_name(skel)) {
		fprintf(stderr,
			"Error: the BPF object's table has no member 'name'\n");
		goto cleanup;
	}

	err = testmod_bpf__load(skel);
	if (err) {
		fprintf(stderr,
			"Error: cannot load the BPF object: %s\n"
			"The reasons: above, more with --verbose, and in dmesg\n",
			kernel_strerror(-err));
		goto cleanup;
	}

	rb = ring_buffer__new(bpf_map__fd(skel->maps.records), print_record,
			      NULL, NULL);
	if (!rb) {
		fprintf(stderr,
			"Error: cannot map the ring buffer: %s; is there memory for it?\n",
			strerror(errno));
		goto cleanup;
	}

	link = bpf_map__attach_struct_ops(skel->maps.testmod);
	if (!link) {
		explain_attach_error(errno);
		goto cleanup;
	}
	if (opts.pin) {
		err = bpf_link__pin(link, opts.pin);
		if (err) {
			fprintf(stderr,
				"Error: cannot pin the link at %s: %s; choose another path\n",
				opts.pin, strerror(-err));
			goto cleanup;
		}
	}

	printf("attached: table \"%s\"%s%s\n"
	       "What the module logs is in dmesg; what the programs saw is here:\n",
	       opts.name ?: "testmod", opts.pin ? ", pinned at " : "",
	       opts.pin ?: "");
	fflush(stdout);

	if (run(rb, link, &unblocked))
		status = EXIT_OK;
	if (opts.pin && status != EXIT_OK)
		bpf_link__unpin(link);

	ring_buffer__consume(rb);
	if (skel->bss->lost)
		fprintf(stderr,
			"Warning: %llu records lost: the ring buffer was full\n",
			skel->bss->lost);

	/* Closing the link would do, unless somebody else holds it open. */
	if (opts.pin && status == EXIT_OK) {
		printf("The table stays attached. To detach it: rm %s\n",
		       opts.pin);
	} else if (bpf_link__detach(link) == 0) {
		printf("detached\n");
	} else {
		fprintf(stderr, "Error: cannot detach the table: %s\n",
			strerror(errno));
		status = EXIT_REFUSED;
	}

cleanup:
	bpf_link__destroy(link);
	ring_buffer__free(rb);
	testmod_bpf__destroy(skel);
	return status;
}
