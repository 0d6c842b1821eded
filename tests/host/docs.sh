#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The documents say what is so: their links, tables, commands and quotations.
#
# Usage: docs.sh BUILD KDIR   (inside the lab's tree)
# shellcheck disable=SC2153 # NAME comes from project.sh
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
. tests/host/built.sh

# The lab's tree, where all of this builds, has the packages of the README's row, and
# the row has those that need-tools names for Debian.
readme_has_the_packages() {
	local package

	sed -n 's/^| Debian 13 | .apt install \(.*\). |$/\1/p' README.md | tr ' ' '\n' |
		sort >"$work/row"
	[ -s "$work/row" ] || return
	sed "s/@ARCH@/amd64/" scripts/lab.d/packages >"$work/packages"
	! grep -vxFf "$work/packages" "$work/row" || return
	for package in clang pahole kmod libbpf-dev libjson-c-dev bpftool gcc pkgconf; do
		if ! grep -qE "[\" ]${package}[\" ]" scripts/build/need-tools ||
			! grep -qx "$package" "$work/row"; then
			echo "not both in the README's row and in need-tools: $package"
			return 1
		fi
	done
}

# ... and as docs/testing.md lists them.
docs_have_the_tests() {
	sed -n '/^<!-- tests begin/,/^<!-- tests end/p' docs/testing.md | sed '1d;$d' |
		grep -oE '[^`, ]+' | sort >"$work/listed"
	diff "$work/listed" <(guest_tests)
}

help_is_complete() {
	local target

	grep -ohE '(`|sudo |^    )make [a-z][a-z-]*' README.md docs/*.md | sed 's/.*make //' |
		sort -u | tee "$work/named" |
		while read -r target; do
			grep -q "^$target:.*##" scripts/new.d/Makefile ||
				ends_with 0 "  $target " make_here help || return
		done && [ "$(wc -l <"$work/named")" -ge 15 ]
}

# Each message that docs/ops.md quotes is one that a test expects.
docs_quote_what_tests_expect() {
	local quoted

	# shellcheck disable=SC2016 # backquotes, as Markdown has them
	sed -n '/^<!-- refusals begin/,/^<!-- refusals end/p' docs/ops.md |
		awk -F ' [|] ' 'NF == 2 { print $2 }' | grep -o '`[^`]*`' | tr -d '`' |
		sort -u >"$work/quoted"
	[ "$(wc -l <"$work/quoted")" -ge 15 ] || return
	while IFS= read -r quoted; do
		if ! grep -qF "$quoted" tests/guest/test_refused.c; then
			echo "no test expects: $quoted"
			return 1
		fi
	done <"$work/quoted"
}

# The rows of docs/attacks.md are those that the test prints of itself.
docs_have_the_attacks() {
	diff <(sed -n '/^<!-- attacks begin/,/^<!-- attacks end/p' docs/attacks.md |
		sed '1,3d;$d') <("$build/tests/attacks/test_attacks" --table) &&
		[ "$(grep -c '^| `' docs/attacks.md)" -ge 30 ]
}

# The command of docs/ops.md, as it is printed there.
docs_build_command_works() {
	local command

	cp "$build/tests/programs/short_only.bpf.c" "$work/short_only.bpf.c"
	command=$(sed -n 's/^    \(clang .*-c short_only.bpf.c\)$/\1/p' docs/ops.md)
	[ -n "$command" ] || return
	command=${command//-Ibuild/-I$build}
	(command=${command//-Imodule/-I$PWD/module} && cd "$work" && $command) || return
	[ -s "$work/short_only.bpf.o" ]
}

# The README says what a Kbuild needs, docs/provider.md has all of it.
readme_has_the_kbuild() {
	scripts/build/code-of docs/provider.md doorman/Kbuild: |
		sed -n 's/^[a-z-]* := .*/    &/p' >"$work/kbuild"
	[ "$(wc -l <"$work/kbuild")" -eq 3 ] &&
		[ "$(grep -cxFf "$work/kbuild" README.md)" -eq 3 ]
}

# The code of a page: its blocks, and the commands that install packages.
code_of() {
	awk '/^```/ { code = !code; print; next }
		code || /^    / { print; next }
		match($0, /`(apt|dnf) install [^`]*`/) { print substr($0, RSTART, RLENGTH) }'
}

# README.zh.md is two parts of the README, in Chinese. Its code is the same.
readme_zh_has_the_code() {
	awk '/^## / { part = /See it work$|Use it on your own machine$/ } part' README.md |
		code_of >"$work/code"
	[ "$(wc -l <"$work/code")" -ge 60 ] && diff "$work/code" <(code_of <"$1")
}

# Each of these edits of README.zh.md is found: of an output, a command and a package.
readme_zh_edits_are_found() {
	local edit

	for edit in 's/returned: 30$/returned: 31/' 's/^    sudo make load/&s/' 's/ pahole / /'; do
		sed "$edit" README.zh.md >"$work/zh.md"
		! cmp README.zh.md "$work/zh.md" && ! readme_zh_has_the_code "$work/zh.md" || return
	done
}

# The module and the program of docs/provider.md, as a reader would copy them, with the
# kit next to them. The kernel's build only warns if resolve_btfids does not find a name.
docs_module_builds() {
	local dir=$work/doorman file command

	mkdir -p "$dir"
	cp -r module/opsmod "$dir"
	for file in Kbuild doorman.h main.c doorman.bpf.c; do
		scripts/build/code-of docs/provider.md "doorman/$file:" >"$dir/$file"
		[ -s "$dir/$file" ] || return
	done
	make --no-print-directory -C "$kdir" M="$dir" KCFLAGS=-Werror modules \
		>"$dir/log" 2>&1 || { cat "$dir/log" && return 1; }
	! grep -E 'WARN|warning:' "$dir/log" || return
	scripts/build/need-btf "$dir/doorman.ko" "$kdir" || return

	ln -s "$build/bpf/vmlinux.h" "$dir/"
	command=$(sed -n 's/^    \(clang .*-c doorman.bpf.c\)$/\1/p' docs/provider.md)
	[ -n "$command" ] || return
	(cd "$dir" && $command -Wall -Werror) || return
	[ -s "$dir/doorman.bpf.o" ]
}

# The headings of a page, as GitHub writes them into links.
anchors_of() {
	awk '/^```/ { code = !code } !code && sub(/^#+ /, "")' "$1" |
		tr 'A-Z ' 'a-z-' | tr -cd 'a-z0-9_\n-'
}

# What a page links to: files, and headings of this page or another.
links_of() {
	awk '/^```/ { code = !code } !code' "$1" | grep -oE '\]\([^)]+\)' |
		sed -e 's/^](//' -e 's/)$//' | grep -vE '^https?:'
}

links_lead_somewhere() {
	local page link file count=0

	for page in *.md docs/*.md tests/README.md examples/*/README.md; do
		while IFS= read -r link; do
			count=$((count + 1))
			file=$(dirname "$page")/${link%%#*}
			[ "${link%%#*}" ] || file=$page
			if [ ! -e "$file" ] || { [[ $link = *#* ]] &&
				! anchors_of "$file" | grep -xF -e "${link#*#}" >"$work/found"; }; then
				echo "$page links to what is not there: $link"
				return 1
			fi
		done < <(links_of "$page")
	done
	[ "$count" -ge 100 ]
}

# A page that the README does not link is not found.
readme_links_every_page() {
	diff <(links_of README.md | grep -xE 'docs/[a-z-]+\.md' | sort -u) <(ls docs/*.md)
}

# The map of the README and that of tests/: what the rows name in backquotes is there,
# and each folder with files in it is named; one in the third row of folders may be
# meant by the one that it is in.
# shellcheck disable=SC2016 # backquotes, as Markdown has them
maps_are_true() {
	local dir name file

	{
		sed -n '/^## Where things are/,/^\[NEWS.md\]/p' README.md |
			sed -e 's/), \[/) |\n| [/' |
			sed -n 's/^| \[\([^]]*\)\/\]([^)]*) | *\(.*\)$/\1 \2/p'
		sed -n 's/^| \[\([^]]*\)\/\](.*) | .* | \(.*\) |$/tests\/\1 \2/p' tests/README.md
	} >"$work/map"
	while read -r dir name; do
		[ -d "$dir" ] || return
		realpath --relative-to=. "$dir" >>"$work/mapped"
		for file in $(grep -oE '`[A-Za-z_./-]+`' <<<"$name" | tr -d '`'); do
			if ! compgen -G "$dir/$file*" >/dev/null; then
				echo "the map of $dir/ names what is not there: $file"
				return 1
			fi
			[ ! -d "$dir/$file" ] || echo "$dir/${file%/}" >>"$work/mapped"
		done
	done <"$work/map"
	find module bpf examples user scripts tests bench docs -type f -printf '%h\n' | sort -u |
		while read -r dir; do
			grep -qxF "$dir" "$work/mapped" ||
				{ [[ $dir = */*/* ]] && grep -qxF "${dir%/*}" "$work/mapped"; } ||
				{ echo "no map has $dir/" && return 1; }
		done && [ "$(wc -l <"$work/mapped")" -ge 20 ]
}

# What people read in a terminal of the usual width; a kernel's own lines are its own.
fits_80_columns() {
	{
		make_here help && scripts/lab help
		"$build/loader" --help
		"$build/opsctl" help
		grep -h "^\(step\|printf\) '" scripts/guest/demo* | sed "s/^[a-z]* '/== /; s/'$//"
	} >"$work/printed" 2>&1
	! grep -nE '.{81}' "$work/printed" && [ "$(wc -l <"$work/printed")" -ge 100 ]
}

docs_show_the_tested_bpftrace() {
	local script

	eval "$(grep '^script=' tests/guest/run-bpftrace)"
	[ -n "$script" ] && grep -qxF "    bpftrace -e '$script'" docs/ops.md
}

# Names, architectures and what is expected; how many tests passed is a run's to say.
readme_has_the_targets() {
	sed -n '/^<!-- targets begin/,/^<!-- targets end/p' README.md |
		sed -n -e '1,/^| ---/d' \
			-e 's/[0-9]* passed\(, [0-9]* \(failed\|skipped\)\)*\(, in [0-9]* runs\)\{0,1\}: may fail |$/may fail |/' \
			-e 's/[0-9]* passed\(, [0-9]* skipped\)\{0,1\}\(, in [0-9]* runs\)\{0,1\} |$/pass |/' \
			-e 's/^| \([^ ]*\) | [^ ]* | \(.*\) | \(.*\) |$/\1 \2 \3/p' >"$work/shown"
	[ "$(wc -l <"$work/shown")" -ge 5 ] &&
		diff "$work/shown" <(grep -v '^#' scripts/targets |
			sed 's/^\([^ ]*\) *[^ ]* *\([^ ]*\) *[^ ]* */\1 \2 /')
}

check "make help lists every target that the documents name" help_is_complete
check "docs/ops.md quotes refusals that a test expects" docs_quote_what_tests_expect
check "docs/attacks.md has the attacks" docs_have_the_attacks
check "the build command of docs/ops.md works" docs_build_command_works
check "the module and the program of docs/provider.md build" docs_module_builds
check "every link of the documents leads to a file and a heading" links_lead_somewhere
check "the README links every page of docs" readme_links_every_page
check "the maps name what is there, and every folder" maps_are_true
check "what the tools and the demos print fits 80 columns" fits_80_columns
check "the README has the lines that a Kbuild needs" readme_has_the_kbuild
check "the Chinese README has the commands and outputs of the README" \
	readme_zh_has_the_code README.zh.md
check "... and an edit of one of them is found" readme_zh_edits_are_found
check "the bpftrace command of docs/ops.md is the one that is tested" docs_show_the_tested_bpftrace
check "the README's table has the targets of scripts/targets" readme_has_the_targets
check "the README's packages for Debian are those of the lab's tree" readme_has_the_packages
check "docs/testing.md names every test that TEST= takes" docs_have_the_tests
tap_end
