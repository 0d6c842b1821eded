# SPDX-License-Identifier: GPL-2.0-only
# What the lab's guest gets: the module, the loader, the demo and the tests.

guest_dir := $(out)/guest

# The guest's may be of another architecture than the one that builds.
guest_bpftool := $(if $(SYSROOT),$(SYSROOT)/usr/sbin/bpftool,$(shell command -v $(BPFTOOL)))

test_programs := $(patsubst tests/programs/%.bpf.c,%,$(wildcard tests/programs/*.bpf.c))
test_lib := $(patsubst %.c,$(out)/%.o,$(wildcard tests/lib/*.c))
test_srcs := $(wildcard $(addsuffix /test_*.c,tests/guest tests/races tests/attacks \
	user/opsctl/tests))
test_bins := $(test_srcs:%.c=$(out)/%)
test_objs = $(addprefix $(out)/tests/programs/,$(addsuffix .bpf.o,$(test_programs))) \
	$(docs_obj) $(helpers_list)
second_ko := $(out)/opsmod_second.ko
permit_ko := $(out)/opsmod_permit.ko
kit_ko := $(out)/opsmod_kit.ko
nobtf := $(patsubst %.ko,%-nobtf.ko,$(module_ko) $(second_ko) $(kit_ko))
test_modules := $(nobtf) $(out)/$(NAME)-foreign.ko $(second_ko) $(permit_ko) $(kit_ko)

# Most tests have no use for the state that cmocka hands to each.
test_cflags := -Wno-unused-parameter

test_deps := $(wildcard tests/*/*.h tests/*/*/*.h bpf/*.h) module/bpf_testmod.h project.mk

define compile_test
	$(call say,CC,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(user_cflags) $(test_cflags) $(json_cflags) -Itests -Itests/lib -c $< -o $@
endef

$(out)/tests/%.o: tests/%.c $(test_deps) | $(tools_ok)
	$(compile_test)

$(out)/user/opsctl/tests/%.o: user/opsctl/tests/%.c $(test_deps) | $(tools_ok)
	$(compile_test)

define link_test
	$(call say,LINK,$@)
	$(Q)$(CC) $(CFLAGS) $^ -o $@ -lcmocka -lpthread $(json_libs) $(user_libs)
endef

$(out)/tests/guest/test_%: $(out)/tests/guest/test_%.o $(test_lib)
	$(link_test)

$(out)/user/opsctl/tests/test_%: $(out)/user/opsctl/tests/test_%.o $(test_lib)
	$(link_test)

# The races share an engine.
race_lib := $(addprefix $(out)/tests/races/,race.o acts.o)

$(out)/tests/races/test_%: $(out)/tests/races/test_%.o $(race_lib) $(test_lib)
	$(link_test)

$(out)/tests/programs/%.bpf.o: tests/programs/%.bpf.c tests/programs/programs.h \
		$(wildcard tests/modules/second/*.h tests/modules/kit/*.h tests/races/*.h) $(bpf_deps)
	$(call say,BPF,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CLANG) $(bpf_cflags) -c $< -o $@

# Ways into the kernel past the module, and a module that does not refuse global
# functions: what is left of its defence where the verifier lets them write.
attack_objs := $(patsubst %.c,$(out)/%.o,$(wildcard tests/attacks/*.bpf.c))
open_ko := $(out)/open/$(NAME).ko
open_dir := $(out)/kbuild-open

$(out)/tests/attacks/%.bpf.o: tests/attacks/%.bpf.c tests/attacks/attack.h \
		tests/programs/programs.h $(bpf_deps)
	$(call say,BPF,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CLANG) $(bpf_cflags) -c $< -o $@

$(out)/tests/attacks/test_attacks: $(out)/tests/attacks/test_attacks.o $(test_lib)
	$(link_test)

$(open_ko): override KBUILD_ARGS += KCFLAGS=-DGLOBAL_FUNCTIONS_ARE_SAFE=1
$(open_ko): $(module_src) $(tools_ok)
	$(Q)rm -rf $(open_dir)
	$(Q)mkdir -p $(open_dir) $(@D)
	$(Q)cp -r --parents $(module_src) $(open_dir)
	$(call build_module,$(open_dir))

# The module with one member more, and a program for that.
finish_ko := $(out)/finish/$(NAME).ko
finish_dir := $(out)/kbuild-finish
finish_obj := $(out)/tests/programs/finish.bpf.o

$(finish_ko): $(module_src) tests/modules/add-member $(tools_ok)
	$(Q)rm -rf $(finish_dir)
	$(Q)mkdir -p $(@D)
	$(Q)tests/modules/add-member $(finish_dir)
	$(call build_module,$(finish_dir))

# With its header, which has the member.
$(finish_obj): bpf_cflags := -I$(finish_dir)/module $(bpf_cflags)
$(finish_obj): $(finish_ko)

# The program in docs/ops.md, as a reader would copy it.
docs_obj := $(out)/tests/programs/short_only.bpf.o

$(docs_obj:.o=.c): docs/ops.md
	$(Q)mkdir -p $(@D)
	$(Q)sed -n '/^<!-- short_only.bpf.c/,/^```$$/p' $< | sed -e '1,2d' -e '$$d' >$@

$(docs_obj): $(docs_obj:.o=.c) $(bpf_deps)
	$(call say,BPF,$@)
	$(Q)$(CLANG) $(bpf_cflags) -c $< -o $@

# The helpers that docs/ops.md names, for test_helpers.
helpers_list := $(out)/tests/programs/helpers.list

$(helpers_list): docs/ops.md tests/host/helpers.awk
	$(Q)mkdir -p $(@D)
	$(Q)awk -f tests/host/helpers.awk $< >$@

# Modules with types of their own, for tests of what must know nothing of a type, and
# of what their authors can do wrong.
second_dir := tests/modules/second
kit_dir := tests/modules/kit
kit_src := $(wildcard module/opsmod/*.[ch])
# What stands in the directory $(1), and the kit as if it had been copied there.
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

# kbuild has made this one as well.
$(permit_ko): $(second_ko)
	$(Q)scripts/build/need-btf $(kbuild_dir)/$(second_dir)/$(@F) '$(KDIR)'
	$(Q)cp $(kbuild_dir)/$(second_dir)/$(@F) $@

$(kit_ko): $(wildcard $(kit_dir)/*) $(kit_src) $(tools_ok) | $(call links_of,$(kit_dir))
	$(call build_module,$(kbuild_dir)/$(kit_dir))

# The same with one thing forgotten, for what is seen when it is loaded, or later:
# tests/modules/kit/forgotten has the list.
forgotten := $(shell sed -n 's/^\([a-z_]*\) | \(insmod\|load\) | .*/\1/p' $(kit_dir)/forgotten)
forgotten_dir := $(out)/kbuild-forgotten
forgotten_kos := $(forgotten:%=$(out)/forgotten/%/opsmod_kit.ko)

$(forgotten_kos): $(out)/forgotten/%/opsmod_kit.ko: $(wildcard $(kit_dir)/*) $(kit_src) $(tools_ok)
	$(Q)rm -rf $(forgotten_dir)/$*
	$(Q)mkdir -p $(forgotten_dir)/$* $(@D)
	$(Q)$(kit_dir)/forget $* $(forgotten_dir)/$*
	$(call build_module,$(forgotten_dir)/$*)

# As open_ko.
open_kit_ko := $(out)/open/opsmod_kit.ko
open_kit_dir := $(out)/kbuild-open-kit

$(open_kit_ko): override KBUILD_ARGS += KCFLAGS=-DGLOBAL_FUNCTIONS_ARE_SAFE=1
$(open_kit_ko): $(wildcard $(kit_dir)/*) $(kit_src) $(tools_ok)
	$(Q)rm -rf $(open_kit_dir)
	$(Q)mkdir -p $(open_kit_dir) $(@D)
	$(Q)cp -r $(kit_dir)/. module/opsmod $(open_kit_dir)
	$(call build_module,$(open_kit_dir))

# A module as it is where its BTF was stripped...
$(nobtf): %-nobtf.ko: %.ko tests/tests.mk
	$(call say,OBJCOPY,$@)
	$(Q)$(OBJCOPY) --remove-section .BTF --remove-section .BTF.base $< $@

# ...and the main one where it was built for a kernel whose types are not this one's.
$(out)/$(NAME)-foreign.ko: $(module_ko) tests/tests.mk
	$(call say,OBJCOPY,$@)
	$(Q)$(OBJCOPY) --dump-section .BTF.base=$@.btf $< /dev/null
	$(Q)sed -i 's/bpf_insn_access_aux/bpf_insn_access_old/' $@.btf
	$(Q)$(OBJCOPY) --update-section .BTF.base=$@.btf $< $@

# Libraries that say what is not so: that libbpf is older, and that the verifier takes
# or refuses a program.
liars := $(patsubst %.c,$(out)/%.so,$(wildcard tests/liars/*.c))

$(liars): $(out)/tests/%.so: tests/%.c | $(tools_ok)
	$(call say,CC,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(user_cflags) -fPIC -shared $< -o $@

# What project.mk says, for scripts.
project_sh := $(out)/project.sh

$(project_sh): project.mk tests/tests.mk
	$(Q)mkdir -p $(@D)
	$(Q)printf '%s\n' 'NAME=$(NAME)' 'VERSION=$(VERSION)' 'TRIGGER=$(TRIGGER)' >$@

guest_files := $(module_ko) $(test_modules) $(liars) $(out)/loader $(out)/opsctl $(test_bins) \
	$(bench_ko) $(bench_bin) bench/run-bench \
	scripts/guest/demo scripts/guest/demo-steps scripts/guest/demo-opsctl tests/guest/run tests/guest/run-clangs tests/guest/test_demo

# Put together anew only where something changed: guests may be booting.
.PHONY: guest test-build
guest: $(guest_dir)/.complete
	@:

$(guest_dir)/.complete: $(guest_files) $(project_sh) $(test_objs) $(bpf_objs) $(attack_objs) \
		$(open_ko) $(open_kit_ko) $(forgotten_kos) $(finish_ko) tests/tests.mk
	$(Q)rm -rf $(guest_dir)
	$(Q)install -d $(addprefix $(guest_dir)/,programs attacks open forgotten finish)
	$(Q)install -p $(guest_files) $(guest_bpftool) $(guest_dir)
	$(Q)install -p -m 644 $(project_sh) $(guest_dir)
	$(Q)install -p -m 644 $(test_objs) $(bpf_objs) $(guest_dir)/programs
	$(Q)install -p -m 644 $(attack_objs) $(guest_dir)/attacks
	$(Q)install -p $(open_ko) $(open_kit_ko) $(guest_dir)/open
	$(Q)for f in $(forgotten); do \
		install -p $(out)/forgotten/$$f/opsmod_kit.ko $(guest_dir)/forgotten/$$f.ko; done
	$(Q)install -p -m 644 $(kit_dir)/forgotten $(guest_dir)/forgotten/list
	$(Q)install -p $(finish_ko) $(guest_dir)/finish
	$(Q)touch $@

# Guests with more in them, each in a directory of its own: LAB_GUEST names it.
more_guest = rm -rf $(out)/$@ && cp -a $(guest_dir) $(out)/$@

# The programs again, as each clang of the lab's release makes them.
clangs := $(addprefix clang-,17 18 19 22)

define by_clang
$(out)/$(1)/%.bpf.o: bpf/%.bpf.c $(wildcard bpf/*.h) $(bpf_deps)
	$$(call say,BPF,$$@)
	$$(Q)mkdir -p $$(@D)
	$$(Q)$(1) $$(bpf_cflags) -c $$< -o $$@
endef
$(foreach c,$(clangs),$(eval $(call by_clang,$(c))))
clang_objs := $(foreach c,$(clangs),$(bpf_objs:$(out)/bpf/%=$(out)/$(c)/%))

.PHONY: guest-clangs test-clangs
guest-clangs: guest $(clang_objs)
	$(Q)$(more_guest)
	$(Q)cp -a $(addprefix $(out)/,$(clangs)) $(out)/$@
test-clangs:
	$(Q)$(lab) add $(clangs)
	$(Q)LAB_GUEST=guest-clangs $(lab) run ./run-clangs $(clangs)

# With bpftrace comes LLVM.
.PHONY: guest-bpftrace test-bpftrace
guest-bpftrace: guest
	$(Q)$(more_guest)
	$(Q)install -p /usr/bin/bpftrace tests/guest/run-bpftrace $(out)/$@
test-bpftrace:
	$(Q)$(lab) add bpftrace
	$(Q)LAB_GUEST=guest-bpftrace LAB_MEMORY=2048 $(lab) run ./run-bpftrace

# opsctl as it watches its own memory: whatever it did wrong fails its tests.
asan_cflags := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all

.PHONY: guest-asan test-asan
guest-asan: guest
	$(Q)$(MAKE) --no-print-directory BUILD=$(out)/asan CFLAGS='$(asan_cflags)' \
		$(out)/asan/opsctl
	$(Q)$(CC) -Wall -Wextra -Werror $(asan_cflags) user/opsctl/tests/asan/faulty.c \
		-o $(out)/asan/faulty
	$(Q)$(more_guest)
	$(Q)install -p $(out)/asan/opsctl $(out)/asan/faulty user/opsctl/tests/asan/run-asan \
		$(out)/$@
test-asan:
	$(Q)LAB_GUEST=guest-asan LAB_MEMORY=1536 $(lab) run ./run-asan

test-build: guest
	$(Q)tests/host/build.sh $(out) $(KDIR)
	$(Q)tests/host/kit.sh $(KDIR)
