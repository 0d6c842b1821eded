# SPDX-License-Identifier: GPL-2.0-only
#
# What the module is called and what comes with it: a module of your own starts here.
# The Makefile and Kbuild include this file, and hand it on to C by -D. Scripts read
# project.sh, which make writes from it.

# As in lsmod, so with no '-': NAME.ko, and the loader is installed as NAME_loader.
NAME := bpf_testmod
VERSION := 0.3.0

# The file whose writes run the attached table: in /proc itself, where module/main.c
# makes it.
TRIGGER := /proc/bpf_testmod_trigger
