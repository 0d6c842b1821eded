# SPDX-License-Identifier: GPL-2.0-only
#
# The names that Makefile and C share. C and Kbuild in module/ say the module's name, too.
NAME := @NAME@
VERSION := 0.1.0

# The file whose writes make the module call the table, for tests, demo and shell.
TRIGGER := @TRIGGER@
