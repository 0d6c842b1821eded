// SPDX-License-Identifier: GPL-2.0-only
/*
 * All that can be done with the module, in pairs, each with each.
 *
 * Usage: test_pairs [PAIR]   only this one
 */
#include "lib.h"

#include "acts.h"

#define PAIR(a, b, per_second) \
	acts_test(#a "-" #b, acts_race, &act_##a, &act_##b, per_second)

int main(int argc, char *argv[])
{
	const struct CMUnitTest tests[] = {
		PAIR(attach, attach, 1),  PAIR(attach, detach, 1),
		PAIR(attach, swap, 1),	  PAIR(attach, trigger, 1),
		PAIR(attach, read, 1),	  PAIR(attach, rmmod, 0.2),
		PAIR(detach, detach, 1),  PAIR(detach, swap, 1),
		PAIR(detach, trigger, 1), PAIR(detach, read, 1),
		PAIR(detach, rmmod, 0.2), PAIR(swap, swap, 1),
		PAIR(swap, trigger, 1),	  PAIR(swap, read, 1),
		PAIR(swap, rmmod, 0.2),	  PAIR(trigger, trigger, 100),
		PAIR(trigger, read, 100), PAIR(trigger, rmmod, 0.2),
		PAIR(read, read, 100),	  PAIR(read, rmmod, 0.2),
		PAIR(rmmod, rmmod, 0.2),
	};

	return run_chosen(argc, argv, tests);
}
