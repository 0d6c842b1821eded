// SPDX-License-Identifier: GPL-2.0-only
/*
 * The trigger file: a write runs the attached table, a read tells what has
 * happened so far.
 */
#include "opsmod/compat.h"

#include <linux/bitops.h>
#include <linux/err.h>
#include <linux/moduleparam.h>
#include <linux/percpu.h>
#include <linux/proc_fs.h>
#include <linux/ratelimit.h>
#include <linux/seq_file.h>
#include <linux/spinlock.h>

#include "message.h"
#include "ops.h"
#include "trace.h"
#include "trigger.h"

static const char *const member_names[BPF_TESTMOD_NR_MEMBERS] = {
	[BPF_TESTMOD_PREPARE] = "prepare", [BPF_TESTMOD_FILTER] = "filter",
	[BPF_TESTMOD_TEST_1] = "test_1",   [BPF_TESTMOD_TEST_2] = "test_2",
	[BPF_TESTMOD_TEST_3] = "test_3",
};

/* Triggers that the rate limit kept out of the log; per CPU as in ops.c. */
static DEFINE_PER_CPU(unsigned long, unlogged);

static struct proc_dir_entry *trigger_entry;

static bool log_on = true;
module_param_named(log, log_on, bool, 0644);
MODULE_PARM_DESC(log, "log what each trigger did (default: on)");

#define LOG_INTERVAL (5 * HZ)
#define LOG_BURST 100

static DEFINE_RATELIMIT_STATE(log_limit, LOG_INTERVAL, LOG_BURST);
static DEFINE_SPINLOCK(log_lock);

/* The rate limit, for all lines of a trigger at once; where the log is on. */
static noinline bool log_allowed(void)
{
	bool allowed;

	/*
	 * Before 6.16 ___ratelimit() drops uncounted where its lock is contended.
	 * __ratelimit() would name this function where it says how many it dropped.
	 */
	spin_lock(&log_lock);
	allowed = ___ratelimit(&log_limit, KBUILD_MODNAME ": log");
	spin_unlock(&log_lock);

	if (!allowed)
		this_cpu_inc(unlogged);
	return allowed;
}

/* Unlikely by default too: beside a log line the jump is nothing. */
static bool log_this_trigger(void)
{
	return unlikely(READ_ONCE(log_on)) && log_allowed();
}

static void log_run(const struct bpf_testmod_run *run)
{
	if (run->flags & BPF_TESTMOD_F_QUIET || !log_this_trigger())
		return;

	pr_info("Calling struct_ops callbacks:\n");
	if (run->called & BIT(BPF_TESTMOD_PREPARE))
		pr_info("prepare() returned: %d\n",
			run->ret[BPF_TESTMOD_PREPARE]);
	if (run->called & BIT(BPF_TESTMOD_FILTER))
		pr_info("filter() returned: %d\n", run->ret[BPF_TESTMOD_FILTER]);
	if (run->err)
		pr_info("message refused: %d\n", run->err);
	if (run->dropped)
		pr_info("message dropped\n");
	if (run->called & BIT(BPF_TESTMOD_TEST_1))
		pr_info("test_1() returned: %d\n", run->ret[BPF_TESTMOD_TEST_1]);
	if (run->called & BIT(BPF_TESTMOD_TEST_2))
		pr_info("test_2(10, 20) returned: %d\n",
			run->ret[BPF_TESTMOD_TEST_2]);
	if (run->called & BIT(BPF_TESTMOD_TEST_3))
		pr_info("test_3() called with buffer\n");
}

static void log_no_table(void)
{
	if (log_this_trigger())
		pr_info("No struct_ops registered\n");
}

/* Apart, so that a write that meets no table saves no registers for it. */
static noinline ssize_t run_message(const char __user *buf, size_t len)
{
	struct bpf_testmod_message *message;
	int err;

	/* Before SRCU is taken: a fault may wait for user space, and detach for us. */
	message = bpf_testmod_message_get(buf, len);
	if (IS_ERR(message))
		return PTR_ERR(message);

	if (!bpf_testmod_ops_run(message)) {
		bpf_testmod_message_put(message);
		log_no_table();
		return len;
	}

	err = message->run.err;
	log_run(&message->run);
	/* Last: on some kernels a program that traces can write to what it is shown. */
	trace_bpf_testmod_trigger(&message->event, &message->run, message->len);
	bpf_testmod_message_put(message);
	return err ?: len;
}

static ssize_t trigger_write(struct file *file, const char __user *buf,
			     size_t len, loff_t *pos)
{
	if (len > BPF_TESTMOD_MSG_MAX)
		return -EMSGSIZE;

	if (static_branch_unlikely(&bpf_testmod_attached))
		return run_message(buf, len);

	log_no_table();
	return len;
}

static int trigger_show(struct seq_file *m, void *v)
{
	struct bpf_testmod_stats stats;
	struct bpf_testmod_table table;
	unsigned long not_logged = 0;
	unsigned int member;
	int cpu;

	bpf_testmod_ops_stats(&stats);
	for_each_possible_cpu(cpu)
		not_logged += READ_ONCE(*per_cpu_ptr(&unlogged, cpu));

	if (bpf_testmod_ops_describe(&table)) {
		seq_puts(m, "attached: yes\n");
		seq_printf(m, "name: %s\n", table.name);
		seq_printf(m, "flags: %#x\n", table.flags);
	} else {
		seq_puts(m, "attached: no\n");
	}

	for (member = 0; member < BPF_TESTMOD_NR_MEMBERS; member++)
		seq_printf(m, "%s calls: %lu\n", member_names[member],
			   stats.calls[member]);
	/* No other member can refuse a message. */
	for (member = BPF_TESTMOD_PREPARE; member <= BPF_TESTMOD_FILTER; member++)
		seq_printf(m, "%s rejections: %lu\n", member_names[member],
			   stats.rejections[member]);
	seq_printf(m, "in prepare: %ld\n", stats.in_prepare);
	seq_printf(m, "drops: %lu\n", stats.drops);
	seq_printf(m, "swaps: %lu\n", stats.swaps);
	seq_printf(m, "unlogged triggers: %lu\n", not_logged);
	return 0;
}

static int trigger_open(struct inode *inode, struct file *file)
{
	return single_open(file, trigger_show, NULL);
}

/* procfs has no write_iter: each segment of a writev(2) is a message. */
static const struct proc_ops trigger_proc_ops = {
	.proc_open = trigger_open,
	.proc_read = seq_read,
	.proc_lseek = seq_lseek,
	.proc_release = single_release,
	.proc_write = trigger_write,
};

/**
 * bpf_testmod_trigger_init() - make the trigger file
 *
 * Context: Module init.
 * Return: 0, or -ENOMEM if /proc could not take the file.
 */
int bpf_testmod_trigger_init(void)
{
	trigger_entry = proc_create(TRIGGER_NAME, 0600, NULL, &trigger_proc_ops);
	return trigger_entry ? 0 : -ENOMEM;
}

/**
 * bpf_testmod_trigger_exit() - remove the trigger file
 *
 * Context: Module exit. Waits for reads and writes under way; file
 *	    descriptors that stay open get EIO from then on (proc_reg_write()).
 */
void bpf_testmod_trigger_exit(void)
{
	proc_remove(trigger_entry);
}
