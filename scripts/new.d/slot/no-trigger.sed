# SPDX-License-Identifier: GPL-2.0-only
# Leaves /dev/doorman out of main.c: a driver calls the function that remains.
/^#include <linux\/\(fs\|miscdevice\).h>$/d
s,^/\* A write to .*,/* A visit is of as many guests as the driver says. */,
s,^/\* Returns 0\, or an errno for user space. \*/,/* Your driver calls this: move the line to a header that it includes. */\
int doorman_receive(u32 guests);\
\
&,
s/^static int receive(/int doorman_receive(/
/^static ssize_t doorman_write/,/^static int __init/{
	/^static int __init/!d
}
s/^\(.*opsmod_register_kfuncs(kfuncs)\)$/\1;/
/misc_\(de\)\?register/d
