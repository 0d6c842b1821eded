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

# bpf/*.bpf.c
PROGRAMS := testmod rewrite sleepy tcp_reno

# tests/test_*.c, and DIRECTORY/* for tests/DIRECTORY/test_*.c; the guest runs them.
TESTS := module trigger attach refused decide data sleep trace swap examples tcp \
	second helpers kit finish many permit opsctl doctor loader race hostile random bench \
	attacks/attacks long/pairs long/loaders long/signals long/hotplug long/stopped
