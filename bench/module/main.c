// SPDX-License-Identifier: GPL-2.0-only
/*
 * The bench compares the module with these files in /proc/opsmod_bench. Each does
 * one thing when it is written to. A file that calls something does so as often as
 * the message has bytes, and does not read it. docs/provider.md has the reasons for
 * what the struct_ops type does.
 */
#include "opsmod/compat.h"

#include <linux/bpf.h>
#include <linux/bpf_verifier.h>
#include <linux/btf.h>
#include <linux/btf_ids.h>
#include <linux/compiler.h>
#include <linux/init.h>
#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/slab.h>
#include <linux/rcupdate.h>
#include <linux/srcu.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "models.h"
#include "opsmod_bench.h"

#define CREATE_TRACE_POINTS
#include "opsmod_bench_trace.h"

DEFINE_STATIC_SRCU(slot_srcu);
static struct opsmod_bench_ops __rcu *slot;

/* Whether the kernel has made the type of the module's BTF. */
static bool has_type;

static int opsmod_bench_ops__call(void)
{
	return 0;
}

static int opsmod_bench_ops__call_sleepable(void)
{
	return 0;
}

static struct opsmod_bench_ops stubs = {
	.call = opsmod_bench_ops__call,
	.call_sleepable = opsmod_bench_ops__call_sleepable,
};

static int bench_init(struct btf *btf)
{
	has_type = true;
	return 0;
}

static bool bench_is_valid_access(int off, int size, enum bpf_access_type type,
				  const struct bpf_prog *prog,
				  struct bpf_insn_access_aux *info)
{
	return bpf_tracing_btf_ctx_access(off, size, type, prog, info);
}

static const struct bpf_verifier_ops verifier_ops = {
	.get_func_proto = bpf_base_func_proto,
	.is_valid_access = bench_is_valid_access,
};

static int bench_check_member(const struct btf_type *t,
			      const struct btf_member *member,
			      const struct bpf_prog *prog)
{
	u32 moff = __btf_member_bit_offset(t, member) / 8;

	if (prog->sleepable &&
	    moff != offsetof(struct opsmod_bench_ops, call_sleepable))
		return -EINVAL;
	return 0;
}

static int bench_init_member(const struct btf_type *t,
			     const struct btf_member *member, void *kdata,
			     const void *udata)
{
	return 0;
}

static int bench_validate(void *kdata)
{
	const struct opsmod_bench_ops *ops = kdata;

	return ops->call ? 0 : -EINVAL;
}

static int bench_reg(void *kdata, struct bpf_link *link)
{
	if (unrcu_pointer(cmpxchg(&slot, NULL, RCU_INITIALIZER(kdata))))
		return -EEXIST;
	return 0;
}

static void bench_unreg(void *kdata, struct bpf_link *link)
{
	RCU_INIT_POINTER(slot, NULL);
	synchronize_srcu(&slot_srcu);
}

static struct bpf_struct_ops bench_struct_ops = {
	.verifier_ops = &verifier_ops,
	.init = bench_init,
	.check_member = bench_check_member,
	.init_member = bench_init_member,
	.validate = bench_validate,
	.reg = bench_reg,
	.unreg = bench_unreg,
	.cfi_stubs = &stubs,
	.name = "opsmod_bench_ops",
	.owner = THIS_MODULE,
};

__bpf_kfunc_start_defs();

/* The files call these directly, through a pointer, and with probes on them. */
__bpf_kfunc int opsmod_bench_target(void)
{
	/* Without this gcc would see that it does nothing, and leave out the calls. */
	barrier();
	return 0;
}

__bpf_kfunc void opsmod_bench_kfunc(void)
{
}

__bpf_kfunc_end_defs();

BTF_KFUNCS_START(kfunc_ids)
BTF_ID_FLAGS(func, opsmod_bench_kfunc, 0)
BTF_KFUNCS_END(kfunc_ids)

static const struct btf_kfunc_id_set kfunc_set = {
	.owner = THIS_MODULE,
	.set = &kfunc_ids,
};

static int (*target_pointer)(void) = opsmod_bench_target;

static ssize_t write_empty(struct file *file, const char __user *buf,
			   size_t len, loff_t *pos)
{
	return len;
}

static ssize_t write_copy(struct file *file, const char __user *buf, size_t len,
			  loff_t *pos)
{
	char msg[64];

	if (len >= sizeof(msg))
		return -EMSGSIZE;
	if (copy_from_user(msg, buf, len))
		return -EFAULT;
	msg[len] = '\0';
	barrier_data(msg);
	return len;
}

static ssize_t write_memdup(struct file *file, const char __user *buf,
			    size_t len, loff_t *pos)
{
	char *msg = memdup_user_nul(buf, len);

	if (IS_ERR(msg))
		return PTR_ERR(msg);
	kfree(msg);
	return len;
}

static ssize_t write_loop(struct file *file, const char __user *buf, size_t len,
			  loff_t *pos)
{
	size_t i;

	for (i = 0; i < len; i++)
		ONE_ROUND(i);
	return len;
}

static ssize_t write_direct(struct file *file, const char __user *buf,
			    size_t len, loff_t *pos)
{
	size_t i;

	for (i = 0; i < len; i++) {
		ONE_ROUND(i);
		opsmod_bench_target();
	}
	return len;
}

static ssize_t call_often(int (*call)(void), size_t len)
{
	size_t i;

	if (!call)
		return -ENOENT;
	for (i = 0; i < len; i++) {
		ONE_ROUND(i);
		call();
	}
	return len;
}

static ssize_t write_indirect(struct file *file, const char __user *buf,
			      size_t len, loff_t *pos)
{
	return call_often(READ_ONCE(target_pointer), len);
}

static ssize_t write_struct_ops(struct file *file, const char __user *buf,
				size_t len, loff_t *pos)
{
	const struct opsmod_bench_ops *ops;
	ssize_t ret;
	int idx;

	idx = srcu_read_lock(&slot_srcu);
	ops = srcu_dereference(slot, &slot_srcu);
	ret = call_often(ops ? ops->call : NULL, len);
	srcu_read_unlock(&slot_srcu, idx);
	return ret;
}

static ssize_t write_sleepable(struct file *file, const char __user *buf,
			       size_t len, loff_t *pos)
{
	const struct opsmod_bench_ops *ops;
	ssize_t ret;
	int idx;

	idx = srcu_read_lock(&slot_srcu);
	ops = srcu_dereference(slot, &slot_srcu);
	ret = call_often(ops ? ops->call_sleepable : NULL, len);
	srcu_read_unlock(&slot_srcu, idx);
	return ret;
}

static ssize_t write_tracepoint(struct file *file, const char __user *buf,
				size_t len, loff_t *pos)
{
	size_t i;

	for (i = 0; i < len; i++) {
		ONE_ROUND(i);
		trace_opsmod_bench_call(0);
	}
	return len;
}

static const struct {
	const char *name;
	struct proc_ops ops;
} files[] = {
	{ "empty", { .proc_write = write_empty } },
	{ "copy", { .proc_write = write_copy } },
	{ "memdup", { .proc_write = write_memdup } },
	{ "loop", { .proc_write = write_loop } },
	{ "direct", { .proc_write = write_direct } },
	{ "indirect", { .proc_write = write_indirect } },
	{ "struct_ops", { .proc_write = write_struct_ops } },
	{ "sleepable", { .proc_write = write_sleepable } },
	{ "tracepoint", { .proc_write = write_tracepoint } },
	{ "slot", { .proc_write = bench_write_slot } },
	{ "named",
	  { .proc_open = bench_open_named,
	    .proc_release = bench_release_named,
	    .proc_write = bench_write_named } },
	{ "chain",
	  { .proc_open = bench_open_chain,
	    .proc_release = bench_release_chain,
	    .proc_write = bench_write_chain } },
};

static struct proc_dir_entry *dir;

static int __init opsmod_bench_init(void)
{
	size_t i;
	int err;

	err = register_bpf_struct_ops(&bench_struct_ops, opsmod_bench_ops);
	if (err)
		return err;

	if (!has_type) {
		pr_err("no BTF, or BTF that this kernel rejected\n");
		return -ENODATA;
	}

	err = register_btf_kfunc_id_set(BPF_PROG_TYPE_STRUCT_OPS, &kfunc_set);
	if (err)
		return err;

	err = bench_models_init();
	if (err)
		return err;

	err = -ENOMEM;
	dir = proc_mkdir("opsmod_bench", NULL);
	if (!dir)
		goto exit_models;

	for (i = 0; i < ARRAY_SIZE(files); i++) {
		if (!proc_create(files[i].name, 0200, dir, &files[i].ops))
			goto remove_dir;
	}
	return 0;

remove_dir:
	proc_remove(dir);
exit_models:
	bench_models_exit();
	return err;
}

static void __exit opsmod_bench_exit(void)
{
	proc_remove(dir);
	bench_models_exit();
}

module_init(opsmod_bench_init);
module_exit(opsmod_bench_exit);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("The opsmod authors");
MODULE_DESCRIPTION("What calls cost: the measures that a table is compared with");
