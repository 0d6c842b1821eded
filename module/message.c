// SPDX-License-Identifier: GPL-2.0-only
/* Memory for messages, none of it on a stack: programs get to write there. */
#include "opsmod/compat.h"

#include <linux/build_bug.h>
#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "message.h"

/* A NUL follows the message. */
static_assert(BPF_TESTMOD_MSG_MAX + 1 <= PAGE_SIZE);

/* One message that is not in use, or NULL: allocating costs more than all else. */
static DEFINE_PER_CPU(struct bpf_testmod_message *, spare);

static void message_free(struct bpf_testmod_message *message)
{
	if (!message)
		return;
	free_page((unsigned long)message->data);
	kfree(message);
}

static struct bpf_testmod_message *message_alloc(void)
{
	struct bpf_testmod_message *message;

	message = kmalloc(sizeof(*message), GFP_KERNEL);
	if (!message)
		return NULL;

	message->data = (char *)__get_free_page(GFP_KERNEL);
	if (!message->data) {
		kfree(message);
		return NULL;
	}

	return message;
}

/**
 * bpf_testmod_message_get() - copy a message from user space
 * @buf: the message
 * @len: bytes in it, at most BPF_TESTMOD_MSG_MAX
 *
 * Context: Process context. May sleep, for as long as user space takes to bring
 *	    @buf in.
 * Return: the message, to be given to bpf_testmod_message_put(); or an error
 *	   pointer: -ENOMEM, or -EFAULT if @buf cannot be read.
 */
struct bpf_testmod_message *bpf_testmod_message_get(const char __user *buf,
						    u32 len)
{
	struct bpf_testmod_message *message;

	message = this_cpu_xchg(spare, NULL);
	if (!message)
		message = message_alloc();
	if (!message)
		return ERR_PTR(-ENOMEM);

	if (copy_from_user(message->data, buf, len)) {
		bpf_testmod_message_put(message);
		return ERR_PTR(-EFAULT);
	}
	message->data[len] = '\0';
	message->len = len;
	message->run = (struct bpf_testmod_run){};

	/* Copies: for programs to read, and not to be read back. */
	message->event = (struct bpf_testmod_event){
		.len = len,
		.data = message->data,
	};

	return message;
}

/**
 * bpf_testmod_message_put() - give a message back
 * @message: what bpf_testmod_message_get() returned
 *
 * Context: Process context.
 */
void bpf_testmod_message_put(struct bpf_testmod_message *message)
{
	/* One that slept meanwhile, or moved here, may find another in place. */
	message_free(this_cpu_xchg(spare, message));
}

/**
 * bpf_testmod_message_exit() - free the memory that messages were kept in
 *
 * Context: Module exit, when no message is in use.
 */
void bpf_testmod_message_exit(void)
{
	int cpu;

	for_each_possible_cpu(cpu)
		message_free(per_cpu(spare, cpu));
}
