# SPDX-License-Identifier: GPL-2.0-only
# opsctl with the address sanitizer: a fault of its memory fails its tests. So does what
# its fuzzer has found.
asan_dir := user/opsctl/tests/asan
asan_cflags := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all

.PHONY: guest-asan test-asan
guest-asan: guest
	$(Q)$(MAKE) --no-print-directory BUILD=$(out)/asan CFLAGS='$(asan_cflags)' \
		$(out)/asan/opsctl $(fuzz_bins:$(out)/%=$(out)/asan/%)
	$(Q)$(CC) -Wall -Wextra -Werror $(asan_cflags) $(asan_dir)/faulty.c \
		-o $(out)/asan/faulty
	$(Q)$(more_guest)
	$(Q)install -p $(out)/asan/opsctl $(out)/asan/faulty $(asan_dir)/run-asan \
		$(fuzz_bins:$(out)/%=$(out)/asan/%) $(out)/$@
	$(Q)cp -r $(fuzz_dir)/seeds $(out)/$@/opsctl-seeds
test-asan:
	$(Q)LAB_GUEST=guest-asan LAB_MEMORY=1536 $(lab) run ./run-asan
