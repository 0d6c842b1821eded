// SPDX-License-Identifier: GPL-2.0-only
/* While this is loaded, the kernel finds no number for a new file in /proc. */
#include <linux/errno.h>
#include <linux/kprobes.h>
#include <linux/module.h>

/* What proc_alloc_inum() asks for: the numbers from 0xf0000000 on. */
#define LAST_OF_PROC 0x0fffffffUL

/* ida_alloc_range(ida, min, max, gfp). Returns 0 if its result is to be changed. */
static int is_of_proc(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	return (u32)regs_get_kernel_argument(regs, 2) != LAST_OF_PROC;
}

static int find_none(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	regs_set_return_value(regs, -ENOSPC);
	return 0;
}

static struct kretprobe probe = {
	.kp.symbol_name = "ida_alloc_range",
	.entry_handler = is_of_proc,
	.handler = find_none,
};

static int __init full_init(void)
{
	return register_kretprobe(&probe);
}

static void __exit full_exit(void)
{
	unregister_kretprobe(&probe);
}

module_init(full_init);
module_exit(full_exit);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("The opsmod authors");
MODULE_DESCRIPTION("A failure of proc_create(), for tests of opsmod");
