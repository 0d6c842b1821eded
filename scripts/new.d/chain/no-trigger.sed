# SPDX-License-Identifier: GPL-2.0-only
# Leaves /proc/turnstile out of main.c: a driver calls the function that remains.
/^#include <linux\/\(ctype\|kstrtox\|string\|proc_fs\|uaccess\).h>$/d
/^\/\* What the log can show/,/^static int pay_visit/{
	/^static int pay_visit/!d
}
s,^/\* Gates that user space makes.*,/* Gates that the driver makes and removes\, and visits that their rules decide. */,
s,^static int pay_visit(.*,/*\
 * Your driver calls this\, with a name of letters: it is shown in the log. Move the line\
 * to a header that it includes.\
 */\
int turnstile_pay_visit(u32 gate\, const char *name);\
\
int turnstile_pay_visit(u32 gate\, const char *name),
/^\/\* A command is two words/,/^static int __init/{
	/^static int __init/!d
}
/^\treturn proc_create/,/;$/c\
	/* A first target: your driver adds its own. */\
	return opsmod_chain_add(&turnstile_rule_type, 1);
/^\tremove_proc_entry/d
