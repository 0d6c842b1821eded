# SPDX-License-Identifier: GPL-2.0-only
# What a call costs: the program that measures, its module, and what shows it.

bench_ko := $(out)/opsmod_bench.ko
bench_src := $(addprefix bench/,Kbuild opsmod_bench.c opsmod_bench.h \
	opsmod_bench_trace.h) module/opsmod/compat.h
bench_bin := $(out)/bench/bench
bench_objs := $(addprefix $(out)/bench/,bench.o cost.o tools.o writers.o)

$(bench_ko): $(bench_src) $(tools_ok) | $(addprefix $(kbuild_dir)/,$(bench_src))
	$(call build_module,$(kbuild_dir)/bench)

$(out)/bench/bench.bpf.o: bench/bench.bpf.c bench/opsmod_bench.h $(bpf_deps)
	$(call say,BPF,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CLANG) $(bpf_cflags) -c $< -o $@

$(out)/bench/bench.skel.h: $(out)/bench/bench.bpf.o
	$(call say,GEN-SKEL,$@)
	$(Q)$(BPFTOOL) gen skeleton $< name bench_bpf >$@

version_of = $(shell $(1) --version | head -n 1)

$(out)/bench/%.o: bench/%.c $(wildcard bench/*.h) $(out)/bench/bench.skel.h project.mk
	$(call say,CC,$@)
	$(Q)$(CC) $(user_cflags) $(json_cflags) -I$(out)/bench \
		-DBENCH_CC='"$(call version_of,$(CC))"' \
		-DBENCH_CLANG='"$(call version_of,$(CLANG))"' -c $< -o $@

# Not as a PIE, and what is traced far from all else: a debugger waits there.
$(bench_bin): $(bench_objs)
	$(call say,LINK,$@)
	$(Q)$(CC) $(CFLAGS) -no-pie -Wl,--section-start=.trace=0x50000000 $^ -o $@ \
		$(LDFLAGS) $(user_libs) $(json_libs) -lpthread

.PHONY: bench bench-build
bench: ## measure what calls cost, in a virtual machine; BASE= an earlier bench.json
	$(Q)scripts/bench $(BASE)

bench-build: $(bench_ko) $(bench_bin) ## build what make bench measures with
	@:
