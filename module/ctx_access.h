/* SPDX-License-Identifier: GPL-2.0-only */
/* What a struct_ops program may read of its context. */
#ifndef CTX_ACCESS_H
#define CTX_ACCESS_H

#include <linux/bpf.h>
#include <linux/bpf_verifier.h>
#include <linux/btf.h>
#include <linux/math.h>

/**
 * struct_ops_ctx_access() - hold a program to the arguments of its member
 * @st_ops: the type, as it was registered
 * @off: of the access, in bytes
 * @size: likewise
 * @type: BPF_READ or BPF_WRITE
 * @prog: the program
 * @info: as the verifier hands it to is_valid_access
 *
 * The context is the trampoline's stack frame, and nothing else bounds it.
 * btf_ctx_access() knows the arguments, but takes prog->expected_attach_type for
 * an attach type; of a struct_ops program it is the index of its member. The
 * members 25 to 27, 43, and from 7.x on 58 have the indexes of BPF_TRACE_FEXIT,
 * BPF_MODIFY_RETURN, BPF_LSM_MAC, BPF_LSM_CGROUP and BPF_TRACE_FSESSION: such
 * programs may read the return value, one word further (kernel/bpf/btf.c). So the
 * end of the arguments is looked at again.
 *
 * What cannot be mended here: member 23 (BPF_TRACE_RAW_TP) has to check its pointers
 * for NULL. tests/test_many.c shows all this.
 *
 * Context: For is_valid_access, in the verifier.
 * Return: true if the access is to an argument.
 */
static inline bool struct_ops_ctx_access(const struct bpf_struct_ops *st_ops,
					 int off, int size,
					 enum bpf_access_type type,
					 const struct bpf_prog *prog,
					 struct bpf_insn_access_aux *info)
{
	const struct btf_func_model *model =
		&st_ops->func_models[prog->expected_attach_type];
	int end = 0;
	u8 i;

	if (!bpf_tracing_btf_ctx_access(off, size, type, prog, info))
		return false;

	/* A struct that is passed by value takes as many words as it needs. */
	for (i = 0; i < model->nr_args; i++)
		end += round_up(model->arg_size[i], sizeof(u64));

	if (off + size > end) {
		bpf_log(info->log,
			"access at off %d with size %d is past the arguments, which end at %d\n",
			off, size, end);
		return false;
	}

	return true;
}

#endif /* CTX_ACCESS_H */
