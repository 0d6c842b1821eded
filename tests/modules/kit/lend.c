// SPDX-License-Identifier: GPL-2.0-only
/*
 * An iterator that gives programs of any type one event of this module, by a pointer that
 * the verifier trusts. A copy of the module under another name has another such iterator,
 * and its struct kit_event has the same id in its own BTF.
 */
#include "opsmod/compat.h"

#include <linux/bpf.h>
#include <linux/btf.h>
#include <linux/btf_ids.h>
#include <linux/module.h>

#include "lend.h"
#include "opsmod_kit.h"

static struct kit_event event;

__bpf_kfunc_start_defs();

/**
 * bpf_iter_opsmod_kit_new() - begin
 * @it: the iterator, on the program's stack
 *
 * Context: Any struct_ops program. Does not sleep.
 * Return: 0.
 */
__bpf_kfunc int bpf_iter_opsmod_kit_new(struct bpf_iter_opsmod_kit *it)
{
	it->lent = 0;
	return 0;
}

/**
 * bpf_iter_opsmod_kit_next() - get the event
 * @it: the iterator
 *
 * Context: as above.
 * Return: the event, once, and then NULL.
 */
__bpf_kfunc struct kit_event *
bpf_iter_opsmod_kit_next(struct bpf_iter_opsmod_kit *it)
{
	return it->lent++ ? NULL : &event;
}

/**
 * bpf_iter_opsmod_kit_destroy() - end
 * @it: the iterator
 *
 * Context: as above.
 */
__bpf_kfunc void bpf_iter_opsmod_kit_destroy(struct bpf_iter_opsmod_kit *it)
{
}

__bpf_kfunc_end_defs();

BTF_KFUNCS_START(lent_ids)
BTF_ID_FLAGS(func, bpf_iter_opsmod_kit_new, KF_ITER_NEW)
BTF_ID_FLAGS(func, bpf_iter_opsmod_kit_next, KF_ITER_NEXT | KF_RET_NULL)
BTF_ID_FLAGS(func, bpf_iter_opsmod_kit_destroy, KF_ITER_DESTROY)
BTF_KFUNCS_END(lent_ids)

/* It has no filter. */
static const struct btf_kfunc_id_set lent = {
	.owner = THIS_MODULE,
	.set = &lent_ids,
};

int lend_init(void)
{
	return register_btf_kfunc_id_set(BPF_PROG_TYPE_STRUCT_OPS, &lent);
}
