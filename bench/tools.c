// SPDX-License-Identifier: GPL-2.0-only
#include "tools.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.skel.h"
#include "cost.h"
#include "figure.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

#define TABLES 100
#define BPFFS "/sys/fs/bpf"

extern char **environ;

/* They run in this order: each one prepares the next. */
static struct step {
	const char *key;
	const char *what;
	const char *argv[7];
	struct spent best;
} steps[] = {
	{ "opsctl_attach", "opsctl attach, with a pin",
	  .argv = { "opsctl", "attach", "testmod.bpf.o", "--pin", BPFFS } },
	{ "opsctl_swap", "opsctl swap",
	  .argv = { "opsctl", "swap", "testmod", "rewrite.bpf.o" } },
	{ "opsctl_list", "opsctl list", .argv = { "opsctl", "list" } },
	{ "bpftool_link_list", "bpftool link list",
	  .argv = { "bpftool", "link", "list" } },
	{ "bpftool_map_list", "bpftool map list",
	  .argv = { "bpftool", "map", "list" } },
	{ "bpftool_prog_list", "bpftool prog list",
	  .argv = { "bpftool", "prog", "list" } },
	{ "opsctl_detach", "opsctl detach",
	  .argv = { "opsctl", "detach", "rewrite" } },
	{ "loader_once", "loader --once",
	  .argv = { "loader", "--once", "--quiet" } },
};

/* Runs it to its end, without its output. */
static bool run(void *arg)
{
	const struct step *step = arg;
	posix_spawn_file_actions_t silent;
	int status, err;
	pid_t pid;

	posix_spawn_file_actions_init(&silent);
	posix_spawn_file_actions_addopen(&silent, STDOUT_FILENO, "/dev/null",
					 O_WRONLY, 0);
	err = posix_spawnp(&pid, step->argv[0], &silent, NULL,
			   (char *const *)step->argv, environ);
	posix_spawn_file_actions_destroy(&silent);
	if (err) {
		errno = err;
		return false;
	}
	errno = ECHILD;
	return waitpid(pid, &status, 0) == pid && WIFEXITED(status) &&
	       !WEXITSTATUS(status);
}

/* A table of one program, of which there can be many: nothing attaches it. */
static struct bench_bpf *load_a_table(void)
{
	struct bench_bpf *skel = bench_bpf__open();
	struct bpf_program *prog;
	struct bpf_map *map;

	if (!skel)
		die("cannot open", "the programs");
	bpf_object__for_each_map(map, skel->obj) {
		bpf_map__set_autocreate(map, map == skel->maps.one);
	}
	bpf_object__for_each_program(prog, skel->obj) {
		bpf_program__set_autoload(prog, prog == skel->progs.noop_1);
	}
	if (bench_bpf__load(skel))
		die("the kernel refused to load", "a table");
	return skel;
}

void measure_tools(struct json_object *figures, const char *objects)
{
	/* libbpf holds a descriptor for every map of an object, made or not. */
	const struct rlimit files = { 100 * TABLES, 100 * TABLES };
	struct bench_bpf *tables[TABLES];
	size_t count = quick ? TABLES / 10 : TABLES;
	unsigned int repetition;
	size_t i;

	if (setrlimit(RLIMIT_NOFILE, &files))
		die("cannot have as many open files", "setrlimit");
	if (chdir(objects))
		die("cannot change to", objects);
	for (i = 0; i < count; i++)
		tables[i] = load_a_table();

	for (repetition = 0; repetition < (quick ? 1 : 5); repetition++) {
		for (i = 0; i < ARRAY_SIZE(steps); i++) {
			struct spent spent = spent_on(run, &steps[i], 1);

			if (spent.elapsed < 0)
				die("failed", steps[i].what);
			if (!repetition || spent.elapsed < steps[i].best.elapsed)
				steps[i].best.elapsed = spent.elapsed;
			if (!repetition || spent.cpu < steps[i].best.cpu)
				steps[i].best.cpu = spent.cpu;
		}
	}

	for (i = 0; i < ARRAY_SIZE(steps); i++) {
		struct json_object *figure =
			add_figure(figures, "tool", steps[i].key, steps[i].what);

		json_object_object_add(
			figure, "value",
			json_object_new_double(steps[i].best.elapsed));
		json_object_object_add(figure, "cpu",
				       json_object_new_double(steps[i].best.cpu));
	}
	for (i = 0; i < count; i++)
		bench_bpf__destroy(tables[i]);
}
