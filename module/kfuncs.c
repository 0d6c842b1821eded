// SPDX-License-Identifier: GPL-2.0-only
/* The kernel functions that the table's programs, and no others, may call. */
#include "opsmod/compat.h"

#include <linux/bpf.h>
#include <linux/btf.h>
#include <linux/btf_ids.h>
#include <linux/module.h>

#include "kfuncs.h"
#include "message.h"
#include "ops.h"

__bpf_kfunc_start_defs();

/**
 * bpf_testmod_event_data() - the bytes of a message, to read and to write
 * @event: the event that prepare or filter was called with
 * @offset: of the first byte
 * @rdwr_buf_size: how many bytes; a constant in the program. By its name the
 *		   verifier knows this parameter for the size of the result
 *
 * A program reaches a message of any length in chunks of fixed sizes. What it
 * writes is what test_3 is called with. The NUL after the message is not part
 * of it.
 *
 * Context: Any program of a bpf_testmod_ops that has an event. Does not sleep.
 * Return: @rdwr_buf_size bytes, or NULL where any of them is outside the
 *	   message, or where none is asked for.
 */
__bpf_kfunc __u8 *bpf_testmod_event_data(struct bpf_testmod_event *event,
					 u32 offset, const size_t rdwr_buf_size)
{
	/* Not what the event says: a program may have written that. */
	const struct bpf_testmod_message *message = bpf_testmod_message_of(event);

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
BTF_KFUNCS_START(kfunc_ids)
BTF_ID_FLAGS(func, bpf_testmod_event_data, KF_TRUSTED_ARGS | KF_RET_NULL)
BTF_KFUNCS_END(kfunc_ids)

/* The index of a member that has only pointers before it. */
#define MEMBER(name) (offsetof(struct bpf_testmod_ops, name) / sizeof(void *))
static_assert(offsetofend(struct bpf_testmod_ops, filter) == 5 * sizeof(void *));

/*
 * A set for STRUCT_OPS is open to the programs of every struct_ops type. This goes by
 * what a program has from the start: the BTF of its type, and the index of its member.
 * Where a module has several types, prog->aux->attach_btf_id tells them apart.
 *
 * prog->aux->st_ops and attach_func_proto do not: the verifier first asks before they
 * are set. Where it hears no then, it takes the kfunc for one that does not sleep and
 * is no iterator's, and goes on. tests/module/opsmod_permit.c has both ways.
 */
static int kfunc_filter(const struct bpf_prog *prog, u32 kfunc_id)
{
	u32 member = prog->expected_attach_type;

	if (!bpf_testmod_ops_is_ours(prog) ||
	    (member != MEMBER(prepare) && member != MEMBER(filter)))
		return -EACCES;

	return 0;
}

static const struct btf_kfunc_id_set kfunc_set = {
	.owner = THIS_MODULE,
	.set = &kfunc_ids,
	.filter = kfunc_filter,
};

/**
 * bpf_testmod_kfuncs_init() - offer the kfuncs to the table's programs
 *
 * There is no counterpart: they go with the module's BTF.
 *
 * Context: Module init, after bpf_testmod_ops_init(), which has seen to it that
 *	    there is BTF: without it this registers nothing and returns 0.
 * Return: 0, -ENOMEM, or -EINVAL, -E2BIG or -EOVERFLOW if the kernel does not
 *	   take the set (register_btf_kfunc_id_set()).
 */
int bpf_testmod_kfuncs_init(void)
{
	return register_btf_kfunc_id_set(BPF_PROG_TYPE_STRUCT_OPS, &kfunc_set);
}
