#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The lists of mutants: each changes lines that are there, once; and docs/provider.md
# names one for each thing that it has measured without a line. Whether somebody notices
# them is for 'make mutants' to find out.
#
# Usage: mutants.sh BUILD KDIR   (inside the lab's tree)
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
. tests/host/built.sh

lists=tests/mutants
sources=$work/sources

# Prints the names of all mutants, and leaves what they change in $work/mutants.
parse() {
	local list

	for list in "$lists"/*/*; do
		awk -v dir="$work/mutants" -v list="${list#"$lists"/}" \
			-f "$lists/parse.awk" "$list" || return
	done
}

fresh_sources() {
	rm -rf "$sources"
	mkdir "$sources"
	cp -r --parents module examples "$sources"
}

fits() {
	local file

	awk -v dir="$sources" -f tests/host/edit.awk "$1" || return
	while read -r file; do
		cmp "$file" "$sources/$file" && return 1
		cp "$file" "$sources/$file"
	done < <(sed -n 's/^--- //p' "$1" | sort -u) >"$work/same"
}

every_mutant_fits() {
	local id

	parse >"$work/ids" || return
	fresh_sources
	while read -r id; do
		fits "$work/mutants/$id/edit" || { echo "$id" && return 1; }
	done <"$work/ids"
	[ "$(wc -l <"$work/ids")" -ge 400 ]
}

# Its line is not there, is there twice, or is not changed.
others_do_not_fit() {
	local line='	return 0;'

	fresh_sources
	printf -- '--- module/main.c\n-%s\n' '	return 12345;' >"$work/edit"
	ends_with 1 "these lines are not there" fits "$work/edit" || return
	printf -- '--- module/main.c\n-%s\n' "$line" >"$work/edit"
	ends_with 1 "these lines are there twice" fits "$work/edit" || return
	printf -- '--- module/main.c\n-%s\n+%s\n' '	free_pages((unsigned long)message, ORDER);' \
		'	free_pages((unsigned long)message, ORDER);' | sed 's/free/	free/' >"$work/edit"
	ends_with 1 "" fits "$work/edit"
}

# A test that is not there would notice nothing.
tests_are_there() {
	for_each_test=$(cat "$work"/mutants/*/*/*/tests | tr ' ' '\n' | sort -u)
	[ -n "$for_each_test" ] &&
		! grep -vxFf <(guest_tests) <<<"$for_each_test"
}

# Whether the mutant $1 is what make test-races runs as $2.
is_watched() {
	rm -rf "$work/varied"
	mkdir "$work/varied"
	fresh_sources
	awk -v dir="$sources" -f tests/host/edit.awk "$work/mutants/$1/edit" &&
		tests/modules/vary tests/races/watched "${2%-*}" "${2#*-}" "$work/varied" module &&
		diff -r "$sources/module" "$work/varied/module"
}

races_make_the_same_change() {
	local file id

	for file in "$work"/mutants/*/*/*/races; do
		id=${file#"$work/mutants/"}
		is_watched "${id%/races}" "$(cat "$file")" || return
		ends_with 1 "" is_watched "${id%/races}" plain_read-demo || return
	done
}

# Whether the mutant $1 takes away a line that a twin of the model $2 quotes.
is_a_twin() {
	fresh_sources
	awk -v dir="$sources" -f tests/host/edit.awk "$work/mutants/$1/edit" &&
		sed -n 's/^ \* twin [A-Z_]*\( [a-z]*=[a-z]*\)*: [a-z_]*: //p' "tests/models/$2" >"$work/quoted" &&
		[ -s "$work/quoted" ] && grep -rqFf "$work/quoted" module &&
		! grep -rFf "$work/quoted" "$sources/module"
}

models_have_a_twin_for_it() {
	local file id

	for file in "$work"/mutants/*/*/*/models; do
		id=${file#"$work/mutants/"}
		is_a_twin "${id%/models}" "$(cat "$file")" || return
		ends_with 1 "" is_a_twin demo/ops/show-no-name "$(cat "$file")" || return
	done
}

# Prints what the page $1 has measured without a line and names no mutant for, and the
# mutants that it names and that are not there.
untied() {
	awk 'NR == FNR { known[$1]; next }
		function end() {
			said = gsub(/[Ww]ith[^*]*measured[:,]\*/, "&", text)
			if (said > named)
				print "no mutant is named for: " text
			text = ""
			named = 0
		}
		/^(\* .*)?$/ { end() }
		{
			text = text $0 " "
			while (match($0, /<!-- mutant: [^ ]* -->/)) {
				name = substr($0, RSTART + 13, RLENGTH - 17)
				if (!(name in known))
					print "there is no mutant " name
				named++
				$0 = substr($0, RSTART + RLENGTH)
			}
		}
		END { end() }' "$work/ids" "$1"
}

provider_names_its_mutants() {
	[ "$(untied docs/provider.md | tee /dev/stderr)" = "" ] &&
		[ "$(grep -c '<!-- mutant: ' docs/provider.md)" -ge 12 ]
}

what_is_not_tied_is_found() {
	sed '/detach-without-wait/s/<!--.*-->//' docs/provider.md >"$work/page.md"
	[[ $(untied "$work/page.md") = "no mutant is named for: "*"Without the wait in unreg"* ]] || return
	sed 's,kit/type/no-reg,kit/type/no-such,' docs/provider.md >"$work/page.md"
	[ "$(untied "$work/page.md")" = "there is no mutant kit/type/no-such" ]
}

check "every mutant changes lines that are there" every_mutant_fits
check "... and one that does not is found" others_do_not_fit
check "the tests that might notice them are there" tests_are_there
check "what make test-races has to notice is a variant there" races_make_the_same_change
check "... and what make models has to, a twin's line" models_have_a_twin_for_it
check "docs/provider.md names a mutant where it measured without a line" \
	provider_names_its_mutants
check "... and a mutant that is missing is found" what_is_not_tied_is_found
tap_end
