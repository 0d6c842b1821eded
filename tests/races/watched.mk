# SPDX-License-Identifier: GPL-2.0-only
# The guest in which a detector looks for data races: tests/races/watched lists the
# modules that tell it each access. The detector is that of the kernel, if this was
# built with KCSAN, else opsmod_watch.

kcsan := $(shell grep -sx CONFIG_KCSAN=y $(KDIR)/.config)
watch_dir := tests/modules/watch
ifneq ($(kcsan),)
watch_kos := $(out)/opsmod_racy.ko
else
# As the kernel builds itself for KCSAN.
watched_cflags := -fsanitize=thread -fno-optimize-sibling-calls \
	--param tsan-instrument-func-entry-exit=0 --param tsan-distinguish-volatile=1
watch_kos := $(out)/opsmod_racy.ko $(out)/opsmod_watch.ko
endif
watched := $(shell sed -n 's/^\([a-z_]*\) | \([a-z]*\) | .*/\1-\2/p' tests/races/watched)
watched_kos := $(watched:%=$(out)/watched/%.ko)

# kbuild makes both in one run.
$(out)/opsmod_racy.ko: override KBUILD_ARGS += WATCHED_CFLAGS='$(watched_cflags)'
$(out)/opsmod_racy.ko: $(wildcard $(watch_dir)/*) $(tools_ok) tests/races/watched.mk | \
		$(addprefix $(kbuild_dir)/,$(wildcard $(watch_dir)/*))
	$(call build_module,$(kbuild_dir)/$(watch_dir))

$(out)/opsmod_watch.ko: $(out)/opsmod_racy.ko
	$(Q)cp $(kbuild_dir)/$(watch_dir)/$(@F) $@

# A directory for each, as a module's name is that of its file.
watched_parts = $(subst -, ,$*)
watched_name = $(subst demo,$(NAME),$(lastword $(watched_parts)))
$(watched_kos): override KBUILD_ARGS += $(if $(watched_cflags),KCFLAGS='$(watched_cflags)') \
	KBUILD_EXTRA_SYMBOLS=$(kbuild_dir)/$(watch_dir)/Module.symvers
$(watched_kos): $(out)/watched/%.ko: $(module_src) $(wildcard examples/*/*.[ch] examples/*/Kbuild) \
		tests/races/watched tests/modules/vary $(watch_kos)
	$(call say,MODULE,$@)
	$(Q)rm -rf $(out)/kbuild-watched/$* && mkdir -p $(out)/kbuild-watched/$* $(@D)
	$(Q)tests/modules/vary tests/races/watched $(watched_parts) $(out)/kbuild-watched/$* $(module_src)
	$(Q)+$(kbuild) M=$(out)/kbuild-watched/$* modules $(quiet)
	$(Q)$(need_btf) $(out)/kbuild-watched/$*/$(watched_name).ko '$(headers)'
	$(Q)cp $(out)/kbuild-watched/$*/$(watched_name).ko $@

.PHONY: guest-watched test-races test-kcsan
guest-watched: guest $(watch_kos) $(watched_kos)
	$(Q)$(more_guest)
	$(Q)mkdir $(out)/$@/watched
	$(Q)install -p $(watched_kos) $(out)/$@/watched
	$(Q)install -p -m 644 tests/races/watched $(out)/$@/watched/list
	$(Q)install -p $(watch_kos) tests/races/run-watched $(out)/$@

test-races: ## look for data races in the modules, with a detector
	$(Q)LAB_GUEST=guest-watched $(lab) run ./run-watched

test-kcsan: ## look for data races on a kernel with KCSAN (20 minutes, once)
	$(Q)LAB_KERNEL=kcsan LAB_GUEST=guest-watched LAB_MEMORY=1536 LAB_TIMEOUT=1800 \
		$(lab) run env WATCHED_SECONDS=10 ./run-watched
