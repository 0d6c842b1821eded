// SPDX-License-Identifier: GPL-2.0-only
/* Starts and stops the parts of the module. */
#include "opsmod/compat.h"

#include <linux/init.h>
#include <linux/module.h>

#include "kfuncs.h"
#include "message.h"
#include "ops.h"
#include "trigger.h"

static int __init testmod_init(void)
{
	int err;

	err = bpf_testmod_ops_init();
	if (err)
		return err;

	err = bpf_testmod_kfuncs_init();
	if (err)
		return err;

	err = bpf_testmod_trigger_init();
	if (err)
		return err;

	pr_info("bpf_testmod loaded with struct_ops support\n");
	return 0;
}

static void __exit testmod_exit(void)
{
	bpf_testmod_trigger_exit();
	bpf_testmod_message_exit();
	pr_info("bpf_testmod unloaded\n");
}

module_init(testmod_init);
module_exit(testmod_exit);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("The opsmod authors");
MODULE_DESCRIPTION("An ops table that BPF programs implement (struct_ops)");
MODULE_VERSION("0.2.0");
