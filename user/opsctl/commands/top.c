// SPDX-License-Identifier: GPL-2.0-only
/* opsctl top: how often the programs of tables run, and for how long. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "command.h"
#include "base/memory.h"
#include "base/output.h"
#include "kernel/programs.h"
#include "kernel/tables.h"

/* One program of one table, at one time. The member's name is in BTF, which is kept. */
struct sample {
	__u32 table;
	char name[128];
	const char *member;
	__u32 program;
	unsigned long long calls;
	unsigned long long ns;
};

struct samples {
	struct sample *items;
	int count;
	struct timespec when;
};

static void add_sample(struct samples *samples, const struct table *t,
		       const struct member *member)
{
	struct bpf_prog_info info;
	struct sample *s;

	if (!program_read(member->program, &info))
		return;
	samples->items =
		xgrow(samples->items, samples->count, sizeof(*samples->items));
	s = &samples->items[samples->count++];
	*s = (struct sample){
		.table = t->info.id,
		.member = member->name,
		.program = info.id,
		.calls = info.run_cnt,
		.ns = info.run_time_ns,
	};
	snprintf(s->name, sizeof(s->name), "%s", t->name);
}

/* Takes samples of the table WHAT, or of all that are attached. */
static int take_samples(struct samples *samples, const char *what)
{
	const struct table *only = NULL;
	struct tables tables;
	int i, j, status;

	*samples = (struct samples){};
	status = tables_read(&tables);
	if (status == EXIT_OK && what) {
		only = tables_find(&tables, what);
		if (!only)
			status = EXIT_REFUSED;
	}
	for (i = 0; i < tables.count && status == EXIT_OK; i++) {
		const struct table *t = &tables.items[i];

		if (only ? t != only : !t->attached && !table_is_used(t))
			continue;
		for (j = 0; j < t->nr_members; j++) {
			if (t->members[j].program)
				add_sample(samples, t, &t->members[j]);
		}
	}
	tables_free(&tables);
	clock_gettime(CLOCK_MONOTONIC, &samples->when);
	return status;
}

static const struct sample *find_sample(const struct samples *samples,
					const struct sample *like)
{
	int i;

	for (i = 0; i < samples->count; i++) {
		const struct sample *s = &samples->items[i];

		if (s->table == like->table && s->program == like->program &&
		    !strcmp(s->member, like->member))
			return s;
	}
	return NULL;
}

/* What happened between two samples: calls a second, and their mean time. */
static void rate(const struct samples *before, const struct samples *after,
		 const struct sample *s, double *calls, double *mean_ns)
{
	const struct sample *was = find_sample(before, s);
	unsigned long long n = s->calls - (was ? was->calls : s->calls);
	unsigned long long ns = s->ns - (was ? was->ns : s->ns);
	double seconds = after->when.tv_sec - before->when.tv_sec +
			 (after->when.tv_nsec - before->when.tv_nsec) / 1e9;

	*calls = n / seconds;
	*mean_ns = n ? (double)ns / n : 0;
}

static void print_rates(const struct samples *before, const struct samples *after)
{
	double calls, mean_ns;
	int i;

	printf("%6s %-24s %-20s %12s %12s\n", "ID", "TABLE", "MEMBER",
	       "CALLS/S", "MEAN NS");
	for (i = 0; i < after->count; i++) {
		const struct sample *s = &after->items[i];

		rate(before, after, s, &calls, &mean_ns);
		printf("%6u %-24s %-20s %12.1f %12.0f\n", s->table,
		       shown(s->name), shown(s->member), calls, mean_ns);
	}
	fflush(stdout);
	if (!after->count)
		fputs("There is no program to show.\n", stderr);
}

static void print_rates_as_json(const struct samples *before,
				const struct samples *after)
{
	struct json_object *all = json_object_new_array();
	double calls, mean_ns;
	int i;

	for (i = 0; i < after->count; i++) {
		const struct sample *s = &after->items[i];
		struct json_object *row = json_object_new_object();

		rate(before, after, s, &calls, &mean_ns);
		add_number(row, "id", s->table);
		add_text(row, "name", s->name);
		add_text(row, "member", s->member);
		add_number(row, "program", s->program);
		json_object_object_add(row, "calls_per_s",
				       json_object_new_double(calls));
		json_object_object_add(row, "mean_ns",
				       json_object_new_double(mean_ns));
		json_object_array_add(all, row);
	}
	json_print(all);
	fflush(stdout);
}

int cmd_top(const struct request *request)
{
	struct samples before = {}, after = {};
	const char *what = request->operands[0];
	int stats, status;

	/* The kernel counts while somebody keeps this descriptor open. */
	stats = bpf_enable_stats(BPF_STATS_RUN_TIME);
	if (stats < 0)
		return refused(
			"cannot switch on the statistics of BPF programs: %s; run this as root (it takes CAP_SYS_ADMIN)",
			strerror(errno));

	status = take_samples(&before, what);
	while (status == EXIT_OK) {
		sleep(1);
		status = take_samples(&after, what);
		if (status != EXIT_OK)
			break;
		if (isatty(STDOUT_FILENO) && !settings.json && !request->once)
			fputs("\033[H\033[J", stdout);
		if (settings.json)
			print_rates_as_json(&before, &after);
		else
			print_rates(&before, &after);
		/* Otherwise a full disk would be written to for ever. */
		if (request->once || ferror(stdout))
			break;
		free(before.items);
		before = after;
		after = (struct samples){};
	}

	free(before.items);
	free(after.items);
	close(stats);
	return status;
}
