# SPDX-License-Identifier: GPL-2.0-only
# The guest with the debug kernel also gets these: faults for its checkers, and
# tests that need its fault injection.

faulty_dir := tests/modules/faulty
faulty_src := $(wildcard $(faulty_dir)/*)
faulty_ko := $(out)/opsmod_faulty.ko

$(faulty_ko): $(faulty_src) $(tools_ok) | $(addprefix $(kbuild_dir)/,$(faulty_src))
	$(call build_module,$(kbuild_dir)/$(faulty_dir))

# The module, with one stub that is not of its member's type.
badstub_dir := $(out)/kbuild-badstub
badstub_ko := $(out)/badstub/$(NAME).ko
badstub := -e '/^OPSMOD_STUB(.*test_2/s/int \([ab]\)/long \1/g' \
	-e 's/OPSMOD_MEMBER\(.*test_2\)),/OPSMOD_ANY\1, .stub = bpf_testmod_ops__test_2),/'

$(badstub_ko): $(module_src) $(tools_ok) tests/debug/debug.mk
	$(Q)rm -rf $(badstub_dir)
	$(Q)mkdir -p $(badstub_dir) $(@D)
	$(Q)cp -r --parents $(module_src) $(badstub_dir)
	$(Q)sed -i $(badstub) $(badstub_dir)/module/ops.c
	$(Q)[ "$$(diff module/ops.c $(badstub_dir)/module/ops.c | grep -c '^>')" -eq 2 ]
	$(call build_module,$(badstub_dir))

fault_bins := $(patsubst %.c,$(out)/%,$(wildcard tests/debug/test_*.c))

$(fault_bins): %: %.o $(out)/tests/debug/faults.o $(test_lib)
	$(link_test)

.PHONY: guest-debug test-debug debug-kernel
guest-debug: guest $(faulty_ko) $(badstub_ko) $(fault_bins)
	$(Q)$(more_guest)
	$(Q)install -p $(faulty_ko) $(fault_bins) \
		tests/debug/run-debug tests/debug/run-fault tests/debug/leaks \
		tests/debug/begins $(out)/$@
	$(Q)install -p -D $(badstub_ko) $(out)/$@/badstub/$(NAME).ko

debug-kernel: ## build the kernel that test-debug boots (15 minutes, once)
	$(Q)LAB_KERNEL=debug $(lab) make module

test-debug: ## run every guest's test on the debug kernel, and what needs it
	$(Q)scripts/test-debug
