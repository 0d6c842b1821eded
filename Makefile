# SPDX-License-Identifier: GPL-2.0-only
#
# Builds the module, the BPF programs and the user tools. 'make help' lists the
# targets; Kbuild says what the module is made of.

include project.mk
module_src := Kbuild project.mk $(wildcard module/*.[ch] module/*/*.[ch])
include scripts/build/rules.mk

PREFIX ?= /usr/local
module_dir = /lib/modules/$(release)/updates
bpf_objs := $(patsubst %.c,$(out)/%.o,$(wildcard bpf/*.bpf.c))

.PHONY: all module bpf user clean help install uninstall load unload run \
	demo demo-opsctl inside test test-all test-long test-hardware mutants fuzz shell models \
	check format guest fuzz-opsctl

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

test: ## run the tests; TEST="attach race" for some, TARGET=7.x
	$(Q)$(if $(TARGET),scripts/test-targets $(TARGET),scripts/test $(TEST))

test-all: ## run the guest's tests on each of scripts/targets, then test-new
	$(Q)scripts/test-targets
	$(Q)scripts/test-new

test-long: ## run the races, a minute each; RACE="attach-detach loaders"
	$(Q)scripts/test-long $(RACE)

fuzz: ## fuzz the modules, guided by coverage; FUZZ_SECONDS=600
	$(Q)scripts/test-fuzz

mutants: ## change lines of the module, and see who notices; MUTANTS=kit/slot
	$(Q)scripts/test-mutants $(MUTANTS)

fuzz-opsctl: ## run opsctl on made-up files; FUZZ="object ko" FUZZ_SECONDS=60
	$(Q)$(lab) add libclang-rt-dev
	$(Q)$(lab) make fuzz-here $(foreach v,FUZZ FUZZ_SECONDS,$(if $($(v)),$(v)='$($(v))'))

test-hardware: ## run the tests, the bench and the races under KVM
	$(Q)scripts/test-hardware $(RACE)

models: ## check models of the protocols; MODEL="slot.pml wait.c" for some
	$(Q)$(lab) add spin cbmc
	$(Q)$(lab) exec tests/models/run $(MODEL)

check: ## static checks of all sources
	$(Q)$(lab) add spin cbmc
	$(Q)LAB_KERNEL= $(lab) make checks

format: ## format all C as the kernel's style asks for
	$(Q)LAB_KERNEL= $(lab) make format-here

# On this machine.
all: module bpf user ## build all three (default)
	@:
module: $(module_ko) ## build the module
bpf: $(bpf_objs) ## build the BPF programs
user: $(out)/loader $(out)/opsctl ## build the loader and opsctl

$(module_ko): $(module_src) $(tools_ok) | $(module_links)
	$(call build_module,$(kbuild_dir))

include scripts/package/dkms-install.mk
include user/loader/loader.mk user/opsctl/opsctl.mk tests/modules/modules.mk
include bench/bench.mk tests/tests.mk examples/examples.mk tests/guest/guests.mk
include tests/races/watched.mk tests/coverage/coverage.mk tests/fuzz/fuzz.mk
include tests/debug/debug.mk tests/mutants/mutants.mk tests/real/real.mk scripts/lint/lint.mk
include user/opsctl/tests/asan/asan.mk user/opsctl/tests/source/source.mk \
	user/opsctl/tests/fuzz/fuzz.mk
include scripts/package/package.mk scripts/new.d/new.mk

man_dir = $(PREFIX)/share/man/man8
completion_dir = $(PREFIX)/share/bash-completion/completions
unit_dir = $(PREFIX)/lib/systemd/system

.PHONY: install-module install-user
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
