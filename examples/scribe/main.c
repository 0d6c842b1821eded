// SPDX-License-Identifier: GPL-2.0-only
/* Lines, rewritten by the policy that a file has chosen. */
#include <linux/init.h>

#include "opsmod/slot.h"

#include "scribe.h"

OPSMOD_STUB(scribe_ops, rewrite, struct scribe_line *line)

static const struct opsmod_member members[] = {
	OPSMOD_MEMBER(scribe_ops, rewrite, .mandatory = true),
	OPSMOD_NAME(scribe_ops, name),
};

OPSMOD_SLOT(scribe_slot);
OPSMOD_TYPE(scribe_ops, &opsmod_slot_model, &scribe_slot, members);

static int __init scribe_init(void)
{
	return opsmod_register(scribe_ops);
}

static void __exit scribe_exit(void)
{
}

module_init(scribe_init);
module_exit(scribe_exit);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("The opsmod authors");
MODULE_DESCRIPTION("Lines that BPF programs rewrite");
