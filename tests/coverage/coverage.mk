# SPDX-License-Identifier: GPL-2.0-only
# opsmod_cover notes which code of modules ran that are built with these arguments.

cover_dir := tests/modules/cover
cover_kos := $(out)/opsmod_cover.ko $(out)/opsmod_covered.ko
covered_kcflags := -fsanitize-coverage=trace-pc
covered_kbuild_args = KCFLAGS='$(covered_kcflags)' \
	KBUILD_EXTRA_SYMBOLS=$(kbuild_dir)/$(cover_dir)/Module.symvers

# kbuild makes both in one run.
$(out)/opsmod_cover.ko: override KBUILD_ARGS += COVERED_CFLAGS='$(covered_kcflags)'
$(out)/opsmod_cover.ko: $(wildcard $(cover_dir)/*) $(tools_ok) tests/coverage/coverage.mk | \
		$(addprefix $(kbuild_dir)/,$(wildcard $(cover_dir)/*))
	$(call build_module,$(kbuild_dir)/$(cover_dir))

$(out)/opsmod_covered.ko: $(out)/opsmod_cover.ko
	$(Q)cp $(kbuild_dir)/$(cover_dir)/$(@F) $@

# The modules once more, in a directory of their own.
covered_dir := $(out)/covered
covered_kos := $(patsubst $(out)/%,$(covered_dir)/%,$(module_ko) $(test_modules) \
	$(twice_kos) $(forgotten_kos) $(example_kos))

.PHONY: covered-modules
covered-modules: $(cover_kos)
	$(Q)+$(MAKE) -s --no-print-directory BUILD=$(covered_dir) \
		KBUILD_ARGS="$(KBUILD_ARGS) $(covered_kbuild_args)" $(covered_kos)

# opsctl and the loader, by gcc's own means.
covered_tools_dir := $(out)/covered-tools
covered_tools := $(addprefix $(covered_tools_dir)/,opsctl loader)
covered_cflags := -O0 -g --coverage -fprofile-update=atomic

.PHONY: covered-tools
covered-tools: $(tools_ok)
	$(Q)+$(MAKE) -s --no-print-directory BUILD=$(covered_tools_dir) \
		CFLAGS='$(covered_cflags)' $(covered_tools)

.PHONY: guest-covered coverage
guest-covered: guest covered-modules covered-tools
	$(Q)$(more_guest)
	$(Q)install -p $(cover_kos) $(covered_tools) tests/coverage/run-covered \
		$(filter-out $(covered_dir)/twice/% $(covered_dir)/forgotten/%,$(covered_kos)) \
		$(out)/$@
	$(Q)install -p $(filter $(covered_dir)/twice/%,$(covered_kos)) $(out)/$@/twice
	$(Q)for f in $(forgotten); do install -p \
		$(covered_dir)/forgotten/$$f/opsmod_kit.ko $(out)/$@/forgotten/$$f.ko; done

coverage: ## tell which lines the guest's tests run; TEST=kit for some
	$(Q)scripts/test-coverage $(TEST)
