// SPDX-License-Identifier: GPL-2.0-only
/*
 * The struct_ops type bpf_testmod_ops: what its programs may do, and the slot
 * that holds the one attached table. From top to bottom in the order in which
 * the kernel uses it: data, stubs, init, verifier callbacks, members, the
 * whole table, attaching.
 */
#include "opsmod/compat.h"

#include <linux/bitops.h>
#include <linux/bpf.h>
#include <linux/bpf_verifier.h>
#include <linux/btf.h>
#include <linux/btf_ids.h>
#include <linux/bug.h>
#include <linux/compiler.h>
#include <linux/ctype.h>
#include <linux/minmax.h>
#include <linux/mutex.h>
#include <linux/percpu.h>
#include <linux/srcu.h>
#include <linux/string.h>

#include "ctx_access.h"
#include "message.h"
#include "ops.h"
#include "trace.h"

#define KNOWN_FLAGS BPF_TESTMOD_F_QUIET

/* The kernel's own mutex misses the close of a link, and tables without one. */
static DEFINE_MUTEX(slot_lock);

/*
 * SRCU, so that prepare may sleep: the kernel frees a table after RCU and
 * RCU-tasks, and neither of them waits for a sleeper
 * (bpf_struct_ops_map_free()).
 */
DEFINE_STATIC_SRCU(slot_srcu);

static struct bpf_testmod_ops __rcu *slot;

/* Per CPU, so that writers share no cache line. Only the sum of in_prepare tells. */
static DEFINE_PER_CPU(struct bpf_testmod_stats, stats);

/* On while a table is attached. */
DEFINE_STATIC_KEY_FALSE(bpf_testmod_attached);

/* The module's BTF, once the kernel has made the type of it. */
static struct btf *type_btf;

/* As the module was built; the kernel gives its types other ids: note_event_type(). */
BTF_ID_LIST_SINGLE(ops_ids, struct, bpf_testmod_ops)
BTF_ID_LIST_SINGLE(event_ids, struct, bpf_testmod_event)

/* struct bpf_testmod_event in type_btf, from the first program on. */
static const struct btf_type *event_type;

/*
 * Stubs: never called. They tell the kernel which members it may fill, and
 * carry the kCFI type of each. Older 6.12 releases look for these names.
 */
static int bpf_testmod_ops__test_1(void)
{
	return 0;
}

static int bpf_testmod_ops__test_2(int a, int b)
{
	return 0;
}

static int bpf_testmod_ops__test_3(const char *buf, int len)
{
	return 0;
}

static int bpf_testmod_ops__prepare(struct bpf_testmod_event *event)
{
	return 0;
}

static int bpf_testmod_ops__filter(struct bpf_testmod_event *event)
{
	return 0;
}

static struct bpf_testmod_ops stubs = {
	.test_1 = bpf_testmod_ops__test_1,
	.test_2 = bpf_testmod_ops__test_2,
	.test_3 = bpf_testmod_ops__test_3,
	.prepare = bpf_testmod_ops__prepare,
	.filter = bpf_testmod_ops__filter,
};

static int ops_init(struct btf *btf)
{
	type_btf = btf;
	return 0;
}

/*
 * The helpers of the contract, which docs/ops.md names. bpf_base_func_proto() is no
 * list of ours: it grows with the kernel, and on 7.3 has bpf_send_signal(), with
 * which a program could kill whoever writes. Of what it has on 6.12 two are left out:
 * bpf_tail_call(), as the target could be a program that sleeps as late as 6.12.107;
 * and bpf_for_each_map_elem(), as its callback may sleep under the RCU that it takes
 * for a hash map, on 7.3 too (bpf_for_each_hash_elem()).
 */
static const struct bpf_func_proto *
ops_get_func_proto(enum bpf_func_id func_id, const struct bpf_prog *prog)
{
	switch (func_id) {
	/* Maps, and what is kept in them. */
	case BPF_FUNC_map_lookup_elem:
	case BPF_FUNC_map_update_elem:
	case BPF_FUNC_map_delete_elem:
	case BPF_FUNC_map_push_elem:
	case BPF_FUNC_map_pop_elem:
	case BPF_FUNC_map_peek_elem:
	case BPF_FUNC_map_lookup_percpu_elem:
	case BPF_FUNC_per_cpu_ptr:
	case BPF_FUNC_this_cpu_ptr:
	case BPF_FUNC_kptr_xchg:
	case BPF_FUNC_spin_lock:
	case BPF_FUNC_spin_unlock:
	case BPF_FUNC_cgrp_storage_get:
	case BPF_FUNC_cgrp_storage_delete:
	/* Ring buffers. */
	case BPF_FUNC_ringbuf_output:
	case BPF_FUNC_ringbuf_reserve:
	case BPF_FUNC_ringbuf_submit:
	case BPF_FUNC_ringbuf_discard:
	case BPF_FUNC_ringbuf_query:
	case BPF_FUNC_ringbuf_reserve_dynptr:
	case BPF_FUNC_ringbuf_submit_dynptr:
	case BPF_FUNC_ringbuf_discard_dynptr:
	case BPF_FUNC_user_ringbuf_drain:
	/* Dynptrs. */
	case BPF_FUNC_dynptr_from_mem:
	case BPF_FUNC_dynptr_read:
	case BPF_FUNC_dynptr_write:
	case BPF_FUNC_dynptr_data:
	/* Loops. */
	case BPF_FUNC_loop:
	/* Where it runs, when, and for whom. */
	case BPF_FUNC_get_smp_processor_id:
	case BPF_FUNC_get_numa_node_id:
	case BPF_FUNC_ktime_get_ns:
	case BPF_FUNC_ktime_get_boot_ns:
	case BPF_FUNC_ktime_get_tai_ns:
	case BPF_FUNC_jiffies64:
	case BPF_FUNC_get_prandom_u32:
	case BPF_FUNC_get_current_pid_tgid:
	case BPF_FUNC_get_ns_current_pid_tgid:
	case BPF_FUNC_get_current_cgroup_id:
	case BPF_FUNC_get_current_ancestor_cgroup_id:
	case BPF_FUNC_get_current_task:
	case BPF_FUNC_get_current_task_btf:
	case BPF_FUNC_task_pt_regs:
	/* Memory and text. */
	case BPF_FUNC_probe_read_kernel:
	case BPF_FUNC_probe_read_kernel_str:
	case BPF_FUNC_probe_read_user:
	case BPF_FUNC_probe_read_user_str:
	case BPF_FUNC_strncmp:
	case BPF_FUNC_strtol:
	case BPF_FUNC_strtoul:
	case BPF_FUNC_snprintf:
	case BPF_FUNC_snprintf_btf:
	case BPF_FUNC_trace_printk:
	case BPF_FUNC_trace_vprintk:
		return bpf_base_func_proto(func_id, prog);

	/* Before 6.19 the callback of one that may sleep is let sleep in softirq. */
	case BPF_FUNC_timer_init:
	case BPF_FUNC_timer_set_callback:
	case BPF_FUNC_timer_start:
	case BPF_FUNC_timer_cancel:
		return prog->sleepable ? NULL
				       : bpf_base_func_proto(func_id, prog);

	default:
		return NULL;
	}
}

static struct bpf_struct_ops bpf_testmod_struct_ops;

static bool ops_is_valid_access(int off, int size, enum bpf_access_type type,
				const struct bpf_prog *prog,
				struct bpf_insn_access_aux *info)
{
	return struct_ops_ctx_access(&bpf_testmod_struct_ops, off, size, type,
				     prog, info);
}

#define WINDOW(member)                                \
	{ offsetof(struct bpf_testmod_event, member), \
	  sizeof_field(struct bpf_testmod_event, member) }

/* What programs may write of an event: these members, each as a whole. */
static const struct {
	int off;
	int size;
} event_windows[] = {
	WINDOW(verdict),
	WINDOW(cookie),
};

static int ops_btf_struct_access(struct bpf_verifier_log *log,
				 const struct bpf_reg_state *reg, int off,
				 int size)
{
	size_t i;

	/* First: the event may be gone when an untrusted pointer is used. */
	if (!(reg->type & PTR_TRUSTED)) {
		bpf_log(log,
			"write at off %d with size %d through a pointer that is not trusted\n",
			off, size);
		return -EACCES;
	}

	if (btf_type_by_id(reg->btf, reg->btf_id) != READ_ONCE(event_type)) {
		bpf_log(log,
			"write at off %d with size %d to a struct that is not bpf_testmod_event\n",
			off, size);
		return -EACCES;
	}

	for (i = 0; i < ARRAY_SIZE(event_windows); i++) {
		if (off == event_windows[i].off && size == event_windows[i].size)
			return 0;
	}

	bpf_log(log,
		"write at off %d with size %d to bpf_testmod_event: only the whole of verdict and of cookie can be written\n",
		off, size);
	return -EACCES;
}

static const struct bpf_verifier_ops verifier_ops = {
	.get_func_proto = ops_get_func_proto,
	.is_valid_access = ops_is_valid_access,
	.btf_struct_access = ops_btf_struct_access,
};

/*
 * The id that a program attaches to is that of bpf_testmod_ops, and all ids of a
 * module's own types have moved by the same number (btf_relocate()).
 */
static void note_event_type(const struct bpf_prog *prog)
{
	u32 moved = prog->aux->attach_btf_id - ops_ids[0];
	const struct btf_type *t = btf_type_by_id(type_btf, event_ids[0] + moved);

	if (!WARN_ON_ONCE(!t || !btf_type_is_struct(t) || btf_type_vlen(t) != 4 ||
			  t->size != sizeof(struct bpf_testmod_event)))
		WRITE_ONCE(event_type, t);
}

/*
 * The verifier looks at a global function by itself, and what it does not know of
 * it there is a way out of the contract: see compat.h. The first is the program.
 */
static bool has_global_function(const struct bpf_prog *prog)
{
	u32 i;

	for (i = 1; i < prog->aux->func_info_cnt; i++) {
		if (prog->aux->func_info_aux[i].linkage == BTF_FUNC_GLOBAL)
			return true;
	}

	return false;
}

static int ops_check_member(const struct btf_type *t,
			    const struct btf_member *member,
			    const struct bpf_prog *prog)
{
	bool may_sleep = __btf_member_bit_offset(t, member) / 8 ==
			 offsetof(struct bpf_testmod_ops, prepare);

	note_event_type(prog);

	/* The verifier log only says "unsupported member"; dmesg says why. */
	if (prog->sleepable && !may_sleep) {
		pr_warn_ratelimited(
			"program %s refused: no member of bpf_testmod_ops but prepare may sleep\n",
			prog->aux->name);
		return -EINVAL;
	}

	if (!GLOBAL_FUNCTIONS_ARE_SAFE && has_global_function(prog)) {
		pr_warn_ratelimited(
			"program %s refused: it has a global function, whose writes this kernel does not check; make it static\n",
			prog->aux->name);
		return -EINVAL;
	}

	/* There, a trampoline drops what an interpreted program returns. */
	if (IS_ENABLED(CONFIG_RISCV) && !prog->jit_requested) {
		pr_warn_ratelimited(
			"program %s refused: the BPF JIT is off; sysctl net.core.bpf_jit_enable=1 turns it on\n",
			prog->aux->name);
		return -EOPNOTSUPP;
	}

	return 0;
}

static int set_flags(struct bpf_testmod_ops *ops, u32 flags)
{
	if (flags & ~KNOWN_FLAGS) {
		pr_warn_ratelimited("table refused: unknown flags %#x\n",
				    flags & ~KNOWN_FLAGS);
		return -EINVAL;
	}

	ops->flags = flags;
	return 0;
}

static int set_name(struct bpf_testmod_ops *ops, const char *name)
{
	size_t len = strnlen(name, sizeof(ops->name));
	size_t i;

	if (len == sizeof(ops->name)) {
		pr_warn_ratelimited(
			"table refused: its name has no terminating NUL\n");
		return -EINVAL;
	}

	for (i = 0; i < len; i++) {
		/* The kernel's isprint() takes Latin-1 letters too. */
		if (!isascii(name[i]) || !isprint(name[i])) {
			pr_warn_ratelimited(
				"table refused: byte %zu of its name is %#04x, not printable ASCII\n",
				i, (u8)name[i]);
			return -EINVAL;
		}
	}

	strscpy_pad(ops->name, name);
	return 0;
}

/* Returns 1 for a member that it handled: the kernel fills only programs. */
static int ops_init_member(const struct btf_type *t,
			   const struct btf_member *member, void *kdata,
			   const void *udata)
{
	const struct bpf_testmod_ops *from = udata;
	struct bpf_testmod_ops *ops = kdata;

	switch (__btf_member_bit_offset(t, member) / 8) {
	case offsetof(struct bpf_testmod_ops, flags):
		return set_flags(ops, from->flags) ?: 1;
	case offsetof(struct bpf_testmod_ops, name):
		return set_name(ops, from->name) ?: 1;
	}

	return 0;
}

static const char *shown_name(const struct bpf_testmod_ops *ops)
{
	return *ops->name ? ops->name : "(unnamed)";
}

static int ops_validate(void *kdata)
{
	const struct bpf_testmod_ops *ops = kdata;

	if (!ops->test_1 && !ops->test_2 && !ops->test_3 && !ops->prepare &&
	    !ops->filter) {
		pr_warn_ratelimited("table \"%s\" refused: it has no program\n",
				    shown_name(ops));
		return -EINVAL;
	}

	return 0;
}

/* Without a name these are the lines that the tutorial's readers look for. */
static void log_slot(const char *event, const struct bpf_testmod_ops *ops)
{
	pr_info("bpf_testmod_ops %s%s%s\n", event, *ops->name ? ": " : "",
		ops->name);
}

static int ops_reg(void *kdata, struct bpf_link *link)
{
	const struct bpf_testmod_ops *holder;
	struct bpf_testmod_ops *ops = kdata;
	int err = 0;

	mutex_lock(&slot_lock);

	holder = rcu_dereference_protected(slot, lockdep_is_held(&slot_lock));
	if (holder) {
		pr_warn_ratelimited(
			"table \"%s\" refused: \"%s\" is attached; detach that one first\n",
			shown_name(ops), shown_name(holder));
		err = -EEXIST;
		goto unlock;
	}

	rcu_assign_pointer(slot, ops);
	static_branch_enable(&bpf_testmod_attached);
	log_slot("registered", ops);
	trace_bpf_testmod_attach(ops->name, ops->flags);
	if (!link)
		pr_notice("table \"%s\" has no link and outlives its loader: find its id with 'bpftool map list', remove it with 'bpftool map delete id ID key 0 0 0 0'\n",
			  shown_name(ops));

unlock:
	mutex_unlock(&slot_lock);
	return err;
}

static void ops_unreg(void *kdata, struct bpf_link *link)
{
	const struct bpf_testmod_ops *ops = kdata;

	mutex_lock(&slot_lock);
	WARN_ON_ONCE(rcu_access_pointer(slot) != ops);
	static_branch_disable(&bpf_testmod_attached);
	RCU_INIT_POINTER(slot, NULL);
	log_slot("unregistered", ops);
	trace_bpf_testmod_detach(ops->name, ops->flags);
	mutex_unlock(&slot_lock);

	/* The kernel frees the table next: no call may still be inside. */
	synchronize_srcu(&slot_srcu);
}

/* Called for a link's table, with the table that is to take its place. */
static int ops_update(void *kdata, void *old_kdata, struct bpf_link *link)
{
	const struct bpf_testmod_ops *old = old_kdata;
	struct bpf_testmod_ops *ops = kdata;
	int err = 0;

	mutex_lock(&slot_lock);
	if (rcu_access_pointer(slot) != old) {
		err = -EINVAL;
		goto unlock;
	}

	/* In one store: a call meets the old table or the new one, whole. */
	rcu_assign_pointer(slot, ops);
	this_cpu_inc(stats.swaps);
	pr_info("bpf_testmod_ops swapped: %s for %s\n", shown_name(ops),
		shown_name(old));
	trace_bpf_testmod_swap(ops->name, ops->flags, old->name);

unlock:
	mutex_unlock(&slot_lock);

	/* As in ops_unreg(): the kernel may free the old table next. */
	if (!err)
		synchronize_srcu(&slot_srcu);
	return err;
}

static struct bpf_struct_ops bpf_testmod_struct_ops = {
	.verifier_ops = &verifier_ops,
	.init = ops_init,
	.check_member = ops_check_member,
	.init_member = ops_init_member,
	.validate = ops_validate,
	.reg = ops_reg,
	.unreg = ops_unreg,
	.update = ops_update,
	.cfi_stubs = &stubs,
	.name = "bpf_testmod_ops",
	.owner = THIS_MODULE,
};

/* The lowest errno for write(2): what is below is the kernel's own business. */
#define LOWEST_ERRNO (-511)

static void note_call(struct bpf_testmod_run *run,
		      enum bpf_testmod_member member, int ret)
{
	run->ret[member] = ret;
	run->called |= BIT(member);
	this_cpu_inc(stats.calls[member]);
}

static void note_rejection(struct bpf_testmod_run *run,
			   enum bpf_testmod_member member, int err)
{
	run->rejected |= BIT(member);
	run->err = err;
	this_cpu_inc(stats.rejections[member]);
}

/* Notes what a member that can refuse the message returned; true: go on. */
static bool accepted(struct bpf_testmod_run *run,
		     enum bpf_testmod_member member, int ret)
{
	note_call(run, member, ret);
	if (!ret)
		return true;

	note_rejection(run, member,
		       ret < 0 && ret >= LOWEST_ERRNO ? ret : -EINVAL);
	return false;
}

static int run_prepare(const struct bpf_testmod_ops *ops,
		       struct bpf_testmod_event *event)
{
	int ret;

	this_cpu_inc(stats.in_prepare);
	ret = ops->prepare(event);
	this_cpu_dec(stats.in_prepare);
	return ret;
}

/* Calls what decides about the message; true: it goes on to test_*. */
static bool run_deciders(const struct bpf_testmod_ops *ops,
			 struct bpf_testmod_message *message)
{
	struct bpf_testmod_event *event = &message->event;
	struct bpf_testmod_run *run = &message->run;

	if (ops->prepare &&
	    !accepted(run, BPF_TESTMOD_PREPARE, run_prepare(ops, event)))
		return false;
	if (ops->filter && !accepted(run, BPF_TESTMOD_FILTER, ops->filter(event)))
		return false;

	switch (READ_ONCE(event->verdict)) {
	case BPF_TESTMOD_PASS:
		return true;
	case BPF_TESTMOD_DROP:
		run->dropped = true;
		this_cpu_inc(stats.drops);
		return false;
	default:
		/* Whoever was called last answers for it. */
		note_rejection(run, __fls(run->called), -EINVAL);
		return false;
	}
}

/**
 * bpf_testmod_ops_run() - call every program of the attached table
 * @message: which programs may rewrite; what was called is noted in its run
 *
 * All calls go to one table, whole: a detach waits for them.
 *
 * Context: Process context, may sleep. Takes SRCU and no lock.
 * Return: true if a table was attached, else false.
 */
bool bpf_testmod_ops_run(struct bpf_testmod_message *message)
{
	struct bpf_testmod_run *run = &message->run;
	const struct bpf_testmod_ops *ops;
	int idx;

	idx = srcu_read_lock(&slot_srcu);
	ops = srcu_dereference(slot, &slot_srcu);
	if (!ops)
		goto unlock;

	run->flags = ops->flags;
	if (!run_deciders(ops, message))
		goto unlock;

	if (ops->test_1)
		note_call(run, BPF_TESTMOD_TEST_1, ops->test_1());
	if (ops->test_2)
		note_call(run, BPF_TESTMOD_TEST_2, ops->test_2(10, 20));
	if (ops->test_3)
		note_call(run, BPF_TESTMOD_TEST_3,
			  ops->test_3(message->data, message->len));

unlock:
	srcu_read_unlock(&slot_srcu, idx);
	return ops;
}

/**
 * bpf_testmod_ops_describe() - tell which table is attached
 * @table: filled in, if a table is attached
 *
 * Context: Process context. Takes SRCU, not the mutex: a reader never waits
 *	    for a detach.
 * Return: true if a table is attached, else false.
 */
bool bpf_testmod_ops_describe(struct bpf_testmod_table *table)
{
	const struct bpf_testmod_ops *ops;
	int idx;

	idx = srcu_read_lock(&slot_srcu);
	ops = srcu_dereference(slot, &slot_srcu);
	if (ops) {
		table->flags = ops->flags;
		strscpy(table->name, ops->name);
	}
	srcu_read_unlock(&slot_srcu, idx);

	return ops;
}

/**
 * bpf_testmod_ops_stats() - tell what has happened so far
 * @sum: filled in, as exact as one look at each CPU can be
 *
 * Context: Any context.
 */
void bpf_testmod_ops_stats(struct bpf_testmod_stats *sum)
{
	unsigned int member;
	int cpu;

	*sum = (struct bpf_testmod_stats){};

	for_each_possible_cpu(cpu) {
		const struct bpf_testmod_stats *one = per_cpu_ptr(&stats, cpu);

		for (member = 0; member < BPF_TESTMOD_NR_MEMBERS; member++) {
			sum->calls[member] += READ_ONCE(one->calls[member]);
			sum->rejections[member] +=
				READ_ONCE(one->rejections[member]);
		}
		sum->drops += READ_ONCE(one->drops);
		sum->swaps += READ_ONCE(one->swaps);
		sum->in_prepare += READ_ONCE(one->in_prepare);
	}

	/* A task that moved meanwhile may have been seen leaving, not entering. */
	sum->in_prepare = max(sum->in_prepare, 0L);
}

/**
 * bpf_testmod_ops_is_ours() - tell whether a program is made for this table
 * @prog: a struct_ops program
 *
 * It is for a type in the module's BTF, and that has this one. Where a module has
 * several, kfunc_filter() says what tells them apart.
 *
 * Context: Any context.
 * Return: true if its type is bpf_testmod_ops, else false.
 */
bool bpf_testmod_ops_is_ours(const struct bpf_prog *prog)
{
	return prog->aux->attach_btf == type_btf;
}

/**
 * bpf_testmod_ops_init() - register the type with BPF
 *
 * There is no counterpart: the type goes with the module's BTF when the
 * module goes, or when its init fails later (btf_module_notify()).
 *
 * Context: Module init.
 * Return: 0, -ENODATA if the kernel has no BTF of this module, or what
 *	   register_bpf_struct_ops() returned: -ENOMEM, or -EINVAL, -EEXIST,
 *	   -EOPNOTSUPP or -ENOENT if it does not take the type
 *	   (bpf_struct_ops_desc_init()).
 */
int bpf_testmod_ops_init(void)
{
	int err;

	err = register_bpf_struct_ops(&bpf_testmod_struct_ops, bpf_testmod_ops);
	if (err)
		return err;

	/* Without usable BTF it returns 0 and registers nothing (check_btf_kconfigs()). */
	if (!type_btf) {
		pr_err("no BTF, or BTF that this kernel rejected: build the module against this kernel's own headers, with vmlinux among them\n");
		return -ENODATA;
	}

	return 0;
}
