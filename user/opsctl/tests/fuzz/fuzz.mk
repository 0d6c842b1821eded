# SPDX-License-Identifier: GPL-2.0-only
# opsctl's parsers with bytes that libFuzzer makes up; without it, with those that have
# been found, in guest-asan. A target has the code of opsctl itself.
fuzz_dir := user/opsctl/tests/fuzz
fuzz_out := $(out)/$(fuzz_dir)
fuzz_names := object new ko values args text
fuzz_bins := $(fuzz_names:%=$(out)/fuzz_%)

$(fuzz_out)/%: more_cflags := -Iuser/opsctl -I$(out)/user/opsctl

# The targets have another main().
$(fuzz_out)/main.o: more_cflags := -Iuser/opsctl -Dmain=opsctl_main
$(fuzz_out)/main.o: user/opsctl/main.c project.mk $(settings) | $(tools_ok)
	$(compile_c)

# What calls the targets: replay, or libFuzzer with mutate.
fuzz_driver ?= replay
fuzz_common := $(patsubst %,$(fuzz_out)/%.o,fuzz main $(fuzz_driver))

$(out)/fuzz_args: $(call objs_in,user/opsctl/base user/lib)
$(filter-out %_args,$(fuzz_bins)) $(out)/fuzz_faulty: \
	$(call objs_in,$(opsctl_rooms:%=user/opsctl/%) user/lib)
$(out)/fuzz_text: fuzz_wraps := $(addprefix -Wl$(comma)--wrap=,fopen setmntent popen \
	pclose gzopen open lseek opendir nftw)
$(fuzz_bins) $(out)/fuzz_faulty: $(out)/fuzz_%: $(fuzz_out)/%.o $(fuzz_common)
	$(call link_c,$(fuzz_wraps) $(json_libs) -lelf -lz -lpthread)

FUZZ ?= $(fuzz_names)
FUZZ_SECONDS ?= 60
fuzz_cflags := -O1 -g -fsanitize=fuzzer-no-link,address,undefined \
	-fno-sanitize-recover=all -Wno-missing-field-initializers

.PHONY: fuzz-here
fuzz-here: guest
	$(Q)+$(MAKE) --no-print-directory BUILD=$(out)/fuzz CC=$(CLANG) \
		CFLAGS='$(fuzz_cflags)' LDFLAGS=-fsanitize=fuzzer fuzz_driver=mutate \
		$(patsubst %,$(out)/fuzz/fuzz_%,$(fuzz_names) faulty)
	$(Q)$(fuzz_dir)/run-fuzz $(out) $(FUZZ_SECONDS) $(FUZZ)
