// SPDX-License-Identifier: GPL-2.0-only
#include "order.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include "lib.h"

struct change {
	int (*act)(void);
	int err;
	int cpu;
	atomic_int tid;
	atomic_bool done;
	pthread_t thread;
};

static void *make(void *arg)
{
	struct change *c = arg;
	cpu_set_t cpu;

	/* One that is held up keeps its CPU. */
	CPU_ZERO(&cpu);
	CPU_SET(c->cpu, &cpu);
	pthread_setaffinity_np(pthread_self(), sizeof(cpu), &cpu);
	c->tid = gettid();
	c->err = c->act();
	c->done = true;
	return NULL;
}

static void begin(struct change *c)
{
	assert_int_equal(pthread_create(&c->thread, NULL, make, c), 0);
}

/* Nothing but another task wakes it: not a signal, as for one that waits for a file. */
static bool is_asleep(struct change *c)
{
	char path[64], state = '?';
	FILE *f;

	snprintf(path, sizeof(path), "/proc/self/task/%d/stat", c->tid);
	f = fopen(path, "r");
	if (f) {
		if (fscanf(f, "%*d (%*[^)]) %c", &state) != 1)
			state = '?';
		fclose(f);
	}
	return state == 'D';
}

/* It is asleep at one look, and still at the next. */
static bool waits(struct change *c)
{
	int i;

	for (i = 0; i < 3000 && !c->done; i++) {
		usleep(1000);
		if (!is_asleep(c))
			continue;
		usleep(50000);
		if (is_asleep(c))
			return true;
	}
	return false;
}

void order_is_kept(const char *holder, int (*first)(void), int (*second)(void),
		   int second_err)
{
	struct change one = { .act = first, .cpu = 1 };
	struct change two = { .act = second, .cpu = 0 };
	static struct table t;
	volatile __u32 *held;
	bool waited = false;
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
	begin(&one);
	for (i = 0; i < 3000 && !*held; i++)
		usleep(1000);
	if (*held) {
		begin(&two);
		waited = waits(&two);
	}
	*(volatile __u32 *)table_variable(&t, "let_go") = 1;
	pthread_join(one.thread, NULL);
	if (two.thread)
		pthread_join(two.thread, NULL);

	/* It was let go by this, and not because it was held up for too long. */
	i = *(volatile __u32 *)table_variable(&t, "went");
	table_free(&t);
	assert_int_equal(i, 1);
	if (!waited)
		fail_msg("with %s, the second did not wait for the first",
			 holder);
	assert_int_equal(one.err, 0);
	assert_int_equal(two.err, second_err);
}
