// SPDX-License-Identifier: GPL-2.0-only
/* What programs of a described type may do, in the order in which the kernel asks. */
#include "type.h"

#include <linux/math.h>

/* clang-format off */

/* bpf_base_func_proto() has more, and grows: docs/provider.md, 4, has the reasons. */
#define F(name) BPF_FUNC_##name,
static const enum bpf_func_id base_helpers[] = {
	F(map_lookup_elem) F(map_update_elem) F(map_delete_elem) F(map_push_elem)
	F(map_pop_elem) F(map_peek_elem) F(map_lookup_percpu_elem) F(per_cpu_ptr)
	F(this_cpu_ptr) F(kptr_xchg) F(spin_lock) F(spin_unlock) F(cgrp_storage_get)
	F(cgrp_storage_delete) F(timer_init) F(timer_set_callback) F(timer_start)
	F(timer_cancel) F(ringbuf_output) F(ringbuf_reserve) F(ringbuf_submit)
	F(ringbuf_discard) F(ringbuf_query) F(ringbuf_reserve_dynptr)
	F(ringbuf_submit_dynptr) F(ringbuf_discard_dynptr) F(user_ringbuf_drain)
	F(dynptr_from_mem) F(dynptr_read) F(dynptr_write) F(dynptr_data) F(loop)
	F(get_smp_processor_id) F(get_numa_node_id) F(ktime_get_ns) F(ktime_get_boot_ns)
	F(ktime_get_tai_ns) F(jiffies64) F(get_prandom_u32) F(get_current_pid_tgid)
	F(get_ns_current_pid_tgid) F(get_current_cgroup_id)
	F(get_current_ancestor_cgroup_id) F(get_current_task) F(get_current_task_btf)
	F(task_pt_regs) F(probe_read_kernel) F(probe_read_kernel_str) F(probe_read_user)
	F(probe_read_user_str) F(strncmp) F(strtol) F(strtoul) F(snprintf)
	F(snprintf_btf) F(trace_printk) F(trace_vprintk) 0
};

/* clang-format on */

const struct bpf_func_proto *opsmod_func_proto(enum bpf_func_id func_id,
					       const struct bpf_prog *prog)
{
	const struct opsmod_type *type = opsmod_type_of(prog);
	const enum bpf_func_id *helper = base_helpers;

	if (type && type->helpers)
		helper = type->helpers;
	while (*helper && *helper != func_id)
		helper++;

	/* Before 6.19 a sleepable program's timer callback may sleep, though in softirq. */
	if (!*helper || (prog->sleepable && func_id >= BPF_FUNC_timer_init &&
			 func_id <= BPF_FUNC_timer_cancel))
		return NULL;
	return bpf_base_func_proto(func_id, prog);
}

/*
 * The context is the trampoline's stack frame, and nothing else bounds it. btf_ctx_access()
 * mistakes the index of the member for an attach type: it lets the members 25 to 27, 43,
 * and from 7.2 on 58, read a word past their arguments.
 */
bool opsmod_ctx_access(int off, int size, enum bpf_access_type access,
		       const struct bpf_prog *prog,
		       struct bpf_insn_access_aux *info)
{
	const struct opsmod_type *type = opsmod_type_of(prog);
	const struct btf_func_model *model;
	int end = 0;
	u8 i;

	if (!type || !bpf_tracing_btf_ctx_access(off, size, access, prog, info))
		return false;

	/* A struct that is passed by value takes as many words as it needs. */
	model = &type->ops.func_models[prog->expected_attach_type];
	for (i = 0; i < model->nr_args; i++)
		end += round_up(model->arg_size[i], sizeof(u64));
	if (off + size <= end)
		return true;

	bpf_log(info->log,
		"access at off %d with size %d is past the arguments, which end at %d\n",
		off, size, end);
	return false;
}

int opsmod_access(const struct opsmod_type *type, struct bpf_verifier_log *log,
		  const struct bpf_reg_state *reg, int off, int size)
{
	/* Otherwise the struct may be gone when the pointer is used. */
	bool trusted = reg->type & PTR_TRUSTED;
	unsigned int i;

	for (i = 0; trusted && i < type->nr_windows; i++) {
		if (opsmod_is(type->windows[i].id, reg->btf, reg->btf_id) &&
		    off == type->windows[i].offset &&
		    size == type->windows[i].size)
			return 0;
	}

	bpf_log(log,
		"write at off %d with size %d through a pointer that is %strusted: programs of %s can write %s",
		off, size, trusted ? "" : "not ", type->name,
		type->nr_windows ? "only the whole of" : "nothing");
	for (i = 0; i < type->nr_windows; i++)
		bpf_log(log, " %s", type->windows[i].name);
	bpf_log(log, "\n");
	return -EACCES;
}

/* The verifier's log only says "unsupported member"; dmesg says why. */
int opsmod_check_member(const struct btf_type *t, const struct btf_member *member,
			const struct bpf_prog *prog)
{
	const struct opsmod_type *type = opsmod_type_of(prog);
	const struct opsmod_member *m =
		opsmod_member(type, prog->expected_attach_type);
	const char *why;
	u32 i;

	if (!m)
		return -EINVAL;
	why = m->missing;
	/* The first function is the program. */
	for (i = 1; !GLOBAL_FUNCTIONS_ARE_SAFE && i < prog->aux->func_info_cnt;
	     i++) {
		if (prog->aux->func_info_aux[i].linkage == BTF_FUNC_GLOBAL)
			why = "it has a global function, whose writes this kernel does not check; make it static";
	}
	if (prog->sleepable && !m->may_sleep)
		why = "it may sleep, and its member may not";
	else if (IS_ENABLED(CONFIG_RISCV) && !prog->jit_requested)
		/* On riscv a trampoline drops what an interpreted program returns. */
		why = "the BPF JIT is off; sysctl net.core.bpf_jit_enable=1 turns it on";
	if (!why)
		return 0;
	return opsmod_refuse(-EINVAL, "program %s for %s of %s refused: %s",
			     prog->aux->name, m->name, type->name, why);
}
