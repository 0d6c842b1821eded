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

# A pahole of this version, before the right one in PATH.
pahole_of() {
	mkdir -p "$work/pahole-$1"
	printf '%s\n' '#!/bin/sh' "echo v$1" >"$work/pahole-$1/pahole"
	chmod +x "$work/pahole-$1/pahole"
	check_tools PATH="$work/pahole-$1:$PATH"
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

# The BTF in the module or the vmlinux $1, into the file $2.
btf_in() {
	objcopy --dump-section .BTF="$2" "$1" /dev/null && [ -s "$2" ]
}

types_come_from_the_image() {
	make_here module bpf KDIR="$work/kdir" || return
	btf_in "$work/build/$NAME.ko" "$work/btf-image" && btf_in "$build/$NAME.ko" "$work/btf-kdir" &&
		cmp "$work/btf-image" "$work/btf-kdir" &&
		cmp "$work/build/bpf/vmlinux.h" "$build/bpf/vmlinux.h"
}

# The kernel's BTF between other things, as each tool packs it, and as it is.
btf_is_found_however_it_is_packed() {
	local tool tools=0

	btf_in "$kdir/vmlinux" "$work/vmlinux.btf" || return
	{ head -c 100000 "$build/loader" && cat "$work/vmlinux.btf" "$build/loader"; } \
		>"$work/vmlinux"
	for tool in cat gzip xz zstd "lz4 -l" bzip2; do
		command -v "${tool%% *}" >/dev/null || continue
		tools=$((tools + 1))
		# shellcheck disable=SC2086 # a word each
		{ head -c 12345 "$build/opsctl" && $tool <"$work/vmlinux" &&
			cat "$build/loader"; } >"$work/image"
		scripts/build/btf-of "$work/image" "$work/out" &&
			cmp "$work/out" "$work/vmlinux.btf" || return
	done
	[ "$tools" -ge 3 ]
}

# ... and nothing is taken for it that is not whole, or is a module's.
other_btf_is_refused() {
	head -c 4000000 "$work/vmlinux.btf" | gzip >"$work/cut"
	ends_with 1 "no BTF found in $work/cut" scripts/build/btf-of "$work/cut" "$work/none" &&
		ends_with 1 "no BTF found in $build/$NAME.ko" \
			scripts/build/btf-of "$build/$NAME.ko" "$work/none" && [ ! -e "$work/none" ]
}

an_absent_tool_is_named() {
	gzip <"$work/vmlinux.btf" >"$work/image.gz"
	PATH=$(path_without gzip) ends_with 1 "which are not installed: gzip" \
		scripts/build/btf-of "$work/image.gz" "$work/out"
}

# As DKMS does, where the headers have no vmlinux.
dkms_sources_build() {
	make_here dkms-install DESTDIR="$work/dkms" KDIR="$work/none" || return
	cd "$work/dkms/usr/src/$NAME-$VERSION" || return
	grep -x "PACKAGE_VERSION=\"$VERSION\"" dkms.conf &&
		make -f scripts/build/dkms.mk KDIR="$work/kdir" &&
		btf_in "$NAME.ko" "$work/btf-dkms" && cmp "$work/btf-dkms" "$work/btf-kdir"
	ended=$?
	cd "$OLDPWD" || return
	return "$ended"
}

changelog_has_the_version() {
	[ "$(sed -n '1s/^[a-z]* (\([0-9.]*\)[^)]*).*/\1/p' debian/changelog)" = "$VERSION" ]
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
	grep "^\.Nm ${NAME}_loader" "$work/root/usr/share/man/man8/${NAME}_loader.8" || return
	grep '^ExecStart=/usr/sbin/opsctl attach ' \
		"$work/root/usr/lib/systemd/system/opsctl-attach@.service" || return
	! grep -r '@[A-Z]*@' "$work/root/usr/share/man" "$work/root/usr/lib/systemd" || return
	make --no-print-directory BUILD="$build" KDIR="$kdir" \
		DESTDIR="$work/root" PREFIX=/usr uninstall || return
	! find "$work/root" -name "$NAME*" -o -name 'opsctl*' | grep .
}

# Everything of the headers but vmlinux, and the same as if they were of a kernel that
# is not here.
mkdir -p "$work/kdir" "$work/gone/include/config"
cp -rs "$kdir/." "$work/kdir"
rm "$work/kdir/vmlinux"
cp -rs "$work/kdir/." "$work/gone"
echo 6.99-gone >"$work/kernel.release"
mv "$work/kernel.release" "$work/gone/include/config/kernel.release"

# These programs say how they were called.
mkdir "$work/empty" "$work/says"
# shellcheck disable=SC2016 # expanded when it runs
printf '%s\n' '#!/bin/sh' 'echo "called: ${0##*/} $*"' | tee "$work/says/insmod" \
	>"$work/says/rmmod"
chmod +x "$work"/says/*

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

check "headers without vmlinux: the types come from the kernel's image" \
	types_come_from_the_image
check "... which may be packed in many ways" btf_is_found_however_it_is_packed
check "... and what is no kernel's BTF is not taken for it" other_btf_is_refused
check "... and a tool that is missing is named" an_absent_tool_is_named
check "neither vmlinux nor an image: refused, with the remedy" \
	ends_with 2 "apt install linux-image-6.99-gone" make_here module KDIR="$work/gone"
check "... for the programs too" \
	ends_with 2 "apt install linux-image-6.99-gone" make_here bpf KDIR="$work/gone"
check "the sources for DKMS build by themselves" dkms_sources_build
check "debian/changelog has the version of project.mk" changelog_has_the_version
check "no headers: the package is named" \
	ends_with 2 "linux-headers-" make_here module KDIR="$work/none"
check "a missing clang is named with its package" \
	ends_with 2 "missing: no-such-clang (install clang)" \
	make_here module KDIR="$kdir" CLANG=no-such-clang
check "a missing bpftool is named with its package" \
	ends_with 2 "missing: no-such-bpftool (install bpftool)" \
	make_here module KDIR="$kdir" BPFTOOL=no-such-bpftool
check "a missing pahole is named with its package" \
	ends_with 1 "missing: pahole (install pahole / dwarves)" \
	check_tools PATH="$(path_without pahole)"
check "a pahole that does not know the kernel's options is refused, with the reason" \
	ends_with 1 "missing: pahole 1.26 or newer, as this kernel was made by" pahole_of 1.25
check "its twin that knows them is taken" ends_with 0 "" pahole_of 1.26
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
	ends_with 1 "apt install pahole" \
	scripts/build/need-btf "$build/$NAME-nobtf.ko" "$kdir"
check "make install puts all in place, make uninstall removes it" install_puts_files_in_place
tap_end
