# SPDX-License-Identifier: GPL-2.0-only
# Each directory here is a module with its programs: NAME.ko, and examples/NAME/*.bpf.o.
# It takes the kit as any module does: its Kbuild lists the objects that it uses.

examples := $(patsubst examples/%/Kbuild,%,$(wildcard examples/*/Kbuild))
example_kos := $(examples:%=$(out)/%.ko)
example_objs := $(patsubst %.c,$(out)/%.o,$(wildcard examples/*/*.bpf.c))

.PHONY: examples
examples: $(example_kos) $(example_objs) ## build the example modules, with their programs
	@:

define example
$(call link_kit,examples/$(1))
$(out)/$(1).ko: $(wildcard examples/$(1)/Kbuild examples/$(1)/*.[ch]) $(kit_src) $(tools_ok) | \
		$(call links_of,examples/$(1))
	$$(call build_module,$(kbuild_dir)/examples/$(1))

$(out)/examples/$(1)/$(1).md: examples/$(1)/README.md
	$(Q)mkdir -p $$(@D)
	$(Q)cp $$< $$@
endef
$(foreach e,$(examples),$(eval $(call example,$(e))))

# The guest gets NAME.ko, NAME.md, and the programs among those of the tests.
example_pages := $(foreach e,$(examples),$(out)/examples/$(e)/$(e).md)
guest_files += $(example_kos) $(example_pages)
test_objs += $(example_objs)
$(guest_dir)/.complete: $(example_kos) $(example_objs) $(example_pages)
