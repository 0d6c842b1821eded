#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The build: what it must refuse, and what it says then.
#
# Usage: build.sh BUILD KDIR   (inside the lab's tree)
# shellcheck disable=SC2153 # NAME comes from project.sh
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
. tests/host/built.sh

completion=$PWD/user/opsctl/opsctl.bash

# Prints a PATH with all programs of this machine except $1.
path_without() {
	rm -rf "$work/path"
	mkdir "$work/path"
	ln -sf /usr/bin/* /usr/sbin/* "$work/path/"
	rm "$work/path/$1"
	echo "$work/path"
}

# Prints a directory by which pkg-config knows only libbpf, of the release $1.
only_libbpf() {
	mkdir -p "$work/pc"
	printf '%s\n' "Name: libbpf" "Description: a library" "Version: $1" \
		>"$work/pc/libbpf.pc"
	echo "$work/pc"
}

# Runs the script alone, with its own PATH and pkg-config: make would add to them.
check_tools() {
	env "$@" scripts/build/need-tools "$kdir"
}

tools_of_another_libbpf() {
	printf '%s\n' '#!/bin/sh' 'echo bpftool v7.9; echo using libbpf v1.9' \
		>"$work/bpftool"
	chmod +x "$work/bpftool"
	check_tools BPFTOOL="$work/bpftool"
}

# On Debian, a user's PATH has neither sbin.
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

# The targets that README.md says to run as root do what a user would do by hand: false
# insmod and rmmod print how they are called. The loader says that there is no module.
load_and_unload_are_one_command() {
	local say=(env "PATH=$work/says:$PATH" make --no-print-directory
		BUILD="$build" KDIR="$kdir")

	ends_with 0 "called: insmod $build/$NAME.ko" "${say[@]}" load &&
		ends_with 0 "called: rmmod $NAME" "${say[@]}" unload &&
		ends_with 2 "$build/loader --once" "${say[@]}" run ARGS=--once
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

opsctl_commands() {
	"$build/opsctl" help | sed -n '/^Commands:/,/^$/s/^  \([a-z][a-z]*\)\( .*\)*$/\1/p'
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
	offers "--map --pin --set --help" none opsctl attach x.o --
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
check "make install puts all in place, make uninstall removes it" install_puts_files_in_place
check "the manual names every command of opsctl" manual_names_commands
check "the manual names every option of opsctl" manual_names_options
check "the manual names every field of opsctl's JSON" manual_names_fields
check "completion offers every command and its options" completion_offers_commands
check "completion offers the ids and names of tables" completion_offers_tables
check "completion quotes a table's name and evaluates none" completion_quotes_names
check "completion offers the ids of links, and names" completion_offers_links
check "completion offers the names of types" completion_offers_types
check "completion is silent where opsctl is missing or fails" completion_is_silent
tap_end
