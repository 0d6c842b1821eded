# SPDX-License-Identifier: GPL-2.0-only
# Objects of what 'opsctl new' prints, for each type of the kernel and of the modules that
# the tests load. test_source attaches them, and source.sh reads what was printed.
source_kos = $(module_ko) $(second_ko) $(permit_ko) $(kit_ko) $(example_kos)
source_compile := user/opsctl/tests/source/compile
source_dir := $(out)/source

# opsctl runs here only if it was built for here.
$(source_dir)/.complete: $(if $(CROSS_COMPILE),,$(out)/opsctl $(source_kos) $(vmlinux_h)) \
		$(wildcard user/opsctl/tests/source/*)
	$(call say,OPSCTL-NEW,$(source_dir))
	$(Q)rm -rf $(@D) && mkdir -p $(@D)
ifeq ($(CROSS_COMPILE),)
	$(Q)$(source_compile) $(out)/opsctl $(@D)/vmlinux '$(headers)/vmlinux'
	$(Q)for ko in $(source_kos); do \
		$(source_compile) $(out)/opsctl $(@D)/$$(basename $$ko .ko) $$ko \
			'$(headers)/vmlinux' || exit; \
	done
else
	$(Q)echo 'opsctl was built for another architecture' >$(@D)/none
endif
	$(Q)touch $@
