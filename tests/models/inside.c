// SPDX-License-Identifier: GPL-2.0-only
/*
 * The trigger file says how many calls are inside a member that may sleep: not fewer than
 * none, and not more than there are. A call is counted in on the CPU where it begins, and
 * out on the one where it ends. Who reads the file looks at one CPU after the other.
 *
 * models module/ops.c: accepts show_member SUM
 *
 * It cannot say: that two calls on one CPU lose no count. For that, the kernel's
 * this_cpu_inc() is one step.
 *
 * twin BELOW_NONE sc=fails tso=fails pso=fails: show_member: max((long)SUM(counts[i].inside), 0L));
 */
#include <assert.h>

static int inside[2];

_Bool nondet_cpu(void);

static void call(_Bool begins, _Bool ends)
{
	inside[begins]++;
	inside[ends]--;
}

int main(void)
{
	_Bool begins = nondet_cpu(), ends = nondet_cpu();
	int sum;

__CPROVER_ASYNC_1:
	call(begins, ends);

	sum = inside[0];
	sum += inside[1];
#ifndef BELOW_NONE
	if (sum < 0)
		sum = 0;
#endif
	assert(sum >= 0 && sum <= 1);
	return 0;
}
