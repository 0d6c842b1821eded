// SPDX-License-Identifier: GPL-2.0-only
/* Messages, and the trigger file: a write runs the table, a read tells what happened. */
#include <linux/container_of.h>
#include <linux/gfp.h>
#include <linux/proc_fs.h>
#include <linux/ratelimit.h>
#include <linux/uaccess.h>

#include "internal.h"
#include "trace.h"

static struct proc_dir_entry *trigger;
static bool log_on = true;
module_param_named(log, log_on, bool, 0644);
MODULE_PARM_DESC(log, "log what each trigger did (default: on)");

/* This limit counts triggers, not lines. */
static DEFINE_RATELIMIT_STATE(log_limit, 5 * HZ, 100);

/* It is not inlined: most writers do not log. __ratelimit() would log this function's name. */
static noinline bool log_allowed(void)
{
	bool allowed = ___ratelimit(&log_limit, KBUILD_MODNAME ": log");

	if (!allowed)
		this_cpu_inc(bpf_testmod_unlogged);
	return allowed;
}

/* Even the default is unlikely(): next to a log line the jump costs nothing. */
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

/*
 * A message that is not in use, or NULL: allocating one costs more than all else. It is not
 * on the stack, because programs write to it. It takes two pages, one for the private half
 * and one for the bytes, so that nothing comes after the bytes.
 */
static DEFINE_PER_CPU(struct bpf_testmod_message *, spare);
#define ORDER get_order(sizeof(struct bpf_testmod_message))

static void put_message(struct bpf_testmod_message *message)
{
	/* A writer that slept, or moved to this CPU, may find another one in place. */
	message = this_cpu_xchg(spare, message);
	if (message)
		free_pages((unsigned long)message, ORDER);
}

/* May sleep, for as long as user space takes to bring @buf in. */
static int fill_message(struct bpf_testmod_message *message,
			const char __user *buf, size_t len)
{
	if (copy_from_user(message->data, buf, len))
		return -EFAULT;
	message->data[len] = '\0';
	message->len = len;
	message->run = (struct bpf_testmod_run){};

	/* Programs read these copies; the module never reads them back. */
	message->event = (struct bpf_testmod_event){
		.len = len,
		.data = message->data,
	};
	return 0;
}

__bpf_kfunc_start_defs();

/**
 * bpf_testmod_event_data() - the bytes of a message, to read and to write
 * @event: the event that prepare or filter was called with
 * @offset: of the first byte
 * @rdwr_buf_size: how many bytes; a constant in the program. The verifier knows by its
 *		   name that this parameter is the size of the result
 *
 * A program reaches a message of any length in chunks of fixed sizes. What it writes
 * is what test_3 is called with. The NUL after the message is not part of it.
 *
 * Context: Programs of prepare and filter. Does not sleep.
 * Return: @rdwr_buf_size bytes, or NULL if one of them is outside the message, or if
 *	   @rdwr_buf_size is 0.
 */
__bpf_kfunc __u8 *bpf_testmod_event_data(struct bpf_testmod_event *event,
					 u32 offset, const size_t rdwr_buf_size)
{
	/* Do not rely on what the event says: a program may have written it. */
	struct bpf_testmod_message *message =
		container_of(event, struct bpf_testmod_message, event);

	/* For size 0 the verifier of 6.12 grants one byte (check_kfunc_call()). */
	if (!rdwr_buf_size)
		return NULL;

	/* Nothing is added up here, so nothing can wrap, however wide a size_t is. */
	if (offset > message->len || rdwr_buf_size > message->len - offset)
		return NULL;
	return message->data + offset;
}

__bpf_kfunc_end_defs();

/* The pointer has to be a trusted one: around any other memory there is no message. */
#define KFUNCS(KFUNC)                                                \
	KFUNC(bpf_testmod_event_data, KF_TRUSTED_ARGS | KF_RET_NULL, \
	      OPSMOD_IN(bpf_testmod_ops, prepare),                   \
	      OPSMOD_IN(bpf_testmod_ops, filter))

OPSMOD_KFUNCS(kfuncs, KFUNCS);

/* It is not inlined, so that a write that meets no table saves no registers for it. */
static noinline ssize_t run_message(const char __user *buf, size_t len)
{
	struct bpf_testmod_message *message = this_cpu_xchg(spare, NULL);
	ssize_t ret;

	if (!message)
		message = (void *)__get_free_pages(GFP_KERNEL, ORDER);
	if (!message)
		return -ENOMEM;
	/* This comes before SRCU: a fault may wait for user space, and a detach for us. */
	ret = fill_message(message, buf, len);
	if (ret)
		goto put;

	ret = len;
	if (!bpf_testmod_ops_run(message)) {
		log_no_table();
		goto put;
	}

	if (message->run.err)
		ret = message->run.err;
	log_run(&message->run);
	/* This comes last: on some kernels a program that traces can write to the event. */
	trace_bpf_testmod_trigger(&message->event, &message->run, message->len);
put:
	put_message(message);
	return ret;
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

	err = opsmod_register(bpf_testmod_ops) ?: opsmod_register_kfuncs(kfuncs);
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
	int cpu;

	/* Waits for reads and writes under way; later ones get EIO (proc_reg_write()). */
	proc_remove(trigger);
	for_each_possible_cpu(cpu)
		free_pages((unsigned long)per_cpu(spare, cpu), ORDER);
	pr_info(KBUILD_MODNAME " unloaded\n");
}

module_init(testmod_init);
module_exit(testmod_exit);
MODULE_LICENSE("GPL");
MODULE_AUTHOR("The opsmod authors");
MODULE_DESCRIPTION("An ops table that BPF programs implement (struct_ops)");
MODULE_VERSION(OPSMOD_VERSION);
