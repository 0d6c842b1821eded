# SPDX-License-Identifier: GPL-2.0-only
#
# For the Kbuild of a module that uses named.o: include $(src)/opsmod/named.mk
# Kernels export bpf_struct_ops_get() to modules from 6.19 on, and others as they like, so
# ask the kernel itself. Without this line a detach waits for who sleeps in its table.
ccflags-y += $(if $(shell grep -sw bpf_struct_ops_get $(objtree)/Module.symvers), \
	-DOPSMOD_HAVE_STRUCT_OPS_GET)
