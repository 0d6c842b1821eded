// SPDX-License-Identifier: GPL-2.0-only
/*
 * What can be done with tables that are found by one name, in pairs: in examples/scribe.
 * A trigger here chooses that name first: it gets a table that is attached, or none.
 *
 * Usage: test_named_pairs [PAIR]   only this one
 */
#include "lib.h"

#include "acts.h"

static const struct acts_model named = {
	.module = "scribe",
	.params = "",
	.type = "scribe_ops",
	.object = "programs/race_named.bpf.o",
	.functions = { "rewrite" },
	.indexes = { 1 },
	.names = { "race", "race" },
	.file = "/proc/scribe",
	.choice = "use race",
};

#define PAIR(a, b, per_second)                                        \
	acts_test_of(&named, "named-" #a "-" #b, acts_race, &act_##a, \
		     &act_##b, per_second)

int main(int argc, char *argv[])
{
	const struct CMUnitTest tests[] = {
		PAIR(attach, attach, 1),     PAIR(attach, detach, 1),
		PAIR(attach, swap, 1),	     PAIR(attach, trigger, 1),
		PAIR(attach, rmmod, 0.2),    PAIR(detach, detach, 1),
		PAIR(detach, swap, 1),	     PAIR(detach, trigger, 1),
		PAIR(detach, rmmod, 0.2),    PAIR(swap, swap, 1),
		PAIR(swap, trigger, 1),	     PAIR(swap, rmmod, 0.2),
		PAIR(trigger, trigger, 100), PAIR(trigger, rmmod, 0.2),
		PAIR(rmmod, rmmod, 0.2),
	};

	return run_chosen(argc, argv, tests);
}
