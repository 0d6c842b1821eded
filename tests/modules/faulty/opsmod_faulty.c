// SPDX-License-Identifier: GPL-2.0-only
/* Commits one deliberate fault while it is loaded, for a checker to find. */
#include <linux/compiler.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>

static char *fault = "none";
module_param(fault, charp, 0);
MODULE_PARM_DESC(fault, "what to do wrong");

static DEFINE_MUTEX(lock_a);
static DEFINE_MUTEX(lock_b);
static DEFINE_SPINLOCK(spinlock);
static LIST_HEAD(list);
static int __rcu *shared;

/* A number that the compiler cannot see. */
static int hidden(int n)
{
	OPTIMIZER_HIDE_VAR(n);
	return n;
}

static void none(void)
{
}

static void use_after_free(void)
{
	volatile char *p = kmalloc(8, GFP_KERNEL);

	kfree((void *)p);
	(void)*p;
}

static void heap_out_of_bounds(void)
{
	volatile char *p = kmalloc(8, GFP_KERNEL);

	(void)p[hidden(8)];
	kfree((void *)p);
}

static void stack_out_of_bounds(void)
{
	volatile char array[8] = {};

	(void)*(&array[0] + hidden(8));
}

static void shift_out_of_bounds(void)
{
	volatile int shifted = 1 << hidden(40);

	(void)shifted;
}

static void sleep_under_spinlock(void)
{
	spin_lock(&spinlock);
	mutex_lock(&lock_a);
	mutex_unlock(&lock_a);
	spin_unlock(&spinlock);
}

static void sleep_under_rcu(void)
{
	rcu_read_lock();
	schedule_timeout_uninterruptible(1);
	rcu_read_unlock();
}

static void locks_in_either_order(void)
{
	mutex_lock(&lock_a);
	mutex_lock(&lock_b);
	mutex_unlock(&lock_b);
	mutex_unlock(&lock_a);

	mutex_lock(&lock_b);
	mutex_lock(&lock_a);
	mutex_unlock(&lock_a);
	mutex_unlock(&lock_b);
}

static void rcu_pointer_without_lock(void)
{
	(void)rcu_dereference(shared);
}

static void nothing_to_free(struct rcu_head *head)
{
}

static void call_rcu_twice(void)
{
	static struct rcu_head head;

	call_rcu(&head, nothing_to_free);
	call_rcu(&head, nothing_to_free);
	rcu_barrier();
}

static void list_add_twice(void)
{
	static struct list_head entry;

	list_add(&entry, &list);
	list_add(&entry, &list);
}

static void leak(void)
{
	volatile void *p = kmalloc(64, GFP_KERNEL);

	(void)p;
}

static long takes_a_long(long a)
{
	return a;
}

static void call_by_another_type(void)
{
	int (*volatile call)(int) = (int (*)(int))(void *)takes_a_long;

	(void)call(8);
}

static const struct {
	const char *name;
	void (*commit)(void);
} faults[] = {
	{ "none", none },
	{ "use-after-free", use_after_free },
	{ "heap-out-of-bounds", heap_out_of_bounds },
	{ "stack-out-of-bounds", stack_out_of_bounds },
	{ "shift-out-of-bounds", shift_out_of_bounds },
	{ "sleep-under-spinlock", sleep_under_spinlock },
	{ "sleep-under-rcu", sleep_under_rcu },
	{ "locks-in-either-order", locks_in_either_order },
	{ "rcu-pointer-without-lock", rcu_pointer_without_lock },
	{ "call-rcu-twice", call_rcu_twice },
	{ "list-add-twice", list_add_twice },
	{ "leak", leak },
	{ "call-by-another-type", call_by_another_type },
};

static int __init faulty_init(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(faults); i++) {
		if (!strcmp(fault, faults[i].name)) {
			faults[i].commit();
			return 0;
		}
	}

	pr_err("no fault is called %s\n", fault);
	return -EINVAL;
}

static void __exit faulty_exit(void)
{
}

module_init(faulty_init);
module_exit(faulty_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Faults for the checkers of a debug kernel to find");
