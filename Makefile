# SPDX-License-Identifier: GPL-2.0-only
#
# Builds the module, the BPF programs and the user tools. 'make help' lists the
# targets; Kbuild says what the module is made of.

# Debian has bpftool and insmod in /usr/sbin, which is not in a user's PATH.
export PATH := $(PATH):/usr/sbin:/sbin

include project.mk

KDIR ?= /lib/modules/$(shell uname -r)/build
BUILD ?= build
PREFIX ?= /usr/local

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

bpf_arch := $(shell $(CC) -dumpmachine | sed -e 's/-.*//' -e 's/x86_64/x86/' \
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
module_dir = /lib/modules/$(release)/updates
vmlinux_h := $(out)/bpf/vmlinux.h
bpf_objs := $(patsubst %.c,$(out)/%.o,$(wildcard bpf/*.bpf.c))
tools_ok := $(out)/.tools-ok
settings := $(out)/.settings
release := $(shell cat $(KDIR)/include/config/kernel.release 2>/dev/null)

.PHONY: all module bpf user clean help install uninstall load unload run \
	demo demo-opsctl inside test test-all test-long shell check format guest
.DELETE_ON_ERROR:
.SECONDARY:

.DEFAULT_GOAL := all

# In the lab, which needs no headers of this machine's kernel.
demo: ## show the whole story in a virtual machine
	$(Q)LAB_GUEST=guest-demo $(lab) run demo

demo-opsctl: ## show, in the same way, what opsctl can do and bpftool cannot
	$(Q)LAB_GUEST=guest-demo-opsctl $(lab) run demo-opsctl

inside: ## show what the kernel does with a table: docs/inside.md
	$(Q)LAB_GUEST=guest-inside $(lab) run inside

shell: ## a shell in a virtual machine, with all of it and your bpf/*.bpf.c
	$(Q)$(lab) shell

test: ## run every test; TEST="attach race" for some, TARGET=7.x
	$(Q)$(if $(TARGET),scripts/test-targets $(TARGET),scripts/test $(TEST))

test-all: ## run the guest's tests on every kernel in scripts/targets
	$(Q)scripts/test-targets

test-long: ## run the races, a minute each; RACE="attach-detach loaders"
	$(Q)scripts/test-long $(RACE)

check: ## static checks of all sources
	$(Q)LAB_KERNEL= $(lab) make checks

format: ## format all C as the kernel's style asks for
	$(Q)LAB_KERNEL= $(lab) make format-here

# On this machine.
all: module bpf user ## build all three (default)
	@:
module: $(module_ko) ## build the module
bpf: $(bpf_objs) ## build the BPF programs
user: $(out)/loader $(out)/opsctl ## build the loader and opsctl

# With another kernel or another tool, everything that depends on it is built anew.
settings_now = $(headers) $(vmlinux) $(release) $(CC) $(CLANG) $(BPFTOOL) $(PKG_CONFIG) $(CPPFLAGS) $(CFLAGS)

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
module_src := Kbuild project.mk $(wildcard module/*.[ch] module/*/*.[ch])
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

# Builds $@ by the Kbuild in the directory $(1). kbuild only warns if it cannot make
# BTF: for us that is an error.
define build_module
	$(call say,MODULE,$@)
	$(Q)+$(kbuild) M=$(1) modules $(quiet)
	$(Q)scripts/build/need-btf $(1)/$(@F) '$(headers)'
	$(Q)cp $(1)/$(@F) $@
endef

$(module_ko): $(module_src) $(tools_ok) | $(module_links)
	$(call build_module,$(kbuild_dir))

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

include user/loader/loader.mk user/opsctl/opsctl.mk tests/modules/modules.mk
include bench/bench.mk tests/tests.mk examples/examples.mk tests/guest/guests.mk
include tests/debug/debug.mk user/opsctl/tests/asan/asan.mk scripts/lint/lint.mk
include scripts/package/package.mk

man_dir = $(PREFIX)/share/man/man8
completion_dir = $(PREFIX)/share/bash-completion/completions
unit_dir = $(PREFIX)/lib/systemd/system
dkms_dir = /usr/src/$(NAME)-$(VERSION)

# Makes $@ of $<, with what project.mk says and where the tools are filled in.
define fill_in
	$(call say,GEN,$@)
	$(Q)mkdir -p $(@D)
	$(Q)sed -e 's,@NAME@,$(NAME),g' -e 's,@VERSION@,$(VERSION),g' \
		-e 's,@TRIGGER@,$(TRIGGER),g' -e 's,@SBINDIR@,$(PREFIX)/sbin,g' $< >$@
endef

dkms_conf := $(out)/dkms.conf
$(dkms_conf): scripts/build/dkms.conf.in project.mk
	$(fill_in)

.PHONY: install-module install-user dkms-install
install: install-module install-user ## install the module, the loader and opsctl (as root)
	@:

install-module: module
	$(Q)+$(kbuild) M=$(kbuild_dir) \
		INSTALL_MOD_PATH='$(DESTDIR)' INSTALL_MOD_DIR=updates modules_install $(quiet)
	$(Q)depmod $(if $(DESTDIR),-b '$(DESTDIR)') $(release)

install-user: user $(loader_man) $(opsctl_unit)
	$(Q)install -D -m 755 $(out)/loader '$(DESTDIR)$(PREFIX)/sbin/$(NAME)_loader'
	$(Q)install -D -m 644 $(loader_man) '$(DESTDIR)$(man_dir)/$(NAME)_loader.8'
	$(Q)install -D -m 755 $(out)/opsctl '$(DESTDIR)$(PREFIX)/sbin/opsctl'
	$(Q)install -D -m 644 user/opsctl/opsctl.8 '$(DESTDIR)$(man_dir)/opsctl.8'
	$(Q)install -D -m 644 user/opsctl/opsctl.bash '$(DESTDIR)$(completion_dir)/opsctl'
	$(Q)install -D -m 644 $(opsctl_unit) '$(DESTDIR)$(unit_dir)/opsctl-attach@.service'

# This builds nothing, and needs no headers.
dkms-install: $(dkms_conf) ## install the module's sources for DKMS (as root)
	$(Q)rm -rf '$(DESTDIR)$(dkms_dir)'
	$(Q)install -d '$(DESTDIR)$(dkms_dir)'
	$(Q)cp --parents $(module_src) $(addprefix scripts/build/,dkms.mk stand-in btf-of need-btf) \
		'$(DESTDIR)$(dkms_dir)'
	$(Q)install -m 644 $(dkms_conf) '$(DESTDIR)$(dkms_dir)'

uninstall: ## remove what install put in place (as root)
	$(Q)rm -f '$(DESTDIR)$(module_dir)/$(NAME).ko'* \
		'$(DESTDIR)$(PREFIX)/sbin/$(NAME)_loader' \
		'$(DESTDIR)$(man_dir)/$(NAME)_loader.8' \
		'$(DESTDIR)$(PREFIX)/sbin/opsctl' \
		'$(DESTDIR)$(man_dir)/opsctl.8' \
		'$(DESTDIR)$(completion_dir)/opsctl' \
		'$(DESTDIR)$(unit_dir)/opsctl-attach@.service'
	$(Q)depmod $(if $(DESTDIR),-b '$(DESTDIR)') $(release)

load: module ## insmod the module (as root)
	insmod $(module_ko)

unload: ## rmmod the module (as root)
	rmmod $(NAME)

run: all ## insmod the module, run the loader with ARGS= (as root)
	test -d /sys/module/$(NAME) || insmod $(module_ko)
	$(out)/loader $(ARGS)

compiled := $(addprefix $(out)/,bpf user tests bench examples)
-include $(shell find $(compiled) -name '*.d' 2>/dev/null)

clean: ## remove what was built here
	$(Q)rm -rf $(BUILD)

help: ## this list
	@echo "Targets:"
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1\t\2/p' $(MAKEFILE_LIST) | expand -t 15
	@echo "Variables:"
	@echo "  KDIR=     headers of the kernel to build for (the running one's)"
	@echo "  BUILD=    where the output goes (build)"
	@echo "  PREFIX=   where install puts the tools (/usr/local); DESTDIR= as usual"
	@echo "  CROSS_COMPILE=  prefix of the tools for another architecture;"
	@echo "            SYSROOT= where its libraries are, if not with this one's"
	@echo "  VMLINUX_H=  the kernel's types, from elsewhere: for make user"
	@echo "  V=1       show the commands"
	@echo "demo, shell, test and check need no kernel headers here: scripts/lab help."
