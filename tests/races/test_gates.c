// SPDX-License-Identifier: GPL-2.0-only
/*
 * All that can be done with the gates of examples/turnstile, in pairs, each with each.
 * What goes, and comes back, is a gate.
 *
 * Usage: test_gates [PAIR]   only this one
 */
#include "lib.h"

#include <sys/klog.h>

#include "acts.h"

static const struct acts_model gates = {
	.module = "turnstile",
	.params = "",
	.type = "turnstile_rule",
	.object = "programs/race_rules.bpf.o",
	.functions = { "decide" },
	.indexes = { 0 },
	.names = { "race0", "race1" },
	.file = "/proc/turnstile",
	.target = "gate",
};

#define PAIR(a, b, per_second)                                        \
	acts_test_of(&gates, "gates-" #a "-" #b, acts_race, &act_##a, \
		     &act_##b, per_second)

int main(int argc, char *argv[])
{
	const struct CMUnitTest tests[] = {
		PAIR(attach, attach, 1),  PAIR(attach, detach, 1),
		PAIR(attach, swap, 1),	  PAIR(attach, trigger, 1),
		PAIR(attach, go, 1),	  PAIR(attach, rmmod, 0.2),
		PAIR(detach, detach, 1),  PAIR(detach, swap, 1),
		PAIR(detach, trigger, 1), PAIR(detach, go, 1),
		PAIR(detach, rmmod, 0.2), PAIR(swap, swap, 1),
		PAIR(swap, trigger, 1),	  PAIR(swap, go, 1),
		PAIR(swap, rmmod, 0.2),	  PAIR(trigger, trigger, 100),
		PAIR(trigger, go, 10),	  PAIR(trigger, rmmod, 0.2),
		PAIR(go, go, 1),	  PAIR(go, rmmod, 0.2),
		PAIR(rmmod, rmmod, 0.2),
	};

	/* A line for each visit is too much for a console: warnings are not. */
	klogctl(8, NULL, 5);
	return run_chosen(argc, argv, tests);
}
