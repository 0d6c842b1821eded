#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Writers of the trigger share no cache line: what the compiler made of the write.
#
# Usage: write-path.sh BUILD KDIR   (inside the lab's tree)
# shellcheck disable=SC2153 # NAME comes from project.sh
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
. tests/host/built.sh

# What write-path says where trigger_write() begins with the statement $1.
write_path_with() {
	local dir=$work/mutant

	rm -rf "$dir"
	mkdir -p "$dir"
	cp -r Kbuild project.mk module "$dir"
	sed -i -e "/^static ssize_t trigger_write(/,/^{/s/^{/{\n\t$1;/" \
		-e "s/^static ssize_t trigger_write(/static atomic_t shared;\nstatic DEFINE_SPINLOCK(shared_lock);\n&/" \
		"$dir/module/main.c"
	make --no-print-directory -C "$kdir" M="$dir" module/main.o module/ops.o \
		>"$dir/log" 2>&1 || cat "$dir/log"
	tests/host/write-path "$dir/module/main.o" "$dir/module/ops.o"
}

check "with the log off a write stores to nothing that writers share" \
	ends_with 0 "" tests/host/write-path "$build/$NAME.ko"
check "... nor where the objects alone are looked at" \
	ends_with 0 "" write_path_with "(void)shared"
check "... and an atomic counter would be found" \
	ends_with 1 "trigger_write: locks the bus: lock inc" \
	write_path_with "atomic_inc(\&shared)"
check "... and a store" \
	ends_with 1 "trigger_write: stores to .bss" \
	write_path_with "atomic_set(\&shared, 1)"
check "... and a lock" \
	ends_with 1 "trigger_write: calls _raw_spin_lock" \
	write_path_with "spin_lock(\&shared_lock); spin_unlock(\&shared_lock)"
check "... and that nothing was looked at" \
	ends_with 1 "the write path was not found" \
	tests/host/write-path "$build/opsmod_second.ko"
tap_end
