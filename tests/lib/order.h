/* SPDX-License-Identifier: GPL-2.0-only */
/* What happens while a change of tables is under way. */
#ifndef ORDER_H
#define ORDER_H

/*
 * Does FIRST, which is held up by HOLDER, a program of order.bpf.o, with its lock, or
 * where it enters a table, and SECOND meanwhile, which must wait, asleep, until FIRST goes
 * on. FIRST must return 0 then, and SECOND an errno, SECOND_ERR. Each is done in a thread
 * of its own, so neither may assert anything. Skips the test on one CPU, and where a
 * program cannot be attached to a function.
 */
void order_is_kept(const char *holder, int (*first)(void), int (*second)(void),
		   int second_err);

/* Likewise, but SECOND must not wait: it is done before FIRST goes on. */
void is_done_meanwhile(const char *holder, int (*first)(void),
		       int (*second)(void), int second_err);

#endif /* ORDER_H */
