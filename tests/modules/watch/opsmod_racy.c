// SPDX-License-Identifier: GPL-2.0-only
/*
 * Two threads race on purpose while this is loaded, for the detectors of tests/races to
 * find.
 */
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/processor.h>

static bool weak;
module_param(weak, bool, 0444);
MODULE_PARM_DESC(weak,
		 "race only where a CPU sees the stores of another in any order");

static unsigned long shared, taken;
static bool full;
static struct task_struct *threads[2];

static void relax(void)
{
	cond_resched();
	cpu_relax(); /* Where CPUs take turns on one thread, it is the next one's. */
}

static int count(void *unused)
{
	while (!kthread_should_stop()) {
		shared++;
		relax();
	}
	return 0;
}

/* What is missing is that the store to full is a release. */
static int publish(void *unused)
{
	while (!kthread_should_stop()) {
		shared++;
		WRITE_ONCE(full, true);
		while (smp_load_acquire(&full) && !kthread_should_stop())
			relax();
	}
	return 0;
}

static int empty(void *unused)
{
	while (!kthread_should_stop()) {
		if (smp_load_acquire(&full)) {
			taken += shared;
			smp_store_release(&full, false);
		}
		relax();
	}
	return 0;
}

static void stop(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(threads); i++) {
		if (!IS_ERR_OR_NULL(threads[i]))
			kthread_stop(threads[i]);
	}
}

static int __init racy_init(void)
{
	int (*const pair[])(void *) = { weak ? publish : count,
					weak ? empty : count };
	int i;

	for (i = 0; i < ARRAY_SIZE(threads); i++) {
		threads[i] = kthread_run(pair[i], NULL, "racy/%d", i);
		if (IS_ERR(threads[i])) {
			stop();
			return PTR_ERR(threads[i]);
		}
	}
	return 0;
}

static void __exit racy_exit(void)
{
	stop();
}

module_init(racy_init);
module_exit(racy_exit);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("The opsmod authors");
MODULE_DESCRIPTION("A data race");
