// SPDX-License-Identifier: GPL-2.0-only
/* Messages: their memory, none of it on a stack, and what programs may call to reach it. */
#include <linux/container_of.h>
#include <linux/gfp.h>
#include <linux/percpu.h>
#include <linux/uaccess.h>

#include "internal.h"

/* One that is not in use, or NULL: allocating costs more than all else. */
static DEFINE_PER_CPU(struct bpf_testmod_message *, spare);

/* Two pages: the private half, and the bytes, so that nothing lies after these. */
#define ORDER get_order(sizeof(struct bpf_testmod_message))

/**
 * bpf_testmod_message_get() - copy a message from user space
 * @buf: the message
 * @len: bytes in it, at most BPF_TESTMOD_MSG_MAX
 *
 * Context: May sleep, for as long as user space takes to bring @buf in.
 * Return: what bpf_testmod_message_put() takes, or an error pointer: -ENOMEM, or
 *	   -EFAULT if @buf cannot be read.
 */
struct bpf_testmod_message *bpf_testmod_message_get(const char __user *buf,
						    u32 len)
{
	struct bpf_testmod_message *message = this_cpu_xchg(spare, NULL);

	if (!message)
		message = (void *)__get_free_pages(GFP_KERNEL, ORDER);
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

void bpf_testmod_message_put(struct bpf_testmod_message *message)
{
	/* One that slept meanwhile, or moved here, may find another in place. */
	message = this_cpu_xchg(spare, message);
	if (message)
		free_pages((unsigned long)message, ORDER);
}

/* When no message is in use any more. */
void bpf_testmod_message_exit(void)
{
	int cpu;

	for_each_possible_cpu(cpu)
		free_pages((unsigned long)per_cpu(spare, cpu), ORDER);
}

__bpf_kfunc_start_defs();

/**
 * bpf_testmod_event_data() - the bytes of a message, to read and to write
 * @event: the event that prepare or filter was called with
 * @offset: of the first byte
 * @rdwr_buf_size: how many bytes, in the program a constant: by its name the verifier
 *		   knows this parameter for the size of the result
 *
 * A program reaches a message of any length in chunks of fixed sizes. What it writes
 * is what test_3 is called with. The NUL after the message is not part of it.
 *
 * Context: Programs of prepare and filter. Does not sleep.
 * Return: @rdwr_buf_size bytes, or NULL where any of them is outside the message, or
 *	   where none is asked for.
 */
__bpf_kfunc __u8 *bpf_testmod_event_data(struct bpf_testmod_event *event,
					 u32 offset, const size_t rdwr_buf_size)
{
	/* Not what the event says: a program may have written that. */
	struct bpf_testmod_message *message =
		container_of(event, struct bpf_testmod_message, event);

	/* For size 0 the verifier of 6.12 grants one byte (check_kfunc_call()). */
	if (!rdwr_buf_size)
		return NULL;

	/* Without a sum, nothing can wrap, however wide a size_t is. */
	if (offset > message->len || rdwr_buf_size > message->len - offset)
		return NULL;
	return message->data + offset;
}

__bpf_kfunc_end_defs();

/* Trusted: whatever lies at any other pointer would be taken for an address. */
#define KFUNCS(KFUNC)                                                \
	KFUNC(bpf_testmod_event_data, KF_TRUSTED_ARGS | KF_RET_NULL, \
	      OPSMOD_IN(bpf_testmod_ops, prepare),                   \
	      OPSMOD_IN(bpf_testmod_ops, filter))

OPSMOD_KFUNCS(kfuncs, KFUNCS);

int bpf_testmod_kfuncs_init(void)
{
	return opsmod_register_kfuncs(kfuncs);
}
