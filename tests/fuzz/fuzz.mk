# SPDX-License-Identifier: GPL-2.0-only
# The fuzzer, and the guest in which it runs for long.

fuzzer := $(out)/tests/fuzz/fuzz

$(fuzzer): $(call objs_in,tests/fuzz) $(test_lib)
	$(link_test)

# Modules with a fault that is to be found, each in a directory of its name: the file
# 'broken' lists them.
broken := $(subst demo,$(NAME),$(shell sed -n \
	's,^\([a-z_]*\) | \([a-z]*\) | .*,\1/\2,p' tests/fuzz/broken))
broken_kos := $(broken:%=$(out)/broken/%.ko)

$(broken_kos): $(out)/broken/%.ko: $(module_src) $(wildcard examples/*/*.[ch] examples/*/Kbuild) \
		tests/fuzz/broken tests/fuzz/break $(tools_ok)
	$(call build_variant,$(out)/kbuild-broken/$*,\
		tests/fuzz/break $(*D) $(out)/kbuild-broken/$* $(module_src))

# What the fuzzer reads, in the directory $(1).
seeds := $(wildcard tests/fuzz/seeds/*.hex)
define install_seeds
	$(Q)install -d $(1)
	$(Q)install -p -m 644 $(seeds) scripts/lab.d/splats.patterns $(1)
endef

# The tests' guest runs these inputs alone, with one of the faults.
writes_anywhere_ko := $(filter %/writes_anywhere/$(NAME).ko,$(broken_kos))
guest_files += $(fuzzer)
$(guest_dir)/.complete: $(fuzzer) $(writes_anywhere_ko) $(seeds)
