// SPDX-License-Identifier: GPL-2.0-only
#include "order.h"

#include <string.h>

#include "lib.h"
#include "task.h"

/* Nothing but another task wakes it: not a signal, as for one that waits for a file. */
static bool is_asleep(struct task *t)
{
	char path[64], state = '?';
	FILE *f;

	snprintf(path, sizeof(path), "/proc/self/task/%d/stat", t->tid);
	f = fopen(path, "r");
	if (f) {
		if (fscanf(f, "%*d (%*[^)]) %c", &state) != 1)
			state = '?';
		fclose(f);
	}
	return state == 'D';
}

/* It is asleep at one look, and still at the next. */
static bool waits(struct task *t)
{
	int i;

	for (i = 0; i < 3000 && !t->done; i++) {
		usleep(1000);
		if (!is_asleep(t))
			continue;
		usleep(50000);
		if (is_asleep(t))
			return true;
	}
	return false;
}

static int call(const void *act)
{
	return ((int (*)(void))act)();
}

static void hold_and_do(const char *holder, int (*first)(void),
			int (*second)(void), int second_err, bool must_wait)
{
	static struct task one, two;
	static struct table t;
	volatile __u32 *held;
	bool waited = false, done = false;
	int i, err;

	if (sysconf(_SC_NPROCESSORS_ONLN) < 2)
		skip();
	program_open(&t, "programs/order.bpf.o", holder);
	err = program_load(&t) ?: program_attach(&t);
	if (err) {
		print_message("# no program on a function here: %s\n",
			      strerror(err));
		skip();
	}

	*(__u32 *)table_variable(&t, "held_process") = getpid();
	held = table_variable(&t, "held");
	task_start_on(&one, 1, call, first);
	for (i = 0; i < 3000 && !*held; i++)
		usleep(1000);
	if (*held) {
		task_start_on(&two, 0, call, second);
		waited = waits(&two);
		done = two.done;
	}
	*(volatile __u32 *)table_variable(&t, "let_go") = 1;
	tasks_join();

	/* It was let go by this, and not because it was held up for too long. */
	i = *(volatile __u32 *)table_variable(&t, "went");
	table_free(&t);
	assert_int_equal(i, 1);
	if (must_wait && !waited)
		fail_msg("with %s, the second did not wait for the first",
			 holder);
	if (!must_wait && !done)
		fail_msg("with %s, the second was not done meanwhile", holder);
	assert_int_equal(one.err, 0);
	assert_int_equal(two.err, second_err);
}

void order_is_kept(const char *holder, int (*first)(void), int (*second)(void),
		   int second_err)
{
	hold_and_do(holder, first, second, second_err, true);
}

void is_done_meanwhile(const char *holder, int (*first)(void),
		       int (*second)(void), int second_err)
{
	hold_and_do(holder, first, second, second_err, false);
}
