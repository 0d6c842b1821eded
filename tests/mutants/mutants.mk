# SPDX-License-Identifier: GPL-2.0-only
# What scripts/test-mutants builds: mutants, and the guest in which they run.

mutants_dir := $(out)/mutants

# All those of IDS, while guests run those that are built already.
.PHONY: build-mutants guest-mutants-1 guest-mutants-2
build-mutants: $(tools_ok)
	$(Q)+KBUILD='$(kbuild)' OBJCOPY='$(OBJCOPY)' tests/mutants/build $(mutants_dir) $(IDS)

# Two guests run at a time, each with those that its file 'next' names.
guest-mutants-1 guest-mutants-2: guest-mutants-%: guest
	$(Q)$(more_guest)
	$(Q)install -d $(out)/$@/mutants
	$(Q)install -p tests/mutants/run-mutants $(out)/$@
	$(Q)install -p $(addprefix scripts/lab.d/,splats splats.patterns) $(out)/$@/mutants
	$(Q)cd $(mutants_dir) && \
		find $$(echo control | sort -u - next-$*) \( -name '*.ko' -o -name tests -o -name by -o -name limits \) \
			-exec cp --parents -t $(out)/$@/mutants {} +
