#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The build, inside the lab's tree: what it must refuse, and what it says then.
#
# Usage: test_build.sh BUILD KDIR
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
. tests/tap.sh

build=$1
kdir=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

make_here() {
	make --no-print-directory BUILD="$work/build" "$@"
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
	gcc -E -I"$dir" -I"${common:-$kdir}/include" module/compat.h -o /dev/null
}

help_is_complete() {
	local target

	grep -oE '(`|sudo |^    )make [a-z]+' README.md | sed 's/.*make //' | sort -u |
		while read -r target; do
			ends_with 0 "  $target " make_here help || return
		done
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
		if ! grep -qF "$quoted" tests/test_refused.c; then
			echo "no test expects: $quoted"
			return 1
		fi
	done <"$work/quoted"
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

readme_shows_the_tested_bpftrace() {
	local script

	script=$(sed -n "s/^script='\(.*\)'$/\1/p" tests/run-bpftrace)
	[ -n "$script" ] && grep -qF "bpftrace -e '$script'" README.md
}

install_puts_files_in_place() {
	make --no-print-directory BUILD="$build" KDIR="$kdir" \
		DESTDIR="$work/root" PREFIX=/usr install || return
	find "$work/root/lib/modules/" -name 'bpf_testmod.ko*' | grep . || return
	grep bpf_testmod "$work"/root/lib/modules/*/modules.dep || return
	"$work/root/usr/sbin/bpf_testmod_loader" --version || return
	make --no-print-directory BUILD="$build" KDIR="$kdir" \
		DESTDIR="$work/root" PREFIX=/usr uninstall || return
	! find "$work/root" -name 'bpf_testmod*' | grep .
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

# Everything of the headers but vmlinux.
mkdir "$work/kdir"
ln -s "$kdir"/* "$work/kdir/"
rm "$work/kdir/vmlinux"

check "compat.h accepts this kernel" \
	ends_with 0 "" compat_with generated/autoconf.h ""
check "compat.h refuses a kernel before 6.12 and says why" \
	ends_with 1 "bpf_testmod needs Linux 6.12 or newer: older kernels do not export bpf_base_func_proto() to modules" \
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
check "a module with BTF passes" \
	ends_with 0 "" scripts/check-btf "$build/bpf_testmod.ko" "$kdir"
check "a module without BTF fails the build, with the remedy" \
	ends_with 1 "cp /sys/kernel/btf/vmlinux '$kdir/'" \
	scripts/check-btf "$build/bpf_testmod-nobtf.ko" "$kdir"
check "make install puts module and loader in place, make uninstall removes them" install_puts_files_in_place
check "make help lists every target that the README names" help_is_complete
check "the manual names every command of opsctl" manual_names_commands
check "the manual names every option of opsctl" manual_names_options
check "the manual names every field of opsctl's JSON" manual_names_fields
check "docs/ops.md quotes refusals that a test expects" docs_quote_what_tests_expect
check "the build command of docs/ops.md works" docs_build_command_works
check "the README's bpftrace command is the one that is tested" readme_shows_the_tested_bpftrace
tap_end
