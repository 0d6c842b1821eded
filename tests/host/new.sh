#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What 'make new' makes: a project of each model builds, says no name but its own, and is
# short; a bad name is refused before anything is written. scripts/test-new runs them.
#
# Usage: new.sh BUILD KDIR   (inside the lab's tree)
# shellcheck disable=SC2153 # NAME comes from project.sh
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
. tests/host/built.sh
. tests/host/project.sh
. tests/host/steps.sh
export KERNEL_NAMES=$build/kernel-names

# Makes $1 of these: NAME MODEL SLEEP TRIGGER. The directory must not be there.
new() {
	scripts/new "$2" "$3" "$4" "$5" "$1"
}

builds() {
	make --no-print-directory -C "$1" BUILD=build KDIR="$kdir" guest >"$work/log" 2>&1 ||
		{ tail -n 30 "$work/log" && return 1; }
	! grep -E 'WARN|[Ww]arning:' "$work/log" && [ -s "$1/build/guest/$2.ko" ] &&
		[ -s "$1/build/guest/programs/$2.bpf.o" ] && [ -x "$1/build/guest/test_$2" ]
}

is_made_and_builds() {
	new "$work/$1-$3" greeter "$1" "$2" "$3" && builds "$work/$1-$3" greeter
}

# Of an example in which a name is left over, this is found.
other_names_are_found() {
	echo '/* as in turnstile */' >>"$work/slot-yes/module/main.c"
	! says_no_other_name "$work/slot-yes"
	ended=$?
	sed -i '$d' "$work/slot-yes/module/main.c"
	[ "$ended" -eq 0 ] && says_no_other_name "$work/slot-yes"
}

is_short() {
	local lines

	lines=$(own_files "$work/$1-yes" | grep '\.[ch]$' | sed "s,^,$work/$1-yes/," |
		xargs cat | wc -l)
	echo "$lines lines of C"
	[ "$lines" -le 500 ] && [ "$lines" -ge 200 ]
}

# The same module twice, and one thing differs.
sleeps_if_told() {
	new "$work/$1-awake" greeter "$1" no yes &&
		! grep -rniE 'sleep(s|ing|able)?\b' "$work/$1-awake/module" \
			--include=greeter.h --include=main.c &&
		grep -q 'may_sleep = "",' "$work/$1-awake/tests/test_greeter.c" &&
		grep -q '\.may_sleep = true' "$work/$1-yes/module/main.c" &&
		grep -q 'may_sleep = "[a-z]' "$work/$1-yes/tests/test_greeter.c"
}

# $1 is refused with $2, and nothing is written.
is_refused() {
	rm -rf "$work/empty" && mkdir "$work/empty"
	ends_with 1 "$2" scripts/new "$1" slot no yes "$work/empty/new" || return
	[ -z "$(ls -A "$work/empty")" ]
}

# This is what the ones above have not.
a_good_name_is_taken() {
	rm -rf "$work/empty" && mkdir "$work/empty"
	scripts/new a_good_name2 slot no yes "$work/empty/new" &&
		[ "$(ls -A "$work/empty")" = new ]
}

a_path_that_is_there_is_refused() {
	mkdir "$work/there"
	ends_with 1 "is there already" scripts/new greeter slot no yes "$work/there" &&
		[ -z "$(ls -A "$work/there")" ]
}

# Debian takes no '_' in the name of a package. There is no git here.
without_an_author_a_placeholder_is_named() {
	local dir=$work/by-nobody

	new "$dir" my_door slot no yes &&
		grep -x 'Maintainer: Your Name <you@example.org>' "$dir/debian/control" &&
		grep -x 'Package: my-door-dkms' "$dir/debian/control" &&
		[ -s "$dir/debian/my-door-loader.lintian-overrides" ] &&
		grep 'Your Name <you@example.org>' "$dir/README.md"
}

# As DKMS does, in a copy of what is installed for it.
dkms_sources_build() {
	local dir=$work/slot-yes

	make --no-print-directory -C "$dir" dkms-install KDIR="$work/none" \
		DESTDIR="$work/dkms" || return
	cd "$work/dkms/usr/src/greeter-0.1.0" || return
	grep -x 'BUILT_MODULE_LOCATION\[0\]="module"' dkms.conf &&
		eval "kernel_source_dir=$kdir; . ./dkms.conf" && ${MAKE[0]} &&
		readelf -SW module/greeter.ko | grep ' \.BTF '
}

# A newer kit: a file changes, one comes and one goes.
newer_kit() {
	local there=$work/newer

	mkdir -p "$there"
	cp -r module scripts tests user COPYING .clang-format .editorconfig "$there"
	echo '/* newer */' >>"$there/module/opsmod/slot.c"
	echo '/* new */' >"$there/module/opsmod/another.h"
	rm "$there/module/opsmod/named.mk"
}

kit_is_updated() {
	local dir=$work/chain-yes

	newer_kit && ends_with 0 "the kit is of " make -C "$dir" update-kit FROM="$work/newer" &&
		diff -r "$work/newer/module/opsmod" "$dir/module/opsmod" &&
		kit_is_whole "$dir" && ! grep named.mk "$dir/KIT" && grep another.h "$dir/KIT"
}

# All that the project has.
sum_of() {
	(cd "$1" && find . -type f ! -path './build/*' -exec sha256sum {} + | sort | sha256sum)
}

own_changes_are_named() {
	local dir=$work/slot-yes before file=module/opsmod/type.c

	sed -i 's/printable ASCII/plain ASCII/' "$dir/$file"
	rm "$dir/scripts/lab.d/alive.sh"
	echo mine >"$dir/module/opsmod/another.h"
	before=$(sum_of "$dir")
	ends_with 2 "  $file" make -C "$dir" update-kit FROM="$work/newer" &&
		ends_with 2 "  scripts/lab.d/alive.sh" make -C "$dir" update-kit FROM="$work/newer" &&
		ends_with 2 "  module/opsmod/another.h" \
			make -C "$dir" update-kit FROM="$work/newer" &&
		[ "$(sum_of "$dir")" = "$before" ]
}

# In the project that all steps are applied to, one after the other.
step_builds() {
	apply_step "$1" "$work/steps" && builds "$work/steps" greeter
}

# An edit whose lines are not there, or are there twice, changes nothing.
wrong_edits_are_found() {
	local file=$work/steps/module/Kbuild

	cp "$file" "$work/Kbuild"
	ends_with 1 "these lines are not there" awk -v dir="$work/steps" -f tests/host/edit.awk \
		<<<$'--- module/Kbuild\n-greeter-y := other.o\n+greeter-y := main.o' &&
		ends_with 1 "these lines are there twice" awk -v dir="$work/steps" \
			-f tests/host/edit.awk <<<$'--- module/main.c\n-}\n+' &&
		cmp "$file" "$work/Kbuild"
}

for model in slot named chain; do
	check "$model: a project is made, and it builds" is_made_and_builds $model yes yes
	check "$model: it says no name but its own" says_no_other_name "$work/$model-yes"
	check "$model: its owner's C is 500 lines at most" is_short $model
	check "$model: with SLEEP=no no program may sleep" sleeps_if_told $model
	check "$model: without the trigger file it builds" is_made_and_builds $model no no
	check "$model: ... and says no name but its own" says_no_other_name "$work/$model-no"
done
check "where git knows no author, README.md names the placeholder" \
	without_an_author_a_placeholder_is_named
check "its sources for DKMS build by themselves" dkms_sources_build
check "a name that is left over is found" other_names_are_found
while IFS='|' read -r name text; do
	check "NAME='$name' is refused: $text" is_refused "$name" "$text"
done <<EOF
|a name, please
2fast|no name of a module in C
Greeter|no name of a module in C
g|too short for the name of a package
greet-er|no name of a module in C
../greeter|no name of a module in C
while|a word of C's
current|a word of C's, or a macro's
a2345678901234567890123456789012345678901|letters; the kernel has room for 40
opsmod_greeter|opsmod is the kit's
visit|a word of the source
ext4|the kernel has a module, a type or a function
call_rcu|the kernel has a module, a type or a function
tcp_congestion|there is tcp_congestion_ops already
scribe|there is scribe scribe_ops already
$NAME|there is $NAME bpf_testmod_ops already
EOF
check "a good name is taken" a_good_name_is_taken
check "a path that is there is refused" a_path_that_is_there_is_refused
check "the steps of docs/your-own.md begin" new "$work/steps" greeter slot no yes
for step in $steps; do
	check "step $step of docs/your-own.md builds" step_builds "$step"
done
check "... all seven of them" [ "$step" -eq 7 ]
check "a wrong edit is found" wrong_edits_are_found
check "make update-kit brings a newer kit" kit_is_updated
check "... and names what was changed here, and writes nothing" own_changes_are_named
tap_end
