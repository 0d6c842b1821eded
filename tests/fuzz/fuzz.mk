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
		tests/fuzz/broken tests/modules/vary $(tools_ok)
	$(call build_variant,$(out)/kbuild-broken/$*,\
		tests/modules/vary tests/fuzz/broken $(*D) $(subst $(NAME),demo,$(*F)) \
			$(out)/kbuild-broken/$* $(module_src))

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

# Modules that opsmod_cover watches, in a directory of their own.
fuzzed_kos := $(patsubst $(out)/%,$(covered_dir)/%,$(module_ko) $(example_kos) $(broken_kos))

.PHONY: fuzzed-modules
fuzzed-modules: $(cover_kos)
	$(Q)+$(MAKE) --no-print-directory BUILD=$(covered_dir) \
		KBUILD_ARGS="$(KBUILD_ARGS) $(covered_kbuild_args)" $(fuzzed_kos)

# This guest has what earlier runs have kept, too: scripts/test-fuzz.
.PHONY: guest-fuzz
guest-fuzz: $(fuzzer) $(project_sh) fuzzed-modules
	$(Q)rm -rf $(out)/$@ && install -d $(addprefix $(out)/$@/,broken more)
	$(Q)install -p $(fuzzer) tests/fuzz/run-fuzz $(project_sh) $(out)/$@
	$(Q)install -p $(out)/opsmod_cover.ko $(covered_dir)/*.ko $(out)/$@
	$(call install_seeds,$(out)/$@/seeds)
	$(Q)cp -r $(covered_dir)/broken/. $(out)/$@/broken
	$(Q)install -p -m 644 tests/fuzz/broken $(out)/$@/broken/list
	$(Q)$(if $(kept),install -p -m 644 $(kept) $(out)/$@/more)

kept = $(wildcard $(addprefix build/lab/fuzz/,corpus.hex input.hex))
