# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154 # dir, work and NAME are of who sources this
#
# A machine with three kernels, none of which runs: what the tests of packages on it
# share. It has the module $NAME by DKMS.

export DEBIAN_FRONTEND=noninteractive

# These kernels can have the module, and the last one cannot.
mapfile -t releases < <(basename -a /boot/vmlinuz-* | sed 's/^vmlinuz-//')
too_old=$(basename -a /lib/modules/6.1.*)

apt_get() {
	apt-get -qq -y --no-install-recommends -o Dpkg::Use-Pty=0 "$@"
}

# Prints the files that no package owns, without the records of apt and dpkg.
files_of_nobody() {
	find / -xdev \( -path /dev -o -path /proc -o -path /run -o -path /src -o -path /tmp \
		-o -path /var/cache -o -path /var/log -o -path /var/lib/apt \
		-o -path /var/lib/dpkg \) -prune -o -print | sort |
		comm -23 - <(sort -u /var/lib/dpkg/info/*.list)
}

neither_kernel_runs() {
	[ "${#releases[@]}" -eq 2 ] && [ "$(printf '%s\n' "${releases[@]}" |
		cut -d . -f 1,2 | sort -V | paste -sd ' ')" = "6.12 7.3" ] || return
	[ ! -e "/lib/modules/$(uname -r)" ]
}

module_of() {
	echo "/lib/modules/$1/updates/dkms/$NAME.ko.xz"
}

# Both modules are of the version $1, signed with DKMS's key, have BTF, and modprobe
# finds them.
modules_are_installed() {
	local release ko

	for release in "${releases[@]}"; do
		ko=$(module_of "$release")
		[ "$(modinfo -F version "$ko")" = "$1" ] &&
			[ "$(modinfo -F signer "$ko")" = "DKMS module signing key" ] &&
			[[ $(modinfo -F vermagic "$ko") = "$release "* ]] || return
		xz -dc "$ko" >"$work/ko"
		readelf -SW "$work/ko" >"$work/sections"
		grep -q ' \.BTF ' "$work/sections" && grep -q ' \.BTF.base ' "$work/sections" ||
			return
		ends_with 0 "insmod $ko" modprobe -n -v -S "$release" "$NAME" || return
	done
	[ ! -e "/lib/modules/$too_old/updates" ]
}

# The line says why; apt has succeeded, and $work/install.log has what it printed.
too_old_is_left_out() {
	[ "$(grep -cxF "$NAME is not built for $too_old: it needs Linux 6.12 or newer" \
		"$work/install.log")" -eq 1 ]
}

# Packs all of the machine but its compiler, sources and the kernel's own modules.
pack_machine() {
	local release

	for release in "${releases[@]}"; do
		mkdir -p "$dir/$release"
		cp "/boot/vmlinuz-$release" "$dir/$release/vmlinuz" || return
	done
	find / -xdev \( -path /boot -o -path /dev -o -path /proc -o -path /src \
		-o -path /tmp -o -path /usr/bin/x86_64-linux-gnu-\* -o -path /usr/include \
		-o -path '/usr/lib/modules/*/kernel' -o -path '/usr/lib*/gcc' \
		-o -path /usr/share/doc -o -path /usr/share/locale -o -path /usr/share/man \
		-o -path '/usr/share/perl*' -o -path '*/perl/*' -o -path /usr/src \
		-o -path '/var/cache/*' -o -path /var/lib/apt \) -prune -o -print |
		cpio --quiet -o -H newc >"$dir/machine.cpio"
}

# For the lab, in the directory $1: systemd is the first process, and the last unit at
# boot runs the lab's command.
pack_lab() {
	mkdir -p "$1/lab" "$1/etc/systemd/system/graphical.target.wants"
	ln -s usr/lib/systemd/systemd "$1/init"
	cp tests/packages/start tests/host/tap.sh "$1/lab"
	cp tests/packages/lab.service "$1/etc/systemd/system"
	ln -s ../lab.service "$1/etc/systemd/system/graphical.target.wants"
}
