# SPDX-License-Identifier: GPL-2.0-only
# The tests' modules: with types of their own, and the demonstration's and the kit's
# with something changed.

second_ko := $(out)/opsmod_second.ko
permit_ko := $(out)/opsmod_permit.ko
kit_ko := $(out)/opsmod_kit.ko
full_ko := $(out)/opsmod_full.ko
nobtf := $(patsubst %.ko,%-nobtf.ko,$(module_ko) $(second_ko) $(kit_ko))
test_modules := $(nobtf) $(out)/$(NAME)-foreign.ko $(second_ko) $(permit_ko) $(kit_ko) \
	$(full_ko)

# $@, which is built in the directory $(1) that the command $(2) fills.
define build_variant
	$(Q)rm -rf $(1) && mkdir -p $(1) $(@D)
	$(Q)$(2)
	$(call build_module,$(1))
endef

# Modules with their own types, for tests of code that must know nothing of a type,
# and of mistakes that their authors can make.
second_dir := tests/modules/second
kit_dir := tests/modules/kit
kit_src := $(wildcard module/opsmod/*)
# Lists the links for the directory $(1): its files, and the kit as if copied there.
links_of = $(addprefix $(kbuild_dir)/,$(1)/Kbuild $(wildcard $(1)/*.[ch]) \
	$(kit_src:module/%=$(1)/%))

define link_kit
$(kbuild_dir)/$(1)/opsmod/%: module/opsmod/%
	$$(Q)mkdir -p $$(@D)
	$$(Q)ln -sf $$(abspath $$<) $$@
endef
$(foreach d,$(second_dir) $(kit_dir),$(eval $(call link_kit,$(d))))

$(second_ko): $(wildcard $(second_dir)/*) $(kit_src) $(tools_ok) | \
		$(call links_of,$(second_dir))
	$(call build_module,$(kbuild_dir)/$(second_dir))

# kbuild has built this one together with the one above.
$(permit_ko): $(second_ko)
	$(Q)$(need_btf) $(kbuild_dir)/$(second_dir)/$(@F) '$(headers)'
	$(Q)cp $(kbuild_dir)/$(second_dir)/$(@F) $@

$(kit_ko): $(wildcard $(kit_dir)/*) $(kit_src) $(tools_ok) | $(call links_of,$(kit_dir))
	$(call build_module,$(kbuild_dir)/$(kit_dir))

# What makes the kernel fail, for a moment.
full_dir := tests/modules/full

$(full_ko): $(wildcard $(full_dir)/*) $(tools_ok) | \
		$(addprefix $(kbuild_dir)/,$(wildcard $(full_dir)/*))
	$(call build_module,$(kbuild_dir)/$(full_dir))

# The kit's module with one thing forgotten, for mistakes that show when it is loaded,
# or later: tests/modules/kit/forgotten has the list.
forgotten := $(shell sed -n 's/^\([a-z_]*\) | \(insmod\|load\) | .*/\1/p' $(kit_dir)/forgotten)
forgotten_dir := $(out)/kbuild-forgotten
forgotten_kos := $(forgotten:%=$(out)/forgotten/%/opsmod_kit.ko)

# What is forgotten may have been the only user of a function.
$(forgotten_kos): override KBUILD_ARGS += KCFLAGS=-Wno-unused-function
$(forgotten_kos): $(out)/forgotten/%/opsmod_kit.ko: $(wildcard $(kit_dir)/*) $(kit_src) $(tools_ok)
	$(call build_variant,$(forgotten_dir)/$*,$(kit_dir)/forget $* $(forgotten_dir)/$*)

# A module whose BTF was stripped...
$(nobtf): %-nobtf.ko: %.ko tests/tests.mk
	$(call say,OBJCOPY,$@)
	$(Q)$(OBJCOPY) --remove-section .BTF --remove-section .BTF.base $< $@

# ...and the main one, built for a kernel whose types are not this one's.
$(out)/$(NAME)-foreign.ko: $(module_ko) tests/tests.mk
	$(call say,OBJCOPY,$@)
	$(Q)$(OBJCOPY) --dump-section .BTF.base=$@.btf $< /dev/null
	$(Q)sed -i 's/bpf_insn_access_aux/bpf_insn_access_old/' $@.btf
	$(Q)$(OBJCOPY) --update-section .BTF.base=$@.btf $< $@

# A module with structs of the kernel in its BTF a second time: it is built with the types
# of a kernel that calls a task_struct something else.
twice_kos := $(addprefix $(out)/twice/,opsmod_kit.ko turnstile.ko)
twice_headers := $(out)/headers-twice

$(twice_headers)/vmlinux: $(tools_ok)
	$(Q)scripts/build/stand-in '$(KDIR)' $(@D)
	$(Q)sed -i 's/task_struct/task_strukt/g' $@

$(twice_kos): vmlinux :=
$(twice_kos): headers := $(twice_headers)
$(twice_kos): need_btf := $(need_btf_only)
$(twice_kos): $(out)/twice/%.ko: $(kit_src) $(twice_headers)/vmlinux
	$(call build_variant,$(out)/kbuild-twice/$*,\
		cp -r $(filter-out $(kit_src) %/vmlinux,$^) module/opsmod $(out)/kbuild-twice/$*)
$(out)/twice/opsmod_kit.ko: $(wildcard $(kit_dir)/*)
$(out)/twice/turnstile.ko: $(wildcard examples/turnstile/*)

# Modules that do not refuse global functions: what is left of their defence where
# the verifier lets those write.
$(out)/open/%.ko: override KBUILD_ARGS += KCFLAGS=-DGLOBAL_FUNCTIONS_ARE_SAFE=1

open_ko := $(out)/open/$(NAME).ko
open_dir := $(out)/kbuild-open

$(open_ko): $(module_src) $(tools_ok)
	$(call build_variant,$(open_dir),cp -r --parents $(module_src) $(open_dir))

open_kit_ko := $(out)/open/opsmod_kit.ko
open_kit_dir := $(out)/kbuild-open-kit

$(open_kit_ko): $(wildcard $(kit_dir)/*) $(kit_src) $(tools_ok)
	$(call build_variant,$(open_kit_dir),cp -r $(kit_dir)/. module/opsmod $(open_kit_dir))

# The module with one member more, and a program for that.
finish_ko := $(out)/finish/$(NAME).ko
finish_dir := $(out)/kbuild-finish
finish_obj := $(out)/tests/programs/finish.bpf.o

$(finish_ko): $(module_src) tests/modules/add-member $(tools_ok)
	$(call build_variant,$(finish_dir),tests/modules/add-member $(finish_dir))

# It is compiled with that module's header, which has the member.
$(finish_obj): bpf_cflags := -I$(finish_dir)/module $(bpf_cflags)
$(finish_obj): $(finish_ko)

