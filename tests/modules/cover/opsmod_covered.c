// SPDX-License-Identifier: GPL-2.0-only
/* Shows that the report of coverage is alive: one of two functions is called. */
#include <linux/module.h>

static bool called;
module_param(called, bool, 0444);
MODULE_PARM_DESC(called, "call the one that is not called by default");

static int sum;

static noinline void is_called(void)
{
	WRITE_ONCE(sum, sum + 1);
}

static noinline void is_not_called(void)
{
	WRITE_ONCE(sum, sum + 2);
}

static int __init covered_init(void)
{
	is_called();
	if (called)
		is_not_called();
	return 0;
}

static void __exit covered_exit(void)
{
}

module_init(covered_init);
module_exit(covered_exit);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("The opsmod authors");
MODULE_DESCRIPTION("Code of which a part does not run");
