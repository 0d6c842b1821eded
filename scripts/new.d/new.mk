# SPDX-License-Identifier: GPL-2.0-only
# A module of one's own, made of the kit, an example and the lab: scripts/new.

MODEL ?= slot
SLEEP ?= no
# project.mk sets these two, so only the command line can say what they are here.
said = $(if $(filter command,$(origin $(1))),$($(1)),$(2))

# What the kernel has: types and functions, and modules.
kernel_names := $(out)/kernel-names

.PHONY: new kernel-names test-new
kernel-names: $(kernel_names)
	@:
$(kernel_names): $(tools_ok)
	$(Q)$(BPFTOOL) btf dump file $(headers)/vmlinux | \
		sed -n "s/^\[[0-9]*\] [A-Z_0-9]* '\([^' ]*\)'.*/\1/p" >$@
	$(Q)find /lib/modules/$(release)/kernel -name '*.ko*' -printf '%f\n' | \
		cat - /lib/modules/$(release)/modules.builtin | \
		sed -e 's,.*/,,' -e 's/\.ko.*//' -e 'y/-/_/' >>$@

new: ## make a module of your own: NAME=greeter MODEL=slot|named|chain
	$(Q)scripts/new '$(call said,NAME)' '$(MODEL)' '$(SLEEP)' '$(call said,TRIGGER,yes)' '$(DIR)'

tests/host/new.sh: $(kernel_names)

# One project for each model, with and without sleep: its demo and its tests.
test-new: ## test what make new makes; MODELS="slot named chain steps"
	$(Q)scripts/test-new $(MODELS)
