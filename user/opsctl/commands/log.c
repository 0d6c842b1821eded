// SPDX-License-Identifier: GPL-2.0-only
/*
 * opsctl log: what the programs of a table print, as they print it. What bpf_printk
 * prints, all programs of the machine mix in one place: here the stack tells whose it is.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "array.h"
#include "command.h"
#include "signals.h"
#include "base/code.h"
#include "base/memory.h"
#include "base/output.h"
#include "kernel/printed.h"
#include "kernel/printed.skel.h"
#include "kernel/streams.h"
#include "kernel/tables.h"

/* The kernel tells nobody that a stream has text. */
#define INTERVAL_MS 200

/* How many lines are taken at once: others may print faster than we can read. */
#define LINES_MAX 1000

static const struct {
	int id;
	const char *name;
} streams[] = {
	{ STREAM_STDOUT, "stdout" },
	{ STREAM_STDERR, "stderr" },
};

/**
 * struct speaker - a program of the table
 * @member: the member that it is
 * @program: its id
 * @code: where it is in memory
 */
struct speaker {
	char *member;
	__u32 program;
	struct code code;
};

static struct speaker *speakers;
static int nr_speakers;

/* Our own program, which is on each stack. */
static struct code own_code;

static bool has_untold_lines;

static void find_speakers(const struct table *t)
{
	int i;

	for (i = 0; i < t->nr_members; i++) {
		const struct member *m = &t->members[i];
		struct speaker *s;

		if (!m->program)
			continue;
		speakers = xgrow(speakers, nr_speakers, sizeof(*speakers));
		s = &speakers[nr_speakers++];
		*s = (struct speaker){
			.member = xstrdup(m->name),
			.program = m->program,
		};
		code_read(m->program, &s->code);
	}
}

static void forget_speakers(void)
{
	int i;

	for (i = 0; i < nr_speakers; i++) {
		free(speakers[i].member);
		code_free(&speakers[i].code);
	}
	free(speakers);
	code_free(&own_code);
}

static void print_line(const struct speaker *s, const char *source,
		       const char *text)
{
	struct json_object *row;

	if (!settings.json) {
		printf("%s%s: %s\n", shown(s->member),
		       strcmp(source, "stderr") ? "" : " (stderr)", shown(text));
		return;
	}
	row = json_object_new_object();
	add_text(row, "member", s->member);
	add_number(row, "program", s->program);
	add_text(row, "source", source);
	add_text(row, "text", text);
	json_print(row);
}

/* Prints the lines of TEXT, which is written to. */
static void print_lines(const struct speaker *s, const char *source, char *text)
{
	char *line;

	while ((line = strsep(&text, "\n"))) {
		if (*line || text)
			print_line(s, source, line);
	}
}

/*
 * Finds the program that printed a line: the innermost one on the stack, below our own,
 * called the helper. NULL if it is none of the table's.
 */
static const struct speaker *find_speaker(const struct printed *line)
{
	__u32 frame;
	int i;

	for (frame = 0; frame < line->nr_frames && frame < FRAMES_MAX; frame++) {
		__u64 address = line->frames[frame];

		if (code_has(&own_code, address))
			continue;
		for (i = 0; i < nr_speakers; i++) {
			if (code_has(&speakers[i].code, address))
				return &speakers[i];
		}
		if (code_is_a_programs(address))
			return NULL;
	}
	/* A program called the helper, so its frame should have been there. */
	has_untold_lines = true;
	return NULL;
}

static int take_line(void *ctx, void *data, size_t size)
{
	const struct printed *line = data;
	const struct speaker *s = find_speaker(line);
	char *text;
	int *left = ctx;

	(void)size;
	if (s) {
		text = xstrdup(line->text);
		print_lines(s, "printk", text);
		free(text);
	}
	/* Less than 0 stops libbpf after this line. */
	return --*left ? 0 : -EAGAIN;
}

/* Prints what a stream has. A line that a program has not ended is shown as one. */
static void take_stream(const struct speaker *s, int fd, size_t i)
{
	char *text = NULL, buffer[4096];
	FILE *out = xmemstream(&text);
	ssize_t n;

	while ((n = stream_read(fd, streams[i].id, buffer, sizeof(buffer))) > 0)
		fwrite(buffer, 1, n, out);
	fclose(out);
	print_lines(s, streams[i].name, text);
	free(text);
}

/* A descriptor that is kept would keep the program. */
static void take_streams(void)
{
	size_t j;
	int i, fd;

	for (i = 0; i < nr_speakers; i++) {
		fd = bpf_prog_get_fd_by_id(speakers[i].program);
		if (fd < 0)
			continue;
		for (j = 0; j < ARRAY_SIZE(streams); j++)
			take_stream(&speakers[i], fd, j);
		close(fd);
	}
}

static bool kernel_has_streams(void)
{
	char byte;
	int fd = bpf_prog_get_fd_by_id(speakers[0].program);
	bool has = fd >= 0 && stream_read(fd, STREAM_STDOUT, &byte, 0) != -EINVAL;

	if (fd >= 0)
		close(fd);
	return has;
}

/* Tells whether the table's programs can be recognized on a stack. */
static bool code_is_known(void)
{
	int i;

	for (i = 0; i < nr_speakers; i++) {
		if (!speakers[i].code.count)
			return false;
	}
	return true;
}

/* Begins to take what bpf_printk prints. NULL where it cannot be told whose it is. */
static struct printed_bpf *tap(void)
{
	struct printed_bpf *skel;
	struct bpf_prog_info info = {};
	__u32 size = sizeof(info);

	if (!code_is_known()) {
		fputs("Warning: what bpf_printk prints is not shown: the kernel hides where programs are; sysctl kernel.kptr_restrict=1\n",
		      stderr);
		return NULL;
	}
	skel = printed_bpf__open_and_load();
	if (skel && printed_bpf__attach(skel)) {
		printed_bpf__destroy(skel);
		skel = NULL;
	}
	if (!skel) {
		fprintf(stderr,
			"Warning: what bpf_printk prints is not shown: the kernel refused the program that would take it: %s\n",
			strerror(errno));
		return NULL;
	}
	bpf_prog_get_info_by_fd(bpf_program__fd(skel->progs.hand_over), &info,
				&size);
	code_read(info.id, &own_code);
	return skel;
}

static bool table_is_there(__u32 id)
{
	int fd = bpf_map_get_fd_by_id(id);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

static void warn_of_what_is_missing(const struct printed_bpf *skel)
{
	static unsigned long long told_lost;
	static bool told;
	unsigned long long lost = skel ? skel->bss->lost : 0;

	if (lost != told_lost)
		fprintf(stderr,
			"Warning: %llu lines of bpf_printk came too fast and were lost, of this or of other programs\n",
			lost - told_lost);
	told_lost = lost;
	if (has_untold_lines && !told) {
		fputs("Warning: of some lines of bpf_printk it cannot be told whose they are; they are not shown\n",
		      stderr);
		told = true;
	}
}

/* Prints until Ctrl-C, or until the table is gone. */
static int follow(__u32 table, const struct printed_bpf *skel,
		  struct ring_buffer *lines, int *left)
{
	const struct timespec interval = { .tv_nsec = INTERVAL_MS * 1000000L };
	const struct timespec at_once = {};
	struct pollfd fd = {
		.fd = lines ? ring_buffer__epoll_fd(lines) : -1,
		.events = POLLIN,
	};
	bool there = true;

	while (there && !signals_told_to_stop()) {
		signals_poll(&fd, 1, &interval);
		/* No signal comes in where there are lines already. */
		signals_poll(NULL, 0, &at_once);
		/* What it has printed at its end is shown, too. */
		there = table_is_there(table);
		*left = LINES_MAX;
		if (lines)
			ring_buffer__consume(lines);
		take_streams();
		warn_of_what_is_missing(skel);
		if (fflush(stdout))
			return refused("cannot write what is printed: %s",
				       strerror(errno));
	}
	if (!there)
		fprintf(stderr, "Table %u is gone.\n", table);
	return EXIT_OK;
}

static int log_table(const struct table *t)
{
	struct ring_buffer *lines = NULL;
	struct printed_bpf *skel;
	int status, left;

	find_speakers(t);
	if (!nr_speakers)
		return refused("table '%s' has no program", shown(t->name));
	skel = tap();
	if (skel)
		lines = ring_buffer__new(bpf_map__fd(skel->maps.lines),
					 take_line, &left, NULL);
	if (!lines && !kernel_has_streams()) {
		status = refused("nothing that table '%s' prints can be shown",
				 shown(t->name));
	} else {
		fprintf(stderr,
			"What table '%s', id %u, prints; Ctrl-C ends this.\n",
			shown(t->name), t->info.id);
		status = follow(t->info.id, skel, lines, &left);
	}
	ring_buffer__free(lines);
	printed_bpf__destroy(skel);
	forget_speakers();
	return status;
}

int cmd_log(const struct request *request)
{
	const struct table *t;
	struct tables tables;
	int status;

	signals_hold();
	status = tables_read(&tables);
	if (status == EXIT_OK) {
		t = tables_find(&tables, request->operands[0]);
		status = t ? log_table(t) : EXIT_REFUSED;
	}
	tables_free(&tables);
	return status;
}
