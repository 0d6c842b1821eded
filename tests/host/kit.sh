#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A module made of the kit: what the build says where something
# was forgotten, and that a further member is as few lines as docs/provider.md says.
#
# Usage: kit.sh BUILD KDIR   (inside the lab's tree)
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
. tests/host/built.sh

# Prints the build's output for the module in $1, with plain quotes.
compile() {
	LANG=C make --no-print-directory -C "$kdir" M="$1" modules
}

nothing_is_forgotten() {
	mkdir "$work/whole"
	cp -r tests/modules/kit/. module/opsmod "$work/whole"
	compile "$work/whole" >"$work/whole/log" 2>&1 || {
		cat "$work/whole/log"
		return 1
	}
	! grep -E 'WARN:|warning: .*(unused|defined)' "$work/whole/log"
}

# Checks a line of the list at the build: it must fail, and name the piece.
is_named() {
	local name=$1 text=$2

	mkdir "$work/$name"
	tests/modules/kit/forget "$name" "$work/$name" || return
	ends_with 2 "$text" compile "$work/$name"
}

# Checks the modules as they were built.
structs_that_are_there_twice_are_warned_of() {
	ends_with 0 "structs of the kernel a second time in its BTF" \
		scripts/build/need-btf "$build/twice/opsmod_kit.ko" "$kdir" &&
		[ "$(scripts/build/need-btf "$build/opsmod_kit.ko" "$kdir" 2>&1)" = "" ]
}

kit_twins_differ_in_one_statement() {
	awk -f tests/host/twins.awk tests/programs/kit.bpf.c tests/guest/test_kit.c >"$work/twins"
	cat "$work/twins"
	[ "$(wc -l <"$work/twins")" -eq 1 ] && grep -qE '^[2-4][0-9] pairs$' "$work/twins"
}

# Counts the lines that differ, whatever the script says.
a_member_is_five_lines_in_two_files() {
	tests/modules/add-member "$work/more" || return
	diff -r module "$work/more/module" >"$work/diff"
	cat "$work/diff"
	[ "$(grep -c '^diff ' "$work/diff")" -eq 2 ] &&
		[ "$(grep -c '^>' "$work/diff")" -eq 5 ] &&
		! grep '^<' "$work/diff" && cmp Kbuild "$work/more/Kbuild"
}

check "with nothing forgotten, the build says nothing" nothing_is_forgotten
while IFS= read -r line; do
	name=${line%% | *}
	text=${line#* | * | }
	text=${text%% | *}
	check "forgotten: $name: $text" is_named "$name" "$text"
done < <(grep '^[a-z_]* | build | ' tests/modules/kit/forgotten)
check "structs of the kernel that a module has a second time are warned of" \
	structs_that_are_there_twice_are_warned_of
check "twins of programs that the kit refuses differ in one statement" \
	kit_twins_differ_in_one_statement
check "one more member is five lines in two files" a_member_is_five_lines_in_two_files
tap_end
