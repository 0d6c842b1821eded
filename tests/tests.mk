# SPDX-License-Identifier: GPL-2.0-only
# The tests' programs, and all that the lab's guest gets. tests/README.md says what
# runs where.

test_bins := $(patsubst %.c,$(out)/%,$(wildcard $(addsuffix /test_*.c, \
	tests/guest tests/races tests/attacks user/opsctl/tests)))
test_lib := $(call objs_in,tests/lib)
# The races share an engine.
race_lib := $(filter-out $(out)/tests/races/test_%,$(call objs_in,tests/races))

# Most tests have no use for the state that cmocka hands to each.
$(out)/tests/% $(out)/user/opsctl/tests/%: \
	more_cflags := -Itests -Itests/lib -Iexamples -Wno-unused-parameter

link_test = $(call link_c,-lcmocka -lpthread $(json_libs))

$(filter $(out)/tests/races/%,$(test_bins)): $(race_lib)
$(test_bins): %: %.o $(test_lib)
	$(link_test)

bpf_in = $(patsubst %.c,$(out)/%.o,$(wildcard $(addsuffix /*.bpf.c,$(1))))
test_objs = $(call bpf_in,tests/programs) $(docs_obj) $(helpers_list)

# Ways into the kernel past the module.
attack_objs := $(call bpf_in,tests/attacks)

# The program in docs/ops.md, as a reader would copy it.
docs_obj := $(out)/tests/programs/short_only.bpf.o

$(docs_obj:.o=.c): docs/ops.md
	$(Q)mkdir -p $(@D)
	$(Q)scripts/build/code-of $< short_only.bpf.c >$@

$(docs_obj): $(docs_obj:.o=.c) $(vmlinux_h)
	$(compile_bpf)

# The helpers that docs/ops.md names, for test_helpers.
helpers_list := $(out)/tests/programs/helpers.list

$(helpers_list): docs/ops.md tests/host/helpers.awk
	$(Q)mkdir -p $(@D)
	$(Q)awk -f tests/host/helpers.awk $< >$@

# The steps that docs/inside.md has, for scripts/guest/inside and test_inside.
inside_steps := $(out)/inside.steps

$(inside_steps): docs/inside.md scripts/build/inside-steps.awk
	$(Q)mkdir -p $(@D)
	$(Q)awk -f scripts/build/inside-steps.awk $< >$@

# Libraries that lie: about the version of libbpf, and about the programs that the
# verifier takes or refuses.
liars := $(patsubst %.c,$(out)/%.so,$(wildcard tests/liars/*.c))

$(liars): $(out)/%.so: %.c | $(tools_ok)
	$(call say,CC,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(user_cflags) -fPIC -shared $< -o $@

# Hands the names of project.mk to scripts.
project_sh := $(out)/project.sh

$(project_sh): project.mk tests/tests.mk
	$(Q)mkdir -p $(@D)
	$(Q)printf '%s\n' 'NAME=$(NAME)' 'VERSION=$(VERSION)' 'TRIGGER=$(TRIGGER)' >$@

# The guest may have another architecture than the machine that builds.
guest_bpftool := $(if $(SYSROOT),$(SYSROOT)/usr/sbin/bpftool,$(shell command -v $(BPFTOOL)))

guest_dir := $(out)/guest
guest_files = $(module_ko) $(test_modules) $(liars) $(out)/loader $(out)/opsctl \
	$(test_bins) $(bench_ko) $(bench_bin) bench/run-bench $(wildcard scripts/guest/*) \
	tests/guest/run tests/guest/run-clangs $(addprefix tests/guest/test_,demo fuzz inside manual pages)

# Modules of the kernel, where 'make hid-modules' has fetched them.
hid_names := hid uhid hid-generic
hid_kos := $(wildcard $(hid_names:%=$(out)/hid/%.ko.xz))

# The guest's files change only if something changed: guests may be booting.
.PHONY: guest test-build test-versions
guest: $(guest_dir)/.complete
	@:

# For an example in opsctl's manual, where the tree has it: make test adds it.
guest_jq := $(if $(CROSS_COMPILE),,$(wildcard /usr/bin/jq))

$(guest_dir)/.complete: $(guest_files) $(project_sh) $(inside_steps) $(test_objs) $(bpf_objs) $(attack_objs) \
		$(open_ko) $(open_kit_ko) $(twice_kos) $(forgotten_kos) $(finish_ko) \
		$(out)/source/.complete $(hid_kos) $(loader_man) user/opsctl/opsctl.8 \
		tests/tests.mk
	$(Q)rm -rf $(guest_dir)
	$(Q)install -d $(addprefix $(guest_dir)/,programs attacks open twice forgotten finish source)
	$(Q)install -p $(guest_files) $(guest_bpftool) $(guest_jq) $(guest_dir)
	$(Q)install -p -m 644 $(loader_man) user/opsctl/opsctl.8 $(guest_dir)
	$(Q)$(if $(hid_kos),install -D -p -m 644 -t $(guest_dir)/hid $(hid_kos))
	$(Q)install -p -m 644 $(project_sh) $(inside_steps) $(guest_dir)
	$(Q)install -p -m 644 $(test_objs) $(bpf_objs) $(guest_dir)/programs
	$(Q)install -p -m 644 $(attack_objs) $(guest_dir)/attacks
	$(Q)install -p $(open_ko) $(open_kit_ko) $(guest_dir)/open
	$(Q)install -p $(twice_kos) $(guest_dir)/twice
	$(Q)for f in $(forgotten); do \
		install -p $(out)/forgotten/$$f/opsmod_kit.ko $(guest_dir)/forgotten/$$f.ko; done
	$(Q)install -p -m 644 $(kit_dir)/forgotten $(guest_dir)/forgotten/list
	$(Q)install -p $(finish_ko) $(guest_dir)/finish
	$(Q)find $(out)/source \( -name '*.bpf.[co]' -o -name none \) -exec \
		install -p -m 644 -t $(guest_dir)/source {} +
	$(call install_seeds,$(guest_dir)/seeds)
	$(Q)install -D -p $(writes_anywhere_ko) $(guest_dir)/broken/writes_anywhere.ko
	$(Q)touch $@

# What runs here and needs nothing but what was built, in the lab's tree.
built_tests := $(shell grep -l '^\. tests/host/built.sh' $(wildcard tests/host/*.sh \
	user/opsctl/tests/*.sh))
.PHONY: $(built_tests)
$(built_tests): guest
	$(Q)$@ $(out) $(KDIR)
test-build: guest
	$(Q)+$(MAKE) --no-print-directory -k -O $(built_tests)

# Builds nothing: also for kernels that the build refuses.
test-versions:
	$(Q)BPFTOOL='$(BPFTOOL)' tests/host/versions.sh $(KDIR)
