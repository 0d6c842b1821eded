// SPDX-License-Identifier: GPL-2.0-only
/*
 * Finds data races of modules that are built with -fsanitize=thread, on any kernel. The
 * compiler has each access to memory call one of the functions at the end of this file.
 * Now and then a plain access stops there for a while with a watchpoint on its memory: who
 * accesses that meanwhile, races, and so does who changes it without being seen. This
 * is how the kernel's own KCSAN works (kernel/kcsan/core.c).
 */
#include <linux/delay.h>
#include <linux/module.h>
#include <linux/percpu.h>
#include <linux/sched/task_stack.h>
#include <linux/uaccess.h>

static unsigned int skip = 40;
module_param(skip, uint, 0644);
MODULE_PARM_DESC(skip, "every so many plain accesses on a CPU get a watchpoint");

static unsigned int delay_us = 80;
module_param(delay_us, uint, 0644);
MODULE_PARM_DESC(delay_us, "for how long");

static atomic_t watchpoints = ATOMIC_INIT(0);
module_param_named(watchpoints, watchpoints.counter, int, 0444);
MODULE_PARM_DESC(watchpoints, "how many there have been");

/* An access of @size bytes by the code at @ip; @marked: by READ_ONCE() or the like. */
struct access {
	unsigned long addr;
	size_t size;
	bool write;
	bool marked;
	unsigned long ip;
};

/**
 * struct watchpoint - a plain access that waits
 * @task: whose access it is; NULL if the watchpoint is free
 * @addr: of @access, while it waits
 * @access: it
 * @met: somebody else's access was seen
 */
struct watchpoint {
	struct task_struct *task;
	unsigned long addr;
	struct access access;
	bool met;
};

static struct watchpoint table[16];
static DEFINE_PER_CPU(unsigned int, seen);

/* Pairs of places that were reported. */
static struct {
	unsigned long one, other;
} reported[64];
static unsigned int races;
static DEFINE_SPINLOCK(report_lock);

static const char *kind(const struct access *a)
{
	if (a->marked)
		return a->write ? "marked write" : "marked read";
	return a->write ? "write" : "read";
}

/* Returns false if this pair was reported, or too many were. */
static bool remember(unsigned long one, unsigned long other)
{
	unsigned int i;

	for (i = 0; i < races; i++) {
		if (reported[i].one == one && reported[i].other == other)
			return false;
	}
	if (races == ARRAY_SIZE(reported))
		return false;
	reported[races].one = one;
	reported[races].other = other;
	races++;
	return true;
}

/* @other is NULL if only its new value was seen. */
static void report(const struct access *one, const struct access *other)
{
	unsigned long flags;
	bool is_new;

	spin_lock_irqsave(&report_lock, flags);
	is_new = remember(one->ip, other ? other->ip : 0);
	spin_unlock_irqrestore(&report_lock, flags);
	if (is_new && other)
		pr_warn("race: %s at %pS, %s at %pS\n", kind(one),
			(void *)one->ip, kind(other), (void *)other->ip);
	else if (is_new)
		pr_warn("race: %s at %pS, and the value was changed\n",
			kind(one), (void *)one->ip);
}

static u64 value_of(const struct access *a)
{
	switch (a->size) {
	case 1:
		return READ_ONCE(*(u8 *)a->addr);
	case 2:
		return READ_ONCE(*(u16 *)a->addr);
	case 4:
		return READ_ONCE(*(u32 *)a->addr);
	case 8:
		return READ_ONCE(*(u64 *)a->addr);
	}
	return 0;
}

static void meet_watchpoints(const struct access *a)
{
	struct watchpoint *w;

	for (w = table; w < table + ARRAY_SIZE(table); w++) {
		unsigned long addr = smp_load_acquire(&w->addr);
		struct access other;

		if (!addr || w->task == current)
			continue;
		other = w->access;
		/* Another access may have taken it meanwhile: see the stores of addr. */
		smp_rmb();
		if (READ_ONCE(w->addr) != addr)
			continue;
		if (addr >= a->addr + a->size || a->addr >= addr + other.size)
			continue;
		if (!other.write && !a->write)
			continue;
		WRITE_ONCE(w->met, true);
		report(&other, a);
	}
}

static void wait_with_watchpoint(const struct access *a)
{
	struct watchpoint *w;
	u64 before;

	for (w = table; w < table + ARRAY_SIZE(table); w++) {
		if (!cmpxchg(&w->task, NULL, current))
			break;
	}
	if (w == table + ARRAY_SIZE(table))
		return;

	atomic_inc(&watchpoints);
	w->access = *a;
	w->met = false;
	before = value_of(a);
	smp_store_release(&w->addr, a->addr);
	udelay(delay_us);
	smp_store_release(&w->addr, 0);
	if (value_of(a) != before && !READ_ONCE(w->met))
		report(a, NULL);
	smp_store_release(&w->task, NULL);
}

/* Only a task's accesses to memory that others could have. */
static void note(void *addr, size_t size, bool write, bool marked,
		 unsigned long ip)
{
	const struct access a = { (unsigned long)addr, size, write, marked, ip };

	if (!in_task() || irqs_disabled() || object_is_on_stack(addr) ||
	    a.addr < PAGE_OFFSET)
		return;
	meet_watchpoints(&a);
	if (marked || this_cpu_inc_return(seen) < skip)
		return;
	this_cpu_write(seen, 0);
	wait_with_watchpoint(&a);
}

/* An access may be one to user memory, while that is open: nothing else may be done so. */
#define NOTE_ACCESS(...)                                  \
	do {                                              \
		unsigned long flags = user_access_save(); \
                                                          \
		note(__VA_ARGS__, _RET_IP_);              \
		user_access_restore(flags);               \
	} while (0)

#define NOTE(name, size, write, marked)                 \
	void name(void *addr);                          \
	void notrace name(void *addr)                   \
	{                                               \
		NOTE_ACCESS(addr, size, write, marked); \
	}                                               \
	EXPORT_SYMBOL_GPL(name)

#define NOTE_SIZE(size)                                                \
	NOTE(__tsan_read##size, size, false, false);                   \
	NOTE(__tsan_write##size, size, true, false);                   \
	NOTE(__tsan_unaligned_read##size, size, false, false);         \
	NOTE(__tsan_unaligned_write##size, size, true, false);         \
	NOTE(__tsan_volatile_read##size, size, false, true);           \
	NOTE(__tsan_volatile_write##size, size, true, true);           \
	NOTE(__tsan_unaligned_volatile_read##size, size, false, true); \
	NOTE(__tsan_unaligned_volatile_write##size, size, true, true)

NOTE_SIZE(1);
NOTE_SIZE(2);
NOTE_SIZE(4);
NOTE_SIZE(8);
NOTE_SIZE(16);

#define NOTE_RANGE(name, write)                        \
	void name(void *addr, size_t size);            \
	void notrace name(void *addr, size_t size)     \
	{                                              \
		NOTE_ACCESS(addr, size, write, false); \
	}                                              \
	EXPORT_SYMBOL_GPL(name)

NOTE_RANGE(__tsan_read_range, false);
NOTE_RANGE(__tsan_write_range, true);

/* The compiler has each object call it when it is loaded. */
void __tsan_init(void);
void __tsan_init(void)
{
}
EXPORT_SYMBOL_GPL(__tsan_init);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("The opsmod authors");
MODULE_DESCRIPTION("A detector of data races, for modules built for it");
