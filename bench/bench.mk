# SPDX-License-Identifier: GPL-2.0-only
# What a call costs: the program that measures, its module, and what shows it.

bench_ko := $(out)/opsmod_bench.ko
bench_dir := bench/module
bench_bin := $(out)/bench/bench

$(eval $(call link_kit,$(bench_dir)))
$(bench_ko): $(wildcard $(bench_dir)/*) $(kit_src) $(tools_ok) | $(call links_of,$(bench_dir))
	$(call build_module,$(kbuild_dir)/$(bench_dir))

version_of = $(shell $(1) --version | head -n 1)

$(out)/bench/%: more_cflags = -DBENCH_CC='"$(call version_of,$(CC))"' \
	-DBENCH_CLANG='"$(call version_of,$(CLANG))"'
$(call objs_in,bench): $(out)/bench/bench.skel.h $(out)/bench/models.skel.h

# A debugger waits at the traced function: so no PIE, and keep it far from all else.
$(bench_bin): $(call objs_in,bench)
	$(call link_c,-no-pie -Wl$(comma)--section-start=.trace=0x50000000 $(json_libs) -lpthread)

.PHONY: bench bench-build
bench: ## measure what calls cost; BASE= an earlier bench.json
	$(Q)scripts/bench $(BASE)

bench-build: $(bench_ko) $(bench_bin) ## build what make bench measures with
	@:
