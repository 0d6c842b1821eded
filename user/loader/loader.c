// SPDX-License-Identifier: GPL-2.0-only
/*
 * Attaches the programs of bpf/testmod.bpf.c to the module, triggers them and
 * shows what they saw, until it is told to stop.
 */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "bpf_testmod.h"
#include "exit.h"
#include "machine.h"
#include "member.h"
#include "options.h"
#include "pin.h"
#include "preflight.h"
#include "signals.h"
#include "testmod.h"
#include "testmod.skel.h"
#include "text.h"

/* This is checked before pinning: libbpf would make a missing directory anywhere. */
static bool can_pin_at(const char *path)
{
	char *copy = strdup(path);
	const char *problem;

	if (!copy)
		return false;
	problem = pin_dir_problem(dirname(copy)) ?: pin_path_problem(path);
	if (problem)
		fprintf(stderr, "Error: cannot pin the link at %s: %s\n", path,
			problem);
	free(copy);
	return !problem;
}

static int print_all(enum libbpf_print_level level, const char *format,
		     va_list args)
{
	(void)level;
	return vfprintf(stderr, format, args);
}

/* libbpf warns with the verifier's log, where a program is refused. */
static int print_warnings(enum libbpf_print_level level, const char *format,
			  va_list args)
{
	return level == LIBBPF_WARN ? vfprintf(stderr, format, args) : 0;
}

static bool set_table(struct testmod_bpf *skel, const struct options *opts)
{
	const char *problem = NULL;

	if (opts->quiet)
		skel->struct_ops.testmod->flags |= BPF_TESTMOD_F_QUIET;
	/* The skeleton offers numbers of the table by name, but no arrays. */
	if (opts->name)
		problem = table_set(skel->obj, skel->maps.testmod, "name",
				    opts->name, NULL);
	if (problem)
		fprintf(stderr, "Error: cannot name the table '%s': %s\n",
			opts->name, problem);
	return !problem;
}

/* Loads the table as the user wants it. Prints what failed, and returns NULL then. */
static struct testmod_bpf *open_and_load(const struct options *opts)
{
	LIBBPF_OPTS(bpf_object_open_opts, open_opts);
	struct testmod_bpf *skel;
	int err;

	libbpf_set_print(opts->verbose ? print_all : print_warnings);
	/* We give libbpf no log buffer, so it prints the verifier's log itself. */
	open_opts.kernel_log_level = opts->verbose;
	skel = testmod_bpf__open_opts(&open_opts);
	if (!skel) {
		fprintf(stderr, "Error: cannot open the BPF object: %s\n",
			strerror(errno));
		return NULL;
	}
	if (!set_table(skel, opts))
		goto destroy;

	err = testmod_bpf__load(skel);
	if (!err)
		return skel;
	fprintf(stderr,
		"Error: cannot load the BPF object: %s\n"
		"The reasons: above, more with --verbose, and in dmesg\n",
		kernel_strerror(-err));

destroy:
	testmod_bpf__destroy(skel);
	return NULL;
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
		/* Anyone who may write to the trigger file can have chosen it. */
		printf("  test_3(\"");
		print_escaped(stdout, rec->text, "");
		printf("\"%s, %d) = %d\n",
		       rec->a >= TESTMOD_TEXT_LEN ? "..." : "", rec->a, rec->ret);
		break;
	}
	return 0;
}

static struct ring_buffer *open_records(struct testmod_bpf *skel)
{
	struct ring_buffer *rb;

	rb = ring_buffer__new(bpf_map__fd(skel->maps.records), print_record,
			      NULL, NULL);
	if (!rb)
		fprintf(stderr,
			"Error: cannot map the ring buffer: %s; is there memory for it?\n",
			strerror(errno));
	return rb;
}

static void show_records(struct ring_buffer *rb)
{
	ring_buffer__consume(rb);
	fflush(stdout);
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

static struct bpf_link *attach(struct testmod_bpf *skel,
			       const struct options *opts)
{
	struct bpf_link *link;
	int err;

	link = bpf_map__attach_struct_ops(skel->maps.testmod);
	if (!link) {
		explain_attach_error(errno);
		return NULL;
	}
	err = opts->pin ? bpf_link__pin(link, opts->pin) : 0;
	if (err) {
		fprintf(stderr,
			"Error: cannot pin the link at %s: %s; choose another path\n",
			opts->pin, strerror(-err));
		bpf_link__destroy(link);
		return NULL;
	}

	printf("attached: table \"");
	print_escaped(stdout, opts->name ?: "testmod", "");
	printf("\"%s", opts->pin ? ", pinned at " : "");
	print_escaped(stdout, opts->pin ?: "", "");
	printf("\nWhat the module logs is in dmesg; what the programs saw is here:\n");
	fflush(stdout);
	return link;
}

/* Returns the trigger file, or -1 if we may not write to it. */
static int open_trigger(const struct options *opts)
{
	int fd = open(TRIGGER, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		fprintf(stderr, "%s: cannot open %s: %s%s\n",
			opts->count ? "Error" : "Warning", TRIGGER,
			strerror(errno),
			errno == EACCES ? "; it is root's: run this as root"
					: "");
	if (fd < 0 && !opts->count)
		fprintf(stderr, "Waiting for others to trigger.\n");
	return fd;
}

static bool trigger(int fd, const char *message, struct ring_buffer *rb)
{
	printf("trigger: \"");
	print_escaped(stdout, message, "");
	printf("\" > %s\n", TRIGGER);
	if (write(fd, message, strlen(message)) < 0) {
		fprintf(stderr,
			"Error: cannot write to %s: %s; the module's reason, if it has one: dmesg\n",
			TRIGGER, strerror(errno));
		return false;
	}

	/* The callbacks have run when write(2) returns. */
	show_records(rb);
	return true;
}

static long now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/*
 * Shows what others trigger, for these seconds, or with 0 for ever. Returns false
 * if the table was detached meanwhile.
 */
static bool watch(struct ring_buffer *rb, struct bpf_link *link, long seconds)
{
	struct pollfd fds[] = {
		{ .fd = ring_buffer__epoll_fd(rb), .events = POLLIN },
		{ .fd = bpf_link__fd(link) },
	};
	long end = now_ms() + seconds * 1000, left = 0;

	while (!signals_told_to_stop() &&
	       (!seconds || (left = end - now_ms()) > 0)) {
		struct timespec timeout = {
			.tv_sec = left / 1000,
			.tv_nsec = left % 1000 * 1000000,
		};
		int ready = signals_poll(fds, 2, seconds ? &timeout : NULL);

		if (ready < 0 && errno != EINTR) {
			fprintf(stderr, "Error: cannot wait: %s\n",
				strerror(errno));
			return false;
		}
		if (ready <= 0)
			continue;
		if (fds[0].revents)
			show_records(rb);
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
		const struct options *opts)
{
	int fd = open_trigger(opts);
	bool triggers = fd >= 0 && opts->interval, ok = true;
	long done = 0;

	if (fd < 0 && opts->count)
		return false;
	while (!signals_told_to_stop() && ok) {
		if (triggers) {
			ok = trigger(fd, opts->message, rb);
			if (!ok || ++done == opts->count)
				break;
		}
		ok = watch(rb, link, triggers ? opts->interval : 0);
	}
	if (fd >= 0)
		close(fd);
	return ok;
}

/* A pinned table stays where all went well. Returns false where anything failed. */
static bool finish(struct bpf_link *link, const struct options *opts, bool ok)
{
	if (opts->pin && ok) {
		printf("The table stays attached. To detach it: rm ");
		print_escaped(stdout, opts->pin, "");
		printf("\n");
		return true;
	}
	if (opts->pin)
		bpf_link__unpin(link);
	/* Closing the link would do, unless somebody else holds it open. */
	if (bpf_link__detach(link)) {
		fprintf(stderr, "Error: cannot detach the table: %s\n",
			strerror(errno));
		return false;
	}
	printf("detached\n");
	return ok;
}

int main(int argc, char **argv)
{
	struct ring_buffer *rb = NULL;
	struct bpf_link *link = NULL;
	struct testmod_bpf *skel;
	struct options opts;
	bool ok = false;
	int status;

	status = parse_options(argc, argv, &opts);
	if (status >= 0)
		return status;
	if (!preflight() || (opts.pin && !can_pin_at(opts.pin)))
		return EXIT_REFUSED;

	signals_hold();
	skel = open_and_load(&opts);
	if (!skel)
		return EXIT_REFUSED;
	rb = open_records(skel);
	if (!rb)
		goto cleanup;
	link = attach(skel, &opts);
	if (!link)
		goto cleanup;

	ok = run(rb, link, &opts);
	show_records(rb);
	if (skel->bss->lost)
		fprintf(stderr,
			"Warning: %llu records lost: the ring buffer was full\n",
			skel->bss->lost);
	ok = finish(link, &opts, ok);

cleanup:
	bpf_link__destroy(link);
	ring_buffer__free(rb);
	testmod_bpf__destroy(skel);
	return ok ? EXIT_OK : EXIT_REFUSED;
}
