# SPDX-License-Identifier: GPL-2.0-only
# Leaves /proc/scribe out of main.c: a driver calls the function that remains.
/^#include <linux\/\(proc_fs\|slab\|uaccess\).h>$/d
s,^/\* Lines that are written .*,/* Lines of sessions\, rewritten by the policy that a session chose. */,
s/^ \* An open file: its policy/ * A user: its policy/
s,^static int rewrite(struct session.*,/*\
 * Your driver calls this\, with the session that it keeps for each user\, and a text of\
 * SCRIBE_MAX bytes at most: move the line and the struct to a header that it includes.\
 * Before\, opsmod_named_choose() gives the session a policy\, and at the end\
 * opsmod_named_drop() takes it.\
 */\
int scribe_rewrite(struct session *session\, const char *text);\
\
int scribe_rewrite(struct session *session\, const char *text),
/^static ssize_t scribe_write/,/^static int __init/{
	/^static int __init/!d
}
s/^\tint err = \(opsmod_register.*\)/\treturn \1/
/^\tif (!err && !proc_create/,/^\treturn err/d
/^\tremove_proc_entry/d
