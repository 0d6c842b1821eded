# SPDX-License-Identifier: GPL-2.0-only
#
# The names of the module and of what comes with it: a module of your own starts here.
# The Makefile and Kbuild include this file, and hand it on to C by -D. Scripts read
# project.sh, which make writes from it.

# The name as lsmod shows it, so without '-': it makes NAME.ko and NAME_loader.
NAME := bpf_testmod
VERSION := 0.3.0

# The file whose writes run the attached table: in /proc itself, where module/main.c
# makes it.
TRIGGER := /proc/bpf_testmod_trigger
