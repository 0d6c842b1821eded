/* SPDX-License-Identifier: GPL-2.0-only */
/* A message: what programs are shown of it, and what the module goes by. */
#ifndef MESSAGE_H
#define MESSAGE_H

#include <linux/container_of.h>
#include <linux/types.h>

#include "bpf_testmod.h"
#include "ops.h"

/**
 * struct bpf_testmod_message - one message in the kernel
 * @event: the public half, which programs have a pointer to. Whatever of it a
 *	   program could reach, it may have written: of it only the verdict and
 *	   the cookie are read back, each once
 * @data: the message and a NUL, in a page of their own
 * @len: bytes in the message
 * @run: what the table did with it
 *
 * All but @event is the private half, which the module goes by. Whoever has a
 * pointer to @event cannot write past it: btf_struct_walk() ends with the struct
 * for reads, and for what a global function gets; for stores the verifier asks
 * ops_btf_struct_access() alone.
 */
struct bpf_testmod_message {
	struct bpf_testmod_event event;
	char *data;
	u32 len;
	struct bpf_testmod_run run;
};

/**
 * bpf_testmod_message_of() - from what a program was shown to what counts
 * @event: the event that a program was called with
 *
 * Context: Any context.
 * Return: the message that @event is the public half of.
 */
static inline const struct bpf_testmod_message *
bpf_testmod_message_of(const struct bpf_testmod_event *event)
{
	return container_of(event, struct bpf_testmod_message, event);
}

struct bpf_testmod_message *bpf_testmod_message_get(const char __user *buf,
						    u32 len);
void bpf_testmod_message_put(struct bpf_testmod_message *message);
void bpf_testmod_message_exit(void);

#endif /* MESSAGE_H */
