// SPDX-License-Identifier: GPL-2.0-only
/* Measures what a call into the module costs, and what others cost; as JSON. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <math.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <bpf/libbpf.h>

#include "bench.skel.h"
#include "cost.h"
#include "crowd.h"
#include "figure.h"
#include "models.h"
#include "tools.h"
#include "write.h"
#include "writers.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

#define LOG_SWITCH "/sys/module/" MODULE_NAME "/parameters/log"

#define SHORT 16 /* bytes of a message, where its size is not the point */

/**
 * struct figure - one thing that is measured: a write to a file
 * @group: "write": the whole of it; "call": one of the calls that it makes
 * @key: its name, for programs
 * @what: its name, for people
 * @file: what is written to
 * @attach: the table or the program that is attached meanwhile
 * @less: the figure that is part of this one, and not meant
 * @logged: with the log on
 * @optional: not every architecture can: riscv64 has no kprobe where ftrace is
 * @measured: what it costs, or NAN
 */
struct figure {
	const char *group;
	const char *key;
	const char *what;
	const char *file;
	const char *attach;
	const char *less;
	bool logged;
	bool optional;
	double measured;
};

static struct figure figures[] = {
	{ "write", "null", "/dev/null", .file = "/dev/null" },
	{ "write", "empty", "an empty handler in /proc", .file = BENCH "empty" },
	{ "write", "copy", "... which copies the message to its stack",
	  .file = BENCH "copy" },
	{ "write", "memdup", "... or copies it with memdup_user_nul()",
	  .file = BENCH "memdup" },
	{ "write", "nothing", "the trigger, nothing attached", .file = TRIGGER },
	{ "write", "one", "... one program that does nothing", .file = TRIGGER,
	  .attach = "one" },
	{ "write", "two", "... two", .file = TRIGGER, .attach = "two" },
	{ "write", "three", "... three", .file = TRIGGER, .attach = "three" },
	{ "write", "with_filter", "... three and filter", .file = TRIGGER,
	  .attach = "with_filter" },
	{ "write", "with_prepare", "... three and prepare", .file = TRIGGER,
	  .attach = "with_prepare" },
	{ "write", "with_sleepable", "... three and a prepare that may sleep",
	  .file = TRIGGER, .attach = "with_sleepable" },
	{ "write", "with_both", "... three, prepare and filter",
	  .file = TRIGGER, .attach = "with_both" },
	{ "write", "nothing_logged", "nothing attached, with its log line",
	  .file = TRIGGER, .logged = true },
	{ "write", "three_logged", "three programs, with their log lines",
	  .file = TRIGGER, .attach = "three", .logged = true },

	{ "call", "loop", "a round of the loop that calls", .file = BENCH "loop" },
	{ "call", "direct", "a C function", .file = BENCH "direct",
	  .less = "loop" },
	{ "call", "indirect", "... through a pointer", .file = BENCH "indirect",
	  .less = "loop" },
	{ "call", "struct_ops", "a struct_ops member",
	  .file = BENCH "struct_ops", .attach = "calls", .less = "loop" },
	{ "call", "struct_ops_sleepable", "... that may sleep",
	  .file = BENCH "sleepable", .attach = "calls", .less = "loop" },
	{ "call", "fentry", "a C function with fentry on it",
	  .file = BENCH "direct", .attach = "on_fentry", .less = "loop" },
	{ "call", "kprobe", "... with a kprobe", .file = BENCH "direct",
	  .attach = "on_kprobe", .less = "loop", .optional = true },
	{ "call", "tracepoint_off", "a tracepoint that is off",
	  .file = BENCH "tracepoint", .less = "loop" },
	{ "call", "tp_btf", "... with a program, tp_btf",
	  .file = BENCH "tracepoint", .attach = "on_tp_btf", .less = "loop" },
	{ "call", "tracepoint", "... with a program, tp",
	  .file = BENCH "tracepoint", .attach = "on_tracepoint", .less = "loop" },
	{ "call", "kfunc", "a kfunc, from a program", .file = BENCH "struct_ops",
	  .attach = "calls_kfunc", .less = "struct_ops" },
};

static const size_t sizes[] = {
	0,    1,    16,	  32,	48,   63,   64,	  96,	127,  128,  192,
	256,  384,  511,  512,	640,  768,  896,  1023, 1024, 1280, 1536,
	1792, 2047, 2048, 2304, 2560, 2816, 3072, 3328, 3584, 3840, 4095,
};

static struct bench_bpf *skel;

/* The log switch as it was before: it is put back. */
static char log_before;

static void set_log(char value)
{
	int fd = open(LOG_SWITCH, O_WRONLY);

	if (fd < 0 || write(fd, &value, 1) != 1)
		die("cannot switch the log", LOG_SWITCH);
	close(fd);
}

static void restore_log(void)
{
	int fd = open(LOG_SWITCH, O_WRONLY);

	if (fd >= 0 && write(fd, &log_before, 1) != 1)
		perror(LOG_SWITCH);
}

/* A table or a program, by its name. */
static struct bpf_link *try_to_attach(const char *name)
{
	struct bpf_map *map = bpf_object__find_map_by_name(skel->obj, name);

	if (map)
		return bpf_map__attach_struct_ops(map);
	return bpf_program__attach(
		bpf_object__find_program_by_name(skel->obj, name));
}

static struct bpf_link *attach(const char *name)
{
	struct bpf_link *link = try_to_attach(name);

	if (!link && errno == EEXIST)
		fprintf(stderr,
			"Error: a table is attached already; see it with 'opsctl list', remove it with 'opsctl remove'\n");
	if (!link)
		die("cannot attach", name);
	return link;
}

/* How many triggers the rate limit kept from the log so far. */
static unsigned long unlogged(void)
{
	unsigned long count = 0;
	char line[128];
	FILE *f = fopen(TRIGGER, "r");

	if (!f)
		die("cannot read", TRIGGER);
	while (fgets(line, sizeof(line), f))
		sscanf(line, "unlogged triggers: %lu", &count);
	fclose(f);
	return count;
}

/* Measures with the log on, again until the rate limit lets all lines in. */
static double cost_of_logged(int fd)
{
	double cost;
	unsigned long before;

	set_log('1');
	for (;;) {
		before = unlogged();
		cost = cost_of_write(fd, SHORT, SELDOM, TRIGGER);
		if (unlogged() == before)
			break;
		sleep(5);
	}
	set_log('0');
	return cost;
}

static struct figure *figure_by_key(const char *key)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(figures); i++) {
		if (!strcmp(figures[i].key, key))
			return &figures[i];
	}
	return NULL;
}

static void measure_figure(struct figure *f)
{
	struct bpf_link *link = NULL;
	int fd;

	if (f->optional) {
		link = try_to_attach(f->attach);
		if (!link) {
			f->measured = NAN;
			return;
		}
	} else if (f->attach) {
		link = attach(f->attach);
	}

	fd = open_file(f->file);
	if (f->logged)
		f->measured = cost_of_logged(fd);
	else if (!strcmp(f->group, "call"))
		f->measured = cost_of_call(fd, f->file);
	else
		f->measured = cost_of_write(fd, SHORT, OFTEN, f->file);

	close(fd);
	bpf_link__destroy(link);
}

static void measure_figures(struct json_object *list)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(figures); i++) {
		struct figure *f = &figures[i];
		double value;

		measure_figure(f);
		value = f->measured;
		if (f->less)
			value -= figure_by_key(f->less)->measured;
		json_object_object_add(
			add_figure(list, f->group, f->key, f->what), "value",
			isnan(value) ? NULL : json_object_new_double(value));
	}
}

/* What is measured for messages of each size, and with writers in parallel. */
static const struct {
	const char *key;
	const char *file;
	const char *attach;
} series[] = {
	{ "empty", .file = BENCH "empty" },
	{ "memdup", .file = BENCH "memdup" },
	{ "nothing", .file = TRIGGER },
	{ "three", .file = TRIGGER, .attach = "three" },
};

static double cost_of_size(size_t size, int fd, const char *file)
{
	return cost_of_write(fd, size, OFTEN, file);
}

static double rate_of_writers(size_t writers, int fd, const char *file)
{
	(void)fd;
	return writes_per_second(file, writers);
}

/* One row for each value of X, in it one number for each of the series. */
static struct json_object *
measure_series(const char *x, const size_t values[], size_t n,
	       double (*measure)(size_t value, int fd, const char *file))
{
	struct json_object *rows = json_object_new_array();
	size_t i, k;

	for (i = 0; i < n; i++) {
		struct json_object *row = json_object_new_object();

		json_object_object_add(row, x, json_object_new_int(values[i]));
		json_object_array_add(rows, row);
	}

	for (k = 0; k < ARRAY_SIZE(series); k++) {
		const char *file = series[k].file;
		struct bpf_link *link = NULL;
		int fd = open_file(file);

		if (series[k].attach)
			link = attach(series[k].attach);
		for (i = 0; i < n; i++)
			json_object_object_add(json_object_array_get_idx(rows, i),
					       series[k].key,
					       json_object_new_double(measure(
						       values[i], fd, file)));
		bpf_link__destroy(link);
		close(fd);
	}
	return rows;
}

static struct json_object *measure_writers(void)
{
	size_t cpus = sysconf(_SC_NPROCESSORS_ONLN), i;
	size_t *counts = calloc(cpus, sizeof(*counts));
	struct json_object *rows;

	if (!counts)
		die("no memory", "writers");
	for (i = 0; i < cpus; i++)
		counts[i] = i + 1;
	rows = measure_series("writers", counts, cpus, rate_of_writers);
	free(counts);
	return rows;
}

static struct bpf_link *attached;
static bool swapped;

static bool swap(void *arg)
{
	(void)arg;
	swapped = !swapped;
	return !bpf_link__update_map(attached, swapped ? skel->maps.three_again
						       : skel->maps.three);
}

static bool reattach(void *arg)
{
	(void)arg;
	bpf_link__destroy(attached);
	attached = bpf_map__attach_struct_ops(skel->maps.three);
	return attached;
}

static void measure_change(struct json_object *list, const char *key,
			   const char *what, operation op)
{
	struct json_object *figure = add_figure(list, "change", key, what);
	struct spent spent = spent_on(op, NULL, quick ? 3 : 20);

	if (spent.elapsed < 0)
		die("the kernel refused", what);
	json_object_object_add(figure, "value",
			       json_object_new_double(spent.elapsed));
	json_object_object_add(figure, "cpu", json_object_new_double(spent.cpu));
}

static void measure_changes(struct json_object *list)
{
	/* Both tables once: an update needs an element, which attaching writes. */
	bpf_link__destroy(attach("three_again"));
	attached = attach("three");
	measure_change(list, "swap", "swap the attached table for another", swap);
	measure_change(list, "reattach", "detach it and attach it again",
		       reattach);
	bpf_link__destroy(attached);
}

static void add_machine(struct json_object *to, const char *commit)
{
	struct json_object *toolchain = json_object_new_object();
	char mitigations[256] = "";
	struct utsname uts;
	FILE *f;

	uname(&uts);
	add_string(to, "unit", calibration.counts ? "instructions" : "ns");
	add_string(to, "kernel", uts.release);
	add_string(to, "kernel_version", uts.version);
	add_string(to, "machine", uts.machine);
	json_object_object_add(
		to, "cpus", json_object_new_int(sysconf(_SC_NPROCESSORS_ONLN)));
	f = fopen("/sys/devices/system/cpu/vulnerabilities/spectre_v2", "r");
	if (f) {
		if (fgets(mitigations, sizeof(mitigations), f))
			mitigations[strcspn(mitigations, "\n")] = '\0';
		fclose(f);
	}
	add_string(to, "spectre_v2", mitigations);
	add_string(to, "commit", commit);
	add_string(toolchain, "cc", BENCH_CC);
	add_string(toolchain, "clang", BENCH_CLANG);
	add_string(toolchain, "libbpf", libbpf_version_string());
	json_object_object_add(to, "toolchain", toolchain);
}

static struct json_object *calibration_json(void)
{
	struct json_object *to = json_object_new_object();

	json_object_object_add(to, "loop",
			       json_object_new_int64(calibration.loop));
	json_object_object_add(to, "loop_counted",
			       json_object_new_int64(calibration.loop_counted));
	json_object_object_add(to, "nops",
			       json_object_new_int64(calibration.nops));
	json_object_object_add(to, "nops_counted",
			       json_object_new_int64(calibration.nops_counted));
	return to;
}

/* On one CPU: the counters of two need not agree. */
static void stay_here(void)
{
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(sched_getcpu(), &one);
	if (sched_setaffinity(0, sizeof(one), &one))
		die("cannot stay on one CPU", "sched_setaffinity");
}

static void open_all(void)
{
	int fd = open(LOG_SWITCH, O_RDONLY);

	if (fd < 0) {
		fprintf(stderr,
			"Error: the module " MODULE_NAME
			" is not loaded, or you are not root: sudo make load\n");
		exit(EXIT_KERNEL);
	}
	if (read(fd, &log_before, 1) != 1)
		die("cannot read", LOG_SWITCH);
	close(fd);
	if (access(BENCH "empty", W_OK)) {
		fprintf(stderr,
			"Error: the module opsmod_bench is not loaded: insmod opsmod_bench.ko (make bench-build makes it)\n");
		exit(EXIT_KERNEL);
	}

	skel = bench_bpf__open_and_load();
	if (!skel)
		die("the kernel refused to load", "the programs");

	atexit(restore_log);
	set_log('0');
}

/* A trace shows this function from beginning to end. The linker sets its address. */
__attribute__((section(".trace"), noinline)) static bool traced_write(void *op)
{
	return write_once(op);
}

/* Does once what a figure measures, in a place where a debugger waits for it. */
static void trace(const char *key)
{
	struct figure *f = figure_by_key(key);
	struct bpf_link *link;
	struct write_op op;
	int i;

	if (!f || strcmp(f->group, "write")) {
		fprintf(stderr, "Error: no figure of a write is called '%s'\n",
			key);
		exit(1);
	}
	link = f->attach ? attach(f->attach) : NULL;
	op = (struct write_op){ open_file(f->file), SHORT };
	if (f->logged)
		set_log('1');
	for (i = 0; i < 20; i++)
		write_once(&op);
	/* This brings in the function's page, before the debugger counts. */
	if (!*(const volatile char *)traced_write)
		return;
	traced_write(&op);
	printf("traced\n");
	fflush(stdout);
	/* The tracer reads the kernel's symbols now, so programs must be loaded. */
	if (system("cat /proc/kallsyms | gzip | base64"))
		exit(EXIT_KERNEL);
	close(op.fd);
	bpf_link__destroy(link);
}

static void usage(FILE *to)
{
	fputs("Usage: bench [OPTION]...\n"
	      "\n"
	      "Measures what a write to the trigger costs, and what others cost that one could\n"
	      "have instead; prints it as one line of JSON. In instructions where the machine\n"
	      "counts them (QEMU's -icount), else in nanoseconds. As root, with the modules\n" MODULE_NAME
	      " and opsmod_bench loaded and no table attached.\n"
	      "\n"
	      "  -t, --tools DIR    also measure opsctl and bpftool, as PATH has them, with\n"
	      "                     testmod.bpf.o and rewrite.bpf.o in DIR\n"
	      "  -c, --commit ID    to be noted: what was measured\n"
	      "  -q, --quick        repeat less: the numbers mean little then\n"
	      "  -x, --trace KEY    do once what the figure KEY measures, for a debugger, and\n"
	      "                     print the kernel's symbols\n"
	      "  -h, --help         this text\n",
	      to);
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "tools", required_argument, NULL, 't' },
		{ "commit", required_argument, NULL, 'c' },
		{ "quick", no_argument, NULL, 'q' },
		{ "trace", required_argument, NULL, 'x' },
		{ "help", no_argument, NULL, 'h' },
		{},
	};
	const char *tools = NULL, *commit = "", *traced = NULL;
	struct json_object *all, *list;
	int opt;

	while ((opt = getopt_long(argc, argv, "t:c:qx:h", options, NULL)) != -1) {
		switch (opt) {
		case 't':
			tools = optarg;
			break;
		case 'c':
			commit = optarg;
			break;
		case 'q':
			quick = true;
			break;
		case 'x':
			traced = optarg;
			break;
		case 'h':
			usage(stdout);
			return 0;
		default:
			usage(stderr);
			return 1;
		}
	}
	if (optind != argc) {
		usage(stderr);
		return 1;
	}

	stay_here();
	calibrate();
	open_all();
	if (traced) {
		trace(traced);
		return 0;
	}

	all = json_object_new_object();
	list = json_object_new_array();
	add_machine(all, commit);
	json_object_object_add(all, "calibration", calibration_json());
	json_object_object_add(all, "figures", list);
	measure_figures(list);
	measure_changes(list);
	json_object_object_add(all, "sizes",
			       measure_series("bytes", sizes, ARRAY_SIZE(sizes),
					      cost_of_size));
	/* Where instructions are counted, one thread runs all virtual CPUs. */
	if (!calibration.counts)
		json_object_object_add(all, "writers", measure_writers());
	bench_bpf__destroy(skel);
	measure_models(list);
	if (tools) {
		measure_tools(list, tools);
		measure_in_a_crowd(list);
	}

	puts(json_object_to_json_string_ext(all, JSON_C_TO_STRING_PLAIN));
	json_object_put(all);
	return 0;
}
