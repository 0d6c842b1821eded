# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shellcheck disable=SC2154 # of scripts/lab: top, cache, tree, kernel; of arches: the rest
#
# The kernels of the lab's tree, and what other architectures need besides.

# A kernel of our own is built with these packages, besides those of the tree.
kernel_builders=(bc bison flex libdw-dev libssl-dev lld llvm openssl python3 rsync xz-utils)

has_sysroot() {
	[ "$(cat "$tree$sysroot.stamp" 2>/dev/null)" = "${arch_packages[*]}" ]
}

# Unpacks packages, which $1 names for the user, as 'fetch sysroot' does with the rest.
fetch_sysroot() {
	local what=$1 started=$SECONDS

	shift
	if ! in_tree scripts/lab.d/fetch sysroot "$@" \
		3> >(show_percent "$started") >"$cache/add.log" 2>&1; then
		tail -n 5 "$cache/add.log" >&2
		die "$what could not be added; apt's log: $cache/add.log"
	fi
}

add_sysroot() {
	echo "lab: adding libraries of $arch to the tree (usually 30 s)" >&2
	fetch_sysroot "$arch" "$arch" "${suite%-backports}" "$sysroot" "${arch_packages[@]}"
	echo "${arch_packages[*]}" | as_root tee "$tree$sysroot.stamp" >/dev/null
}

# Prepares for another architecture than the tree's own: its compiler (whose package has
# no underscore in its name) and emulator, and
# a directory of its libraries and programs, which cannot be installed with our own.
arch_up_to_date() {
	[ -n "$sysroot" ] || return 0
	add_packages "gcc-${triplet//_/-}" "${emulator[@]}"
	alone_unless has_sysroot add_sysroot
}

# A kernel of experimental is made with the pahole of unstable. The tree's is older and
# describes some types in another way, by which a module's BTF would have structs of the
# kernel a second time: docs/trouble.md. The newer one is unpacked with the libraries that
# it needs, and comes first in the path then.
pahole_dir=
[ "$suite" != experimental ] || pahole_dir=/sysroot/pahole

has_pahole() {
	[ -x "$tree$pahole_dir/first/pahole" ]
}

add_pahole() {
	echo "lab: adding the pahole of unstable to the tree (a few seconds)" >&2
	fetch_sysroot pahole "$(arch_of "$native" && echo "$arch")" unstable "$pahole_dir" pahole
	# The program is there last, and whole.
	as_root mkdir -p "$tree$pahole_dir/first" &&
		as_root tee "$tree$pahole_dir/first/new" >/dev/null <<EOF &&
#!/bin/sh
lib=\$(echo $pahole_dir/usr/lib/*-linux-gnu)
exec "\$lib"/ld-linux-*.so.[0-9] --library-path "\$lib" $pahole_dir/usr/bin/pahole "\$@"
EOF
		as_root chmod +x "$tree$pahole_dir/first/new" &&
		as_root mv "$tree$pahole_dir/first/new" "$tree$pahole_dir/first/pahole"
}

add_kernel() {
	local release started=$SECONDS

	echo "lab: adding kernel $kernel to the tree (usually 30 s)" >&2
	release=$(in_tree scripts/lab.d/fetch kernel "$arch" "$suite" \
		"${kernel##*/}" 3> >(show_percent "$started")) || return
	as_root mkdir -p "$(dirname "$tree/etc/opsmod/$kernel")"
	echo "$release" | as_root tee "$tree/etc/opsmod/$kernel" >/dev/null
}

# The files that configure the kernel of our own that LAB_KERNEL names; fails if it names
# one of Debian's.
own_configs() {
	case $kernel in
	debug) printf "scripts/lab.d/debug-kernel/%s.config\n" base debug kcfi ;;
	kcsan) printf "scripts/lab.d/debug-kernel/%s.config\n" base kcsan ;;
	*) return 1 ;;
	esac
}

own_stamp() {
	own_configs | (cd "$top" && xargs cat) | sha256sum | cut -c-8
}

# The packed kernel is kept next to the tree, and outlives it. It is built under its own
# lock, so that the tree can be used meanwhile.
build_own_kernel() {
	local configs

	mapfile -t configs < <(own_configs)
	add_packages "${kernel_builders[@]}"
	(
		flock 8
		[ ! -e "$1" ] || exit 0
		echo "lab: building the kernel $kernel (needs 4 GB meanwhile; usually 15 minutes)"
		in_tree scripts/lab.d/debug-kernel/build "$kernel" "$(own_stamp)" \
			/var/tmp/debug-kernel.tar "${configs[@]}" &&
			as_root mv "$tree/var/tmp/debug-kernel.tar" "$1"
	) 8>"$cache/debug-kernel.lock"
}

unpack_own_kernel() {
	as_root tar -C "$tree" -xf "$cache/debug-kernel-$(own_stamp).tar" --no-same-owner
}

# The release of a kernel of our own ends with the stamp of its configuration.
has_kernel() {
	local release

	release=$(cat "$tree/etc/opsmod/$kernel" 2>/dev/null) || return
	! own_configs >/dev/null || [ "${release##*-}" = "$(own_stamp)" ]
}

# Prints the release, as in uname -r, of the kernel that LAB_KERNEL names.
kernel_release() {
	arch_up_to_date
	[ -z "$pahole_dir" ] || alone_unless has_pahole add_pahole >&2 || return
	if ! own_configs >/dev/null; then
		alone_unless has_kernel add_kernel >&2 || return
	elif ! has_kernel; then
		build_own_kernel "$cache/debug-kernel-$(own_stamp).tar" >&2 || return
		alone_unless has_kernel unpack_own_kernel >&2 || return
	fi
	cat "$tree/etc/opsmod/$kernel"
}
