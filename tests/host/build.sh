#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The build, inside the lab's tree: what it must refuse, and what it says then.
#
# Usage: build.sh BUILD KDIR
# shellcheck disable=SC2153 # NAME comes from project.sh
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
. tests/host/tap.sh

build=$1
kdir=$2
# shellcheck source=/dev/null
. "$build/project.sh"
work=$(mktemp -d)
completion=$PWD/user/opsctl/opsctl.bash
trap 'rm -rf "$work"' EXIT

make_here() {
	make --no-print-directory BUILD="$work/build" "$@"
}

# Everything of this machine's PATH but the program $1.
path_without() {
	rm -rf "$work/path"
	mkdir "$work/path"
	ln -sf /usr/bin/* /usr/sbin/* "$work/path/"
	rm "$work/path/$1"
	echo "$work/path"
}

# pkg-config knows only of libbpf, of the release $1.
only_libbpf() {
	mkdir -p "$work/pc"
	printf '%s\n' "Name: libbpf" "Description: a library" "Version: $1" \
		>"$work/pc/libbpf.pc"
	echo "$work/pc"
}

# Run with a PATH and a pkg-config of their own: without make, which adds to them.
check_tools() {
	env "$@" scripts/build/need-tools "$kdir"
}

tools_of_another_libbpf() {
	printf '%s\n' '#!/bin/sh' 'echo bpftool v7.9; echo using libbpf v1.9' \
		>"$work/bpftool"
	chmod +x "$work/bpftool"
	check_tools BPFTOOL="$work/bpftool"
}

# Debian's PATH of a user, who has neither sbin.
a_user_has_the_tools() {
	PATH=/usr/local/bin:/usr/bin:/bin:/usr/local/games:/usr/games \
		make_here KDIR="$kdir" "$work/build/.tools-ok"
}

clean_removes_what_was_built() {
	make_here KDIR="$kdir" "$work/build/.tools-ok" &&
		[ -e "$work/build/.tools-ok" ] && make_here clean &&
		[ ! -e "$work/build" ]
}

v_1_shows_the_commands() {
	ends_with 0 "scripts/build/need-tools '$kdir'" \
		make_here V=1 KDIR="$kdir" "$work/build/.tools-ok"
}

another_tool_is_looked_at() {
	make_here KDIR="$kdir" "$work/build/.tools-ok" &&
		ends_with 2 "missing: no-such-clang (install clang)" \
			make_here KDIR="$kdir" CLANG=no-such-clang "$work/build/.tools-ok"
}

# What README.md says to run as root is what a user would do by hand: shown by commands
# that say how they are called. The loader itself says that there is no module.
load_and_unload_are_one_command() {
	local say=(env "PATH=$work/says:$PATH" make --no-print-directory
		BUILD="$build" KDIR="$kdir")

	ends_with 0 "called: insmod $build/$NAME.ko" "${say[@]}" load &&
		ends_with 0 "called: rmmod $NAME" "${say[@]}" unload &&
		ends_with 2 "$build/loader --once" "${say[@]}" run ARGS=--once
}

# The lab's tree, where all of this builds, has the packages of the README's row, and
# the row has those that need-tools names for Debian.
readme_has_the_packages() {
	local package

	sed -n 's/^| Debian 13 | .apt install \(.*\). |$/\1/p' README.md | tr ' ' '\n' |
		sort >"$work/row"
	[ -s "$work/row" ] || return
	! grep -vxFf scripts/lab.d/packages "$work/row" || return
	for package in clang pahole kmod libbpf-dev libjson-c-dev bpftool gcc pkgconf; do
		if ! grep -qE "[\" ]${package}[\" ]" scripts/build/need-tools ||
			! grep -qx "$package" "$work/row"; then
			echo "not both in the README's row and in need-tools: $package"
			return 1
		fi
	done
}

# The names that TEST= takes.
guest_tests() {
	find "$build/guest" -name 'test_*' -printf '%f\n' | sed 's/^test_//' | sort
}

an_unknown_test_is_refused() {
	ends_with 2 "test: there is no 'bogus'; there are:" \
		make_here test TEST="attach bogus" || return
	make_here test TEST="attach bogus" >"$work/said" 2>&1
	! grep -E '.{81}' "$work/said" &&
		diff <(sed -n 's/^  //p' "$work/said" | tr ' ' '\n' | sort) <(guest_tests)
}

# ... and as docs/testing.md lists them.
docs_have_the_tests() {
	sed -n '/^<!-- tests begin/,/^<!-- tests end/p' docs/testing.md | sed '1d;$d' |
		grep -oE '[^`, ]+' | sort >"$work/listed"
	diff "$work/listed" <(guest_tests)
}

common=$(sed -n 's/^include \(.*\)\/Makefile$/\1/p' "$kdir/Makefile")

# compat.h, preprocessed for this kernel with one of its headers edited by sed.
compat_with() {
	local header=$1 edit=$2 dir=$work/include

	rm -rf "$dir"
	mkdir -p "$dir/generated" "$dir/linux"
	cp "$kdir/include/generated/autoconf.h" "$dir/generated/"
	cp "$kdir/include/generated/uapi/linux/version.h" "$dir/linux/"
	sed -i "$edit" "$dir/$header"
	gcc -E -I"$dir" -I"${common:-$kdir}/include" module/opsmod/compat.h -o /dev/null
}

help_is_complete() {
	local target

	grep -ohE '(`|sudo |^    )make [a-z][a-z-]*' README.md docs/*.md | sed 's/.*make //' |
		sort -u | tee "$work/named" |
		while read -r target; do
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
	sed -n '/^<!-- doorman\/Kbuild:/,/^```$/p' docs/provider.md |
		sed -n 's/^[a-z-]* := .*/    &/p' >"$work/kbuild"
	[ "$(wc -l <"$work/kbuild")" -eq 3 ] &&
		[ "$(grep -cxFf "$work/kbuild" README.md)" -eq 3 ]
}

# The module and the program of docs/provider.md, as a reader would copy them, with the
# kit beside them. What resolve_btfids does not find is a warning to the kernel's build.
docs_module_builds() {
	local dir=$work/doorman file command

	mkdir -p "$dir"
	cp -r module/opsmod "$dir"
	for file in Kbuild doorman.h main.c doorman.bpf.c; do
		sed -n "/^<!-- doorman\/$file:/,/^\`\`\`$/p" docs/provider.md |
			sed -e '1,2d' -e '$d' >"$dir/$file"
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

	for page in *.md docs/*.md; do
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
	diff <(links_of README.md | grep -xE 'docs/[a-z]+\.md' | sort -u) <(ls docs/*.md)
}

twins_differ_in_one_statement() {
	awk -f tests/host/twins.awk tests/programs/refused.bpf.c tests/guest/test_refused.c \
		>"$work/twins" || return
	cat "$work/twins"
	[ "$(wc -l <"$work/twins")" -eq 1 ] && grep -qE '^[4-9][0-9] pairs$' "$work/twins" || return
	[ "$(awk -f tests/host/twins.awk tests/programs/permit.bpf.c tests/guest/test_permit.c |
		tee /dev/stderr)" = "12 pairs" ] || return
	for programs in tests/programs/holes.bpf.c user/opsctl/doctor/holes.bpf.c; do
		[ "$(awk -f tests/host/twins.awk "$programs" | tee /dev/stderr)" = "5 pairs" ] || return
	done
}

docs_show_the_tested_bpftrace() {
	local script

	eval "$(grep '^script=' tests/guest/run-bpftrace)"
	[ -n "$script" ] && grep -qxF "    bpftrace -e '$script'" docs/ops.md
}

# Names, architectures and what is expected; how many tests passed is a run's to say.
readme_has_the_targets() {
	sed -n '/^<!-- targets begin/,/^<!-- targets end/p' README.md |
		sed -n -e '1,/^| ---/d' -e 's/[0-9]* passed\(, [0-9]* skipped\)\{0,1\} |$/pass |/' \
			-e 's/^| \([^ ]*\) | [^ ]* | \(.*\) | \(.*\) |$/\1 \2 \3/p' >"$work/shown"
	[ "$(wc -l <"$work/shown")" -ge 5 ] &&
		diff "$work/shown" <(grep -v '^#' scripts/targets |
			sed 's/^\([^ ]*\) *[^ ]* *\([^ ]*\) *[^ ]* */\1 \2 /')
}

# A race that is only in its program would never be run for long.
long_runs_have_every_race() {
	strings -a "$build"/tests/races/test_{pairs,hotplug,stopped} |
		grep -xE '[a-z]+-(attach|detach|swap|trigger|read|rmmod)' |
		sort -u >"$work/races"
	[ "$(wc -l <"$work/races")" -ge 28 ] &&
		diff "$work/races" <(scripts/test-long --list | grep -e - | sort)
}

install_puts_files_in_place() {
	make --no-print-directory BUILD="$build" KDIR="$kdir" \
		DESTDIR="$work/root" PREFIX=/usr install || return
	find "$work/root/lib/modules/" -name "$NAME.ko*" | grep . || return
	grep "$NAME" "$work"/root/lib/modules/*/modules.dep || return
	"$work/root/usr/sbin/${NAME}_loader" --version || return
	"$work/root/usr/sbin/opsctl" --version || return
	cmp user/opsctl/opsctl.8 "$work/root/usr/share/man/man8/opsctl.8" || return
	cmp user/opsctl/opsctl.bash \
		"$work/root/usr/share/bash-completion/completions/opsctl" || return
	make --no-print-directory BUILD="$build" KDIR="$kdir" \
		DESTDIR="$work/root" PREFIX=/usr uninstall || return
	! find "$work/root" -name "$NAME*" -o -name 'opsctl*' | grep .
}

# A copy of the tree in which project.mk alone says another name, version and trigger.
renamed=$work/renamed

rename_project() {
	local file

	mkdir "$renamed"
	for file in *; do
		[ "$file" = build ] || cp -r "$file" "$renamed" || return
	done
	sed -i -e 's/^NAME := .*/NAME := other_module/' \
		-e 's/^VERSION := .*/VERSION := 12.34.56/' \
		-e 's,^TRIGGER := .*,TRIGGER := /proc/other_file,' "$renamed/project.mk"
	[ "$(diff project.mk "$renamed/project.mk" | grep -c '^>')" -eq 3 ] &&
		make --no-print-directory -C "$renamed" BUILD=build KDIR="$kdir" \
			DESTDIR="$renamed/root" PREFIX=/usr install "$renamed/build/project.sh"
}

a_module_of_that_name() {
	local ko=$renamed/build/$1.ko

	[ "$(modinfo -F name "$ko")" = "$1" ] &&
		[ "$(modinfo -F version "$ko")" = 12.34.56 ] &&
		strings -a "$ko" | grep -x "${2#/proc/}"
}

# Without root and the module, the loader says no more than this.
a_loader_for_that_name() {
	local loader=$renamed/root/usr/sbin/$1_loader

	ends_with 0 "module $1, " "$loader" --help &&
		ends_with 0 "what to write to $2" "$loader" --help &&
		ends_with 0 "loader 12.34.56, " "$loader" --version &&
		strings -a "$loader" | grep -x "/sys/module/$1"
}

project_mk_renames_all() {
	rename_project && a_module_of_that_name other_module /proc/other_file &&
		a_loader_for_that_name other_module /proc/other_file &&
		find "$renamed/root/lib/modules" -name 'other_module.ko*' | grep . &&
		grep -x NAME=other_module "$renamed/build/project.sh" &&
		grep -x TRIGGER=/proc/other_file "$renamed/build/project.sh" || return
	! find "$renamed/build" "$renamed/root" -name "$NAME*" ! -name "$NAME.h" | grep .
}

# Where the tree $1 says the name or the trigger's path. What only begins like the name
# is an identifier. It may stand where people read it: in the documents, in the kernel's
# lines of tests/host/splats, and in an #error, which shows its text as it stands.
says_the_name() {
	(cd "$1" && grep -rInP "(?<![a-z_])${NAME}(?!_|\.h\b)|\b${NAME}_loader|$TRIGGER" . \
		--exclude-dir={.git,build,root,docs,splats} --exclude='*.md' \
		--exclude=opsctl.8)
}

# Found where it was, it would be found elsewhere.
nothing_else_says_the_name() {
	[ "$(says_the_name . | grep -c '^\./project\.mk:')" -eq 2 ] || return
	! says_the_name "$renamed" | grep -v '^\./module/compat\.h:[0-9]*:#error '
}

opsctl_commands() {
	"$build/opsctl" help | sed -n '/^Commands:/,/^$/s/^  \([a-z][a-z]*\) .*/\1/p'
}

# Each line of the input, as the pattern $1 with the line for @, is in the manual.
manual_has() {
	local what count=0

	while IFS= read -r what; do
		count=$((count + 1))
		if ! grep -qE -e "${1//@/$what}" user/opsctl/opsctl.8; then
			echo "not in user/opsctl/opsctl.8: $what"
			return 1
		fi
	done
	[ "$count" -ge 5 ]
}

manual_names_commands() {
	opsctl_commands | manual_has '^\.It Cm ([a-z]+ , )?@( |$)'
}

manual_names_options() {
	"$build/opsctl" help | sed -n 's/^  -\([a-zA-Z]\), -\(-[a-z]*\) .*/\1 , \2/p' |
		manual_has '^\.It Fl @$'
}

manual_names_fields() {
	cat user/opsctl/*.c | tr -d ' \t\n' |
		grep -oE 'json_object_object_add\([a-z]+,"[a-z_]+"' | cut -d'"' -f2 |
		manual_has '^\.It Li ([a-z]+ , )?@( |$)'
}

# What completion offers for the last of the words, where $work/$1 has the opsctl.
# The shell stands in an empty directory.
offered() {
	local bin=$work/$1

	shift
	# shellcheck disable=SC2016 # expanded by the inner shell
	(cd "$work/empty" && PATH=$bin:/usr/bin:/bin bash --norc -uc '
		. "$0"
		command_not_found_handle() { touch searched; }
		COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMP_LINE=$*
		COMP_LINE=${COMP_LINE// = /=} COMP_POINT=${#COMP_LINE}
		_opsctl && printf "%s\n" ${COMPREPLY+"${COMPREPLY[@]}"}
	' "$completion" "$@" 2>&1)
}

offers() {
	local expected=$1 out

	shift
	out=$(offered "$@" | paste -sd ' ')
	if [ "$out" != "$expected" ]; then
		printf "expected '%s', got '%s' for: %s\n" "$expected" "$out" "$*"
		return 1
	fi
}

completion_offers_commands() {
	local name

	for name in $(opsctl_commands); do
		offers "$name" bin opsctl "$name" || return
		offers "$name" none opsctl -j "$name" || return
	done
	offers "--map --pin --set" none opsctl attach x.o --
}

# What 'opsctl -j list' prints: one name is hostile; others are shared, a number,
# no printable text. A process calls itself what looks like JSON.
# shellcheck disable=SC2016 # as it is
nasty='a $(touch x) `touch y` "q" '\''r'\'' \ ;z'
tables=$(
	cat <<'END'
[{"id":12,"name":"plain","attached":true,"links":[{"id":501,"pins":["/sys/fs/bpf/p"],
"processes":[{"pid":7,"name":"\",\"links\":[{\"id\":666}],\"x\":\""}]}],"pins":[],
"processes":[{"pid":7,"name":"}]{\"id\":666"}],"programs":{"id":31,"name":32}},
{"id":13,"name":"a $(touch x) `touch y` \"q\" 'r' \\ ;z","attached":false,"links":[]},
{"id":14,"name":"esc\u001b[31m","attached":true,"links":[{"id":502},{"id":503}]},
{"id":15,"name":"twin","attached":true,"links":[{"id":504}]},
{"id":16,"name":"twin","attached":true,"links":[]},
{"id":17,"name":"504","attached":true,"links":[{"id":505}]},
{"id":18,"name":"k=v:w x","attached":true,"links":[{"id":506}]}]
END
)

completion_offers_tables() {
	offers "12 plain 13 $(printf %q "$nasty") 14 15 16 17 18 k=v:w\\ x" \
		bin opsctl dump "" || return
	offers "plain" bin opsctl -j dump pl || return
	offers "v:w\\ x" bin opsctl dump k = v || return
	offers "k=v:w x" bin opsctl dump "'k=" || return
	offers "--yes" bin opsctl remove 12 "" || return
	offers "12 plain 14 15 16 17 18 k=v:w\\ x" bin opsctl remove ""
}

# What is offered is the name, once a shell has read it as the user's line.
completion_quotes_names() {
	local name typed

	# shellcheck disable=SC2016 # as it is typed
	for typed in a 'a\ ' 'a\ \$(tou'; do
		name=
		cd "$work/empty" && eval "name=$(offered bin opsctl dump "$typed")"
		cd "$OLDPWD" || return
		if [ "$name" != "$nasty" ]; then
			printf 'got: %s\n' "$name"
			return 1
		fi
	done
	! find "$work/empty" -mindepth 1 | grep .
}

completion_offers_links() {
	offers "501 plain 502 503 504 505 506 k=v:w\\ x" bin opsctl detach ""
}

completion_offers_types() {
	offers "second_ops" bin opsctl types sec
}

completion_is_silent() {
	offers "" none opsctl dump "" && offers "" none opsctl types "" &&
		offers "" refuses opsctl detach "" &&
		offers "" broken opsctl dump "" &&
		! find "$work/empty" -mindepth 1 | grep .
}

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

# Everything of the headers but vmlinux.
mkdir "$work/kdir"
ln -s "$kdir"/* "$work/kdir/"
rm "$work/kdir/vmlinux"

# Programs called opsctl: one that answers, one that is not root, one that fails.
mkdir "$work/empty" "$work/bin" "$work/refuses" "$work/broken" "$work/says"
printf '%s\n' "$tables" >"$work/bin/list"
echo '[{"name":"second_ops","members":[{"name":"second"}]},{"name":"first_ops"}]' \
	>"$work/bin/types"
# shellcheck disable=SC2016 # expanded when it runs
printf '%s\n' '#!/bin/sh' '[ "$1" = -j ] && cat "${0%/*}/$2"' >"$work/bin/opsctl"
printf '%s\n' '#!/bin/sh' 'echo "Error: not permitted" >&2' 'exit 2' \
	>"$work/refuses/opsctl"
printf '%s\n' '#!/bin/sh' "echo '[[\"attached\":true,\"name\":7'" >"$work/broken/opsctl"
# shellcheck disable=SC2016 # expanded when it runs
printf '%s\n' '#!/bin/sh' 'echo "called: ${0##*/} $*"' | tee "$work/says/insmod" \
	>"$work/says/rmmod"
chmod +x "$work"/*/opsctl "$work"/says/*

check "compat.h accepts this kernel" \
	ends_with 0 "" compat_with generated/autoconf.h ""
check "compat.h refuses a kernel before 6.12 and says why" \
	ends_with 1 "needs Linux 6.12 or newer: older kernels do not export bpf_base_func_proto() to modules" \
	compat_with linux/version.h \
	"s/\(LINUX_VERSION_CODE\) .*/\1 KERNEL_VERSION(6, 11, 99)/"
check "compat.h refuses a kernel without CONFIG_BPF_JIT and says why" \
	ends_with 1 "needs a kernel with CONFIG_BPF_JIT=y" \
	compat_with generated/autoconf.h "/CONFIG_BPF_JIT /d"
check "compat.h refuses a kernel without CONFIG_DEBUG_INFO_BTF_MODULES and says why" \
	ends_with 1 "needs a kernel with CONFIG_DEBUG_INFO_BTF_MODULES=y" \
	compat_with generated/autoconf.h "/CONFIG_DEBUG_INFO_BTF_MODULES /d"

check "headers without vmlinux are refused, with the remedy" \
	ends_with 2 "cp /sys/kernel/btf/vmlinux" \
	make_here module KDIR="$work/kdir"
check "no headers: the package is named" \
	ends_with 2 "linux-headers-" make_here module KDIR="$work/none"
check "a missing clang is named with its package" \
	ends_with 2 "missing: no-such-clang (install clang)" \
	make_here module KDIR="$kdir" CLANG=no-such-clang
check "a missing bpftool is named with its package" \
	ends_with 2 "missing: no-such-bpftool (install bpftool)" \
	make_here module KDIR="$kdir" BPFTOOL=no-such-bpftool
check "... and for the programs too, where this kernel does not run" \
	ends_with 2 "cp /sys/kernel/btf/vmlinux" make_here bpf KDIR="$work/kdir"
check "a missing pahole is named with its package" \
	ends_with 1 "missing: pahole (install pahole / dwarves)" \
	check_tools PATH="$(path_without pahole)"
check "a missing libbpf is named with its package" \
	ends_with 1 "missing: libbpf's headers (install libbpf-dev / libbpf-devel)" \
	check_tools PKG_CONFIG_LIBDIR="$work/empty"
check "a libbpf before 1.4 is refused, with the reason" \
	ends_with 1 "missing: libbpf 1.4 or newer, for struct_ops types in modules (here: 1.3.2)" \
	check_tools PKG_CONFIG_LIBDIR="$(only_libbpf 1.3.2)"
check "a missing json-c is named with its package" \
	ends_with 1 "missing: json-c's headers (install libjson-c-dev / json-c-devel)" \
	check_tools PKG_CONFIG_LIBDIR="$(only_libbpf 1.5.0)"
check "a bpftool of another libbpf is refused, with the remedy" \
	ends_with 1 "(here: one made with libbpf 1.9) (install bpftool and libbpf-dev / libbpf-devel of one release, or set BPFTOOL=)" \
	tools_of_another_libbpf
check "all tools are there, also for who has no sbin in PATH" a_user_has_the_tools
check "tools are looked at again where one is another" another_tool_is_looked_at
check "make clean removes what was built" clean_removes_what_was_built
check "make V=1 shows the commands" v_1_shows_the_commands
check "make load, unload and run do what a user would" load_and_unload_are_one_command
check "a module with BTF passes" \
	ends_with 0 "" scripts/build/need-btf "$build/$NAME.ko" "$kdir"
check "a module without BTF fails the build, with the remedy" \
	ends_with 1 "cp /sys/kernel/btf/vmlinux '$kdir/'" \
	scripts/build/need-btf "$build/$NAME-nobtf.ko" "$kdir"
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
check "make install puts all in place, make uninstall removes it" install_puts_files_in_place
check "what project.mk says is what the module and its tools are called" \
	project_mk_renames_all
check "... and nothing else says the old name" nothing_else_says_the_name
check "make help lists every target that the documents name" help_is_complete
check "the manual names every command of opsctl" manual_names_commands
check "the manual names every option of opsctl" manual_names_options
check "the manual names every field of opsctl's JSON" manual_names_fields
check "completion offers every command and its options" completion_offers_commands
check "completion offers the ids and names of tables" completion_offers_tables
check "completion quotes a table's name and evaluates none" completion_quotes_names
check "completion offers the ids of links, and names" completion_offers_links
check "completion offers the names of types" completion_offers_types
check "completion is silent where opsctl is missing or fails" completion_is_silent
check "docs/ops.md quotes refusals that a test expects" docs_quote_what_tests_expect
check "twins of refused programs differ in one statement" twins_differ_in_one_statement
check "docs/attacks.md has the attacks" docs_have_the_attacks
check "the build command of docs/ops.md works" docs_build_command_works
check "the module and the program of docs/provider.md build" docs_module_builds
check "every link of the documents leads to a file and a heading" links_lead_somewhere
check "the README links every page of docs" readme_links_every_page
check "the README has the lines that a Kbuild needs" readme_has_the_kbuild
check "the bpftrace command of docs/ops.md is the one that is tested" docs_show_the_tested_bpftrace
check "the README's table has the targets of scripts/targets" readme_has_the_targets
check "the README's packages for Debian are those of the lab's tree" readme_has_the_packages
check "a test that is not there is refused, with the names of all" \
	an_unknown_test_is_refused
check "docs/testing.md names every test that TEST= takes" docs_have_the_tests
check "make test-long has every race of its programs" long_runs_have_every_race
tap_end
