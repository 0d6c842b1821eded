# SPDX-License-Identifier: GPL-2.0-only
#
# How a module, BPF programs and programs in C are built: for a Makefile that has
# included project.mk and has set module_src, the files that the module is made of.

# Debian has bpftool and insmod in /usr/sbin, which is not in a user's PATH.
export PATH := $(PATH):/usr/sbin:/sbin

KDIR ?= /lib/modules/$(shell uname -r)/build
BUILD ?= build

CLANG ?= clang
BPFTOOL ?= bpftool
OBJCOPY ?= $(CROSS_COMPILE)objcopy

# For another architecture, CROSS_COMPILE is the prefix of its tools, as for the
# kernel: aarch64-linux-gnu-
ifneq ($(CROSS_COMPILE),)
  CC := $(CROSS_COMPILE)gcc
endif

# SYSROOT is the directory of its libraries, where they are not installed here.
ifeq ($(SYSROOT),)
  PKG_CONFIG ?= $(CROSS_COMPILE)pkg-config
else
  PKG_CONFIG ?= pkg-config
  export PKG_CONFIG_SYSROOT_DIR := $(SYSROOT)
  export PKG_CONFIG_LIBDIR := $(SYSROOT)/usr/lib/$(shell $(CC) -print-multiarch)/pkgconfig
endif

out := $(abspath $(BUILD))
lab := scripts/lab

V ?= 0
ifeq ($(V),0)
  Q := @
  say = @printf '  %-8s %s\n' $(1) '$(patsubst $(out)/%,%,$(2))';
  quiet := >/dev/null
else
  Q :=
  say =
  quiet :=
endif

bpf_arch := $(shell $(CC) -dumpmachine 2>/dev/null | sed -e 's/-.*//' -e 's/x86_64/x86/' \
	-e 's/aarch64/arm64/' -e 's/riscv64/riscv/' -e 's/powerpc64le/powerpc/' \
	-e 's/s390x/s390/')

CFLAGS ?= -O2 -g
override CFLAGS += $(addprefix --sysroot=,$(SYSROOT))

# Hands the names of project.mk to C in user space.
names := -DOPSMOD_VERSION='"$(VERSION)"' -DMODULE_NAME='"$(NAME)"' -DTRIGGER='"$(TRIGGER)"'

# For all C in user space. The macro makes __u64 the same type on every architecture.
# Generated headers are next to the object, or they are the demonstration's own.
user_cflags = -std=gnu11 -D_GNU_SOURCE -D__SANE_USERSPACE_TYPES__ \
	-Wall -Wextra -Werror $(CPPFLAGS) $(CFLAGS) -MMD -MP \
	-I$(@D) -I$(out)/bpf -Imodule -Ibpf -Iuser/lib $(names) $(libs_cflags) $(more_cflags)
libs_cflags := $(shell $(PKG_CONFIG) --cflags libbpf json-c 2>/dev/null)
libbpf_libs := $(shell $(PKG_CONFIG) --libs libbpf 2>/dev/null)
json_libs := $(shell $(PKG_CONFIG) --libs json-c 2>/dev/null)

bpf_cc = $(CLANG)
bpf_cflags = -g -O2 -mcpu=v3 -target bpf -D__TARGET_ARCH_$(bpf_arch) \
	-Wall -Werror -fms-extensions -Wno-microsoft-anon-tag -MMD -MP \
	-I$(out)/bpf -Imodule -Ibpf

module_ko := $(out)/$(NAME).ko
vmlinux_h := $(out)/bpf/vmlinux.h
tools_ok := $(out)/.tools-ok
settings := $(out)/.settings
release := $(shell cat $(KDIR)/include/config/kernel.release 2>/dev/null)
pahole := $(shell pahole --version 2>/dev/null)

.DELETE_ON_ERROR:
.SECONDARY:

# With another kernel or another tool, everything that depends on it is built anew.
settings_now = $(headers) $(vmlinux) $(release) $(CC) $(CLANG) $(BPFTOOL) $(PKG_CONFIG) $(pahole) $(CPPFLAGS) $(CFLAGS)

.PHONY: FORCE
$(settings): FORCE
	$(Q)mkdir -p $(@D)
	$(Q)echo '$(settings_now)' | cmp -s - $@ || echo '$(settings_now)' >$@

$(tools_ok): scripts/build/need-tools $(settings)
	$(Q)FOR_KERNEL='$(for_kernel)' CC='$(CC)' CLANG='$(CLANG)' BPFTOOL='$(BPFTOOL)' PKG_CONFIG='$(PKG_CONFIG)' \
		scripts/build/need-tools $(if $(VMLINUX_H),,'$(KDIR)')
	$(if $(or $(VMLINUX_H),$(vmlinux)),,$(Q)scripts/build/stand-in '$(KDIR)' $(headers))
	$(Q)touch $@

# A kernel that clang built wants its modules from clang too: kCFI, for one, is
# clang's alone.
for_kernel := $(if $(shell grep -sx CONFIG_CC_IS_CLANG=y $(KDIR)/include/config/auto.conf),LLVM=1)

# Modules are built in a directory of links: kbuild writes where it reads.
kbuild_dir := $(out)/kbuild
module_links := $(addprefix $(kbuild_dir)/,$(module_src))

$(kbuild_dir)/%: %
	$(Q)mkdir -p $(@D)
	$(Q)ln -sf $(abspath $<) $@

# The kernel's types are in the vmlinux next to its headers. Where it is missing, a
# directory stands in for these headers: scripts/build/stand-in.
vmlinux := $(wildcard $(KDIR)/vmlinux)
headers := $(if $(vmlinux),$(KDIR),$(out)/headers)
kbuild = $(MAKE) -C $(headers) $(if $(vmlinux),,O=$(headers)) $(for_kernel) $(KBUILD_ARGS)

# The second does not warn.
need_btf := BPFTOOL='$(BPFTOOL)' scripts/build/need-btf
need_btf_only := BPFTOOL=: scripts/build/need-btf

# Builds $@ by the Kbuild in the directory $(1). kbuild only warns if it cannot make
# BTF: for us that is an error. It would keep a module that another pahole made.
define build_module
	$(call say,MODULE,$@)
	$(Q)rm -f $(1)/$(@F)
	$(Q)+$(kbuild) M=$(1) modules $(quiet)
	$(Q)$(need_btf) $(1)/$(@F) '$(headers)'
	$(Q)cp $(1)/$(@F) $@
endef

# VMLINUX_H is a vmlinux.h that was made elsewhere: the tools then need no kernel's
# headers. Distributions build their packages so.
$(vmlinux_h): $(tools_ok) $(VMLINUX_H)
	$(call say,GEN,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(if $(VMLINUX_H),cp $(VMLINUX_H) $@,$(BPFTOOL) btf dump file $(headers)/vmlinux format c >$@)

# One rule for each language. What an object includes is known once it was compiled,
# from the .d file next to it; generated headers have to be there before.
define compile_bpf
	$(call say,BPF,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(bpf_cc) $(bpf_cflags) -c $< -o $@
endef

$(out)/%.bpf.o: %.bpf.c $(vmlinux_h)
	$(compile_bpf)

$(out)/%.skel.h: $(out)/%.bpf.o
	$(call say,GEN-SKEL,$@)
	$(Q)$(BPFTOOL) gen skeleton $< name $(*F)_bpf >$@

define compile_c
	$(call say,CC,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(user_cflags) -c $< -o $@
endef

$(out)/%.o: %.c project.mk $(settings) | $(tools_ok)
	$(compile_c)

# $@, of the objects before it, with the libraries $(1).
define link_c
	$(call say,LINK,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) $(filter %.o,$^) -o $@ $(1) $(libbpf_libs)
endef

comma := ,
objs_in = $(patsubst %.c,$(out)/%.o,$(filter-out %.bpf.c,$(wildcard $(addsuffix /*.c,$(1)))))
