// SPDX-License-Identifier: GPL-2.0-only
/* Two threads race on purpose while this is loaded, for opsmod_watch to find. */
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/module.h>

static unsigned long shared;
static struct task_struct *threads[2];

static int count(void *unused)
{
	while (!kthread_should_stop()) {
		shared++;
		cond_resched();
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
	int i;

	for (i = 0; i < ARRAY_SIZE(threads); i++) {
		threads[i] = kthread_run(count, NULL, "racy/%d", i);
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
