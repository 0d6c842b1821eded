# SPDX-License-Identifier: GPL-2.0-only
# Lets no program sleep: in module, header and test, which are one line each (sed -z).
s/,\s+\.may_sleep = true//g
s/(\.may_sleep = )"[a-z]+"/\1""/
s/greet comes first and may sleep, admit/greet comes first, admit/
s/; may sleep\n/\n/
s/ May sleep\. / /
