/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Holds up who runs a program, until the test lets go, for ten seconds at most.
 *
 * The test should let go before half a second is over. From then on, PREEMPT_RT runs who is
 * held up with a real-time priority, as a grace period waits for it (RCU_BOOST), and a test
 * that sleeps, on another CPU too, may wake only when the ten seconds are over.
 */
#ifndef HOLD_H
#define HOLD_H

__u32 held;
__u32 let_go;

static long hold(__u64 i, __u64 *until)
{
	return *(volatile __u32 *)&let_go || bpf_ktime_get_ns() > *until;
}

static long hold_long(__u64 i, __u64 *until)
{
	bpf_loop(1 << 20, hold, until, 0);
	return hold(i, until);
}

/* Returns 1 if it was the test that let go. */
static __u32 hold_up(void)
{
	__u64 until = bpf_ktime_get_ns() + 10000000000;

	bpf_loop(1 << 20, hold_long, &until, 0);
	return let_go;
}

#endif /* HOLD_H */
