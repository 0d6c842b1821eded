// SPDX-License-Identifier: GPL-2.0-only
/* The trigger file: a write runs the table, a read tells what has happened so far. */
#include <linux/moduleparam.h>
#include <linux/percpu.h>
#include <linux/proc_fs.h>
#include <linux/ratelimit.h>
#include <linux/seq_file.h>

#include "internal.h"
#include "trace.h"

static struct proc_dir_entry *trigger;

static bool log_on = true;
module_param_named(log, log_on, bool, 0644);
MODULE_PARM_DESC(log, "log what each trigger did (default: on)");

/* For all lines of a trigger at once. */
static DEFINE_RATELIMIT_STATE(log_limit, 5 * HZ, 100);

/* Apart: most writers do not log. __ratelimit() would log this function's name. */
static noinline bool log_allowed(void)
{
	bool allowed = ___ratelimit(&log_limit, KBUILD_MODNAME ": log");

	if (!allowed)
		this_cpu_inc(bpf_testmod_unlogged);
	return allowed;
}

/* Unlikely by default too: beside a log line the jump is nothing. */
static bool log_this_trigger(void)
{
	return unlikely(READ_ONCE(log_on)) && log_allowed();
}

static void log_run(const struct bpf_testmod_run *run)
{
	const struct opsmod_member *m;

	if (run->flags & BPF_TESTMOD_F_QUIET || !log_this_trigger())
		return;

	pr_info("Calling struct_ops callbacks:\n");
	opsmod_for_each_function(m, &bpf_testmod_ops_type) {
		unsigned int i = m->offset / sizeof(void *);

		if (!(run->called & BIT(i)))
			continue;
		if (i == MEMBER_INDEX(test_2))
			pr_info("test_2(10, 20) returned: %d\n", run->ret[i]);
		else if (i == MEMBER_INDEX(test_3))
			pr_info("test_3() called with buffer\n");
		else
			pr_info("%s() returned: %d\n", m->name, run->ret[i]);
	}
	if (run->err)
		pr_info("message refused: %d\n", run->err);
	if (run->dropped)
		pr_info("message dropped\n");
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

	if (static_branch_unlikely(&bpf_testmod_slot.attached))
		return run_message(buf, len);

	log_no_table();
	return len;
}

static int trigger_open(struct inode *inode, struct file *file)
{
	return single_open(file, bpf_testmod_ops_show, NULL);
}

/* procfs has no write_iter: each segment of a writev(2) is a message. */
static const struct proc_ops trigger_proc_ops = {
	.proc_open = trigger_open,
	.proc_read = seq_read,
	.proc_lseek = seq_lseek,
	.proc_release = single_release,
	.proc_write = trigger_write,
};

static int __init testmod_init(void)
{
	int err;

	err = opsmod_register(bpf_testmod_ops) ?: bpf_testmod_kfuncs_init();
	if (err)
		return err;

	trigger = proc_create(TRIGGER_NAME, 0600, NULL, &trigger_proc_ops);
	if (!trigger)
		return -ENOMEM;

	pr_info(KBUILD_MODNAME " loaded with struct_ops support\n");
	return 0;
}

static void __exit testmod_exit(void)
{
	/* Waits for reads and writes under way; later ones get EIO (proc_reg_write()). */
	proc_remove(trigger);
	bpf_testmod_message_exit();
	pr_info(KBUILD_MODNAME " unloaded\n");
}

module_init(testmod_init);
module_exit(testmod_exit);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("The opsmod authors");
MODULE_DESCRIPTION("An ops table that BPF programs implement (struct_ops)");
MODULE_VERSION(OPSMOD_VERSION);
