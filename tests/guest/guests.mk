# SPDX-License-Identifier: GPL-2.0-only
# Other guests, each in a directory of its own: LAB_GUEST names it.

# A demo's has only what it shows.
demo_files = $(module_ko) $(bpf_objs) $(project_sh) $(wildcard scripts/guest/*)

.PHONY: guest-demo guest-demo-opsctl guest-inside
guest-demo: $(demo_files) $(out)/loader
guest-demo-opsctl: $(demo_files) $(out)/opsctl $(guest_bpftool)
guest-inside: $(demo_files) $(out)/opsctl $(inside_steps)
guest-demo guest-demo-opsctl guest-inside:
	$(Q)rm -rf $(out)/$@ && install -d $(out)/$@/programs
	$(Q)install -p -m 644 $(filter %.bpf.o,$^) $(out)/$@/programs
	$(Q)install -p $(filter-out %.bpf.o,$^) $(out)/$@

# More than the tests' own.
more_guest = rm -rf $(out)/$@ && cp -a $(guest_dir) $(out)/$@

# Debian's 7.3 has modules in a package of their own, of 100 MB, which the lab's tree
# lacks; and hid_bpf_ops, which 6.12 lacks.
.PHONY: hid-modules
hid-modules: $(out)/hid/hid.ko.xz
$(out)/hid/hid.ko.xz:
	$(Q)scripts/lab.d/fetch modules amd64 trixie-backports $(@D) $(release) \
		$(hid_names) 3>/dev/null

# The programs again, as each clang of the lab's release makes them.
clangs := $(addprefix clang-,17 18 19 22)

define by_clang
$(out)/$(1)/%.bpf.o: bpf_cc := $(1)
$(out)/$(1)/%.bpf.o: bpf/%.bpf.c $(vmlinux_h)
	$$(compile_bpf)
endef
$(foreach c,$(clangs),$(eval $(call by_clang,$(c))))
clang_objs := $(foreach c,$(clangs),$(bpf_objs:$(out)/bpf/%=$(out)/$(c)/%))

# What make test adds to the lab's tree, for these, for the bench's pictures and
# to unpack the kernel's image.
.PHONY: test-packages
test-packages:
	$(Q)$(lab) add $(clangs) bpftrace gnuplot-nox jq zstd

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
