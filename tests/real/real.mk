# SPDX-License-Identifier: GPL-2.0-only
# opsctl with objects that others wrote. They are fetched from Debian when the test runs.

real_dir := $(out)/real
# As scripts/lab takes it apart.
real_suite := $(if $(findstring /,$(LAB_KERNEL)),$(patsubst %/,%,$(dir $(LAB_KERNEL))),trixie)

.PHONY: guest-real real-objects test-real
real-objects: $(vmlinux_h)
	$(Q)tests/real/objects $(release) amd64 $(real_suite) $(dir $(vmlinux_h)) $(real_dir)

$(out)/tests/real/mouse: $(addprefix $(out)/tests/,real/mouse.o lib/mouse.o)
	$(link_c)

guest-real: $(out)/opsctl $(out)/tests/real/mouse $(project_sh) real-objects
	$(Q)rm -rf $(out)/$@ && install -d $(out)/$@/real
	$(Q)install -p $(filter $(out)/%,$^) /usr/sbin/tc tests/real/run-real $(out)/$@
	$(Q)install -p -m 644 $(KDIR)/.config $(out)/$@/real/config
	$(Q)cp -a $(addprefix $(real_dir)/,tcp qdisc sched_ext hid modules) $(out)/$@/real
test-real: ## opsctl with objects that others wrote (fetches 200 MB)
	$(Q)$(lab) add iproute2
	$(Q)LAB_GUEST=guest-real LAB_MEMORY=$(or $(LAB_MEMORY),2048) $(lab) run ./run-real
