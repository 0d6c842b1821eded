// SPDX-License-Identifier: GPL-2.0-only
/*
 * Holes of the verifier: through them a program can do what no module can prevent.
 * The kernel's version does not tell, because distributions mend older kernels. So
 * doctor asks the verifier, with programs that it loads and never runs.
 */
#include "checks.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "holes.skel.h"
#include "look.h"
#include "machine.h"

/**
 * struct hole - what a verifier should refuse
 * @what: in words
 * @program: the program in holes.bpf.c that does it
 * @twin: the program there that does not, and is otherwise the same
 * @reason: what the verifiers of all releases say when they refuse @program for
 *	what it does
 * @mended: the first release of Linux without the hole
 */
struct hole {
	const char *what;
	const char *program;
	const char *twin;
	const char *reason;
	const char *mended;
};

/* The verifier's log of the last program. */
static char verifier_log[256 * 1024];

/* Returns 0, or the errno with which it was refused, negated. */
static int try_to_load(const char *name)
{
	struct holes_bpf *skel = holes_bpf__open();
	struct bpf_program *prog;
	int err;

	if (!skel)
		return -errno;
	verifier_log[0] = '\0';
	prog = bpf_object__find_program_by_name(skel->obj, name);
	bpf_program__set_autoload(prog, true);
	/*
	 * The verifier now notes its state at each jump, not only after enough
	 * instructions: so a hole in loops does not depend on how many clang makes.
	 */
	bpf_program__set_flags(prog, BPF_F_TEST_STATE_FREQ);
	/* If a log level is set, libbpf does not load a refused program twice. */
	bpf_program__set_log_level(prog, 1);
	bpf_program__set_log_buf(prog, verifier_log, sizeof(verifier_log));
	err = holes_bpf__load(skel);
	holes_bpf__destroy(skel);
	if (settings.debug)
		fprintf(stderr, "%s: %s\n%s", name, kernel_strerror(-err),
			verifier_log);
	return err;
}

static void not_known(struct finding *f, const struct hole *hole, const char *why)
{
	report(f, UNKNOWN, "%s: not known, as %s", hole->what, why);
	advise(f, "opsctl -d doctor  # shows what the verifier says");
}

static void check_hole(struct finding *f, const struct hole *hole)
{
	bool for_that;
	int err;

	if (!has_btf("vmlinux"))
		return;
	err = try_to_load(hole->program);
	if (!err) {
		report(f, WARNING, "the verifier allows %s (mended in Linux %s)",
		       hole->what, hole->mended);
		advise_newer_kernel(f);
		return;
	}
	if (err == -EPERM) {
		report(f, UNKNOWN, "%s: not known, as the caller may not load",
		       hole->what);
		advise(f, "sudo opsctl doctor");
		return;
	}

	for_that = strstr(verifier_log, hole->reason);
	err = try_to_load(hole->twin);
	/* PREEMPT_RT has no timers for programs, so they cannot sleep in one. */
	if (err == -EOPNOTSUPP)
		return;
	if (err)
		not_known(f, hole, "a harmless twin is refused too");
	else if (!for_that)
		not_known(f, hole, "the refusal has other reasons");
	else
		report(f, OK, "the verifier refuses %s", hole->what);
}

/* In a global function that gets a member's address, this is memory to write to. */
void check_hole_global_write(struct finding *f)
{
	check_hole(f, &(struct hole){
			      .what = "writes to kernel structs",
			      .program = "write_kernel",
			      .twin = "write_own",
			      .reason = "only read is supported",
			      .mended = "7.2",
		      });
}

/* A global function may sleep, wherever it is called. */
void check_hole_rcu_sleep(struct finding *f)
{
	check_hole(f, &(struct hole){
			      .what = "sleep in an RCU section",
			      .program = "rcu_wait",
			      .twin = "rcu_stay",
			      .reason = "sleep",
			      .mended = "6.15",
		      });
}

/* A timer's callback may sleep if the program that set it may. */
void check_hole_timer_sleep(struct finding *f)
{
	check_hole(f, &(struct hole){
			      .what = "sleep in a timer",
			      .program = "timer_wait",
			      .twin = "timer_stay",
			      .reason = "sleep",
			      .mended = "6.19",
		      });
}

/* In a loop over an iterator the verifier misses values that an index can have. */
void check_hole_iterator_bounds(struct finding *f)
{
	check_hole(f, &(struct hole){
			      .what = "iterators out of bounds",
			      .program = "iterate_outside",
			      .twin = "iterate_inside",
			      .reason = "outside of the allowed memory range",
			      .mended = "6.17",
		      });
}

/* It misses them too in the function that bpf_loop() calls. */
void check_hole_callback_bounds(struct finding *f)
{
	check_hole(f, &(struct hole){
			      .what = "callbacks out of bounds",
			      .program = "turn_outside",
			      .twin = "turn_inside",
			      .reason = "outside of the allowed memory range",
			      .mended = "7.0",
		      });
}
