# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154 # top, cache and tree come from scripts/lab
#
# The life of the lab's tree: made, used by many at once, changed by one alone.

# Runs a command as root: of the machine, or of a user namespace of our own.
as_root() {
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	else
		unshare --map-root-user --map-auto -- "$@"
	fi
}

need_mmdebstrap() {
	command -v mmdebstrap >/dev/null && return
	if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
		echo "lab: installing mmdebstrap (a few seconds)" >&2
		if { apt-get update -qq || :; } >"$cache/apt.log" 2>&1 &&
			DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
				--no-install-recommends mmdebstrap \
				>>"$cache/apt.log" 2>&1; then
			return
		fi
		tail -n 5 "$cache/apt.log" >&2
	fi
	die "mmdebstrap is missing; install it:" \
		"apt install mmdebstrap (Debian, Ubuntu), dnf install mmdebstrap (Fedora)" \
		"without it, use a container: docs/testing.md, Machines"
}

# Finds how to give a user's namespace more than one id.
need_newuidmap() {
	command -v newuidmap >/dev/null ||
		die "newuidmap is missing; install it, or run this as root:" \
			"apt install uidmap (Debian, Ubuntu), dnf install shadow-utils (Fedora)"
}

packages() (
	arch_of "$native"
	sed -e 's/#.*//' -e '/^[[:space:]]*$/d' -e "s/@ARCH@/$arch/" \
		-e "s/@EMULATOR@/${emulator[*]}/" "$top/scripts/lab.d/packages${tree#"$cache/tree"}"
)

tree_stamp() {
	packages | sha256sum | cut -d' ' -f1
}

tree_is_current() {
	[ "$(cat "$tree/.opsmod-stamp" 2>/dev/null)" = "$(tree_stamp)" ]
}

# Shows the steps of what mmdebstrap says, with the seconds since $1.
show_steps() {
	local line

	alive "making the tree" | while IFS= read -r line; do
		case $line in
		"I: "*ing*) echo "lab: $((SECONDS - $1)) s: ${line#I: }" >&2 ;;
		esac
	done
}

# Makes the tree in $1. It runs in its own mount namespace, so that the mounts of
# mmdebstrap go with it, even if it is killed. A user's tree is unpacked in our own
# user namespace: mmdebstrap's would map root to another id.
bootstrap() {
	local options=(--variant=apt "--include=$(packages | paste -sd,)"
		"--aptopt=APT::Install-Recommends \"false\"" --dpkgopt=force-unsafe-io)

	if [ "$(id -u)" -eq 0 ]; then
		unshare --mount -- mmdebstrap --mode=root --format=directory "${options[@]}" \
			trixie "$1" ${LAB_MIRROR:+"$LAB_MIRROR"}
	else
		mmdebstrap --mode=unshare --format=tar "${options[@]}" \
			trixie - ${LAB_MIRROR:+"$LAB_MIRROR"} |
			as_root tar -C "$1" -x --exclude='./dev/*'
	fi
}

# All that the lab does in its tree, it does in a mount namespace.
need_mounts() {
	as_root unshare --mount true 2>/dev/null && return
	if [ "$(id -u)" -eq 0 ]; then
		die "root may not mount here; in a container, that takes:" \
			"podman run --cap-add SYS_ADMIN --security-opt label=disable" \
			"docker run --cap-add SYS_ADMIN --security-opt apparmor=unconfined"
	fi
	die "no user namespace with sub-ids for $(id -un): run this as root," \
		"or add a line for the user to /etc/subuid and /etc/subgid"
}

# The tree appears whole or not at all; an older one stays until then.
make_tree() {
	local new=$tree.new started=$SECONDS

	if [ -z "$native" ]; then
		die "the lab is for x86-64 and arm64 machines; this one is $(uname -m)"
	fi
	need_mmdebstrap

	echo "lab: making the Debian tree in $tree (1.2 GB, once; usually 2 minutes)" >&2
	as_root rm -rf --one-file-system "$new"
	as_root mkdir "$new"
	if ! bootstrap "$new" 2>&1 | tee "$cache/tree.log" | show_steps "$started"; then
		tail -n 20 "$cache/tree.log" >&2
		die "mmdebstrap failed; its log: $cache/tree.log"
	fi
	as_root mkdir -p "$new/src" "$new/etc/opsmod"
	basename "$new"/usr/lib/modules/*-"$native" |
		as_root tee "$new/etc/opsmod/$native" >/dev/null
	tree_stamp | as_root tee "$new/.opsmod-stamp" >/dev/null
	as_root rm -rf --one-file-system "$tree"
	as_root mv "$new" "$tree"
	echo "lab: tree made in $((SECONDS - started)) s" >&2
}

# Descriptor 9 holds the lock until we end: shared while the tree is used,
# alone while it changes. Descriptor 6 holds the place in the queue for it: who wants to
# change the tree waits for those who use it now, and not for those who come later.
lock_tree() {
	mkdir -p "$cache"
	exec 9>"$cache/lock${tree#"$cache/tree"}" 6>"$cache/queue${tree#"$cache/tree"}"
	flock -s 6
	flock "$@" 9
	flock -u 6
}

# Unless CONDITION holds, runs ACTION alone; both get the arguments. Another may have
# done it while we waited for the lock.
# Usage: alone_unless CONDITION ACTION [ARG]...
alone_unless() {
	local condition=$1 action=$2

	shift 2
	if ! "$condition" "$@"; then
		if ! flock -n 9; then
			echo "lab: waiting until nobody uses the tree, to change it" >&2
			flock -u 9
			flock 6
			flock 9
		fi
		"$condition" "$@" || "$action" "$@" || return
		flock -s 9
		flock -u 6
	fi
}

tree_up_to_date() {
	[ "$(id -u)" -eq 0 ] || need_newuidmap
	need_mounts
	lock_tree -s
	alone_unless tree_is_current make_tree
}

# Runs in its own mount namespace, so that nothing is left mounted, whatever happens. With
# LAB_SCRATCH a layer over the tree takes all changes, and is removed before the next run;
# descriptor 5 holds its lock.
in_tree() {
	local layer='' xattr='' name env=(HOME=/root LANG=C.UTF-8 "TERM=${TERM:-dumb}"
		"PATH=${pahole_dir:+$pahole_dir/first:}/usr/sbin:/usr/bin:/sbin:/bin")

	# A user may not set those of the overlay itself.
	[ "$(id -u)" -eq 0 ] || xattr=,userxattr
	for name in http_proxy https_proxy no_proxy $(compgen -v LAB_); do
		[ -z "${!name+set}" ] || env+=("$name=${!name}")
	done
	if [ -n "${LAB_SCRATCH:-}" ]; then
		layer=$cache/scratch${tree#"$cache/tree"}
		exec 5>"$layer.lock"
		flock 5
		as_root rm -rf --one-file-system "$layer"
		as_root mkdir -p "$layer/upper" "$layer/work"
	fi
	# shellcheck disable=SC2016 # expanded by the inner shells
	as_root unshare --mount -- sh -c '
		set -e
		mount --make-rprivate /
		if [ "$3" ]; then
			mount -t overlay overlay \
				-o "lowerdir=$1,upperdir=$3/upper,workdir=$3/work$4" "$1"
		fi
		mount --rbind /dev "$1/dev"
		mount --rbind /proc "$1/proc"
		mount -t tmpfs tmpfs "$1/tmp"
		mount --bind "$2" "$1/src"
		cp -L /etc/resolv.conf "$1/etc/resolv.conf" 2>/dev/null || :
		tree=$1
		shift 4
		exec chroot "$tree" env -i "$@"
	' sh "$tree" "$top" "$layer" "$xattr" "${env[@]}" sh -c 'cd /src && exec "$@"' sh "$@"
}

# Prints a line every five seconds of what apt reports on its APT::Status-Fd, with the
# seconds since $1.
show_percent() {
	local kind percent what shown=$SECONDS

	while IFS=: read -r kind _ percent what; do
		case $kind in
		dlstatus | pmstatus) ;;
		*) continue ;;
		esac
		if [ "$((SECONDS - shown))" -ge 5 ]; then
			shown=$SECONDS
			echo "lab: $((SECONDS - $1)) s: ${percent%%[.,]*} %: $what" >&2
		fi
	done
}

has_packages() {
	local states

	# shellcheck disable=SC2016 # dpkg-query expands it
	states=$(in_tree dpkg-query -W -f '${db:Status-Status}\n' "$@" \
		2>/dev/null) || return
	! grep -qvx installed <<<"$states"
}

install_packages() {
	local started=$SECONDS

	echo "lab: adding to the tree (usually less than a minute): $*" >&2
	# shellcheck disable=SC2016 # expanded by the inner shell
	if ! in_tree sh -c '
		set -e
		dpkg --configure -a
		apt-get update -qq
		DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
			-o APT::Status-Fd=3 --no-install-recommends "$@"
	' sh "$@" 3> >(show_percent "$started") >"$cache/add.log" 2>&1; then
		tail -n 5 "$cache/add.log" >&2
		die "these could not be added; apt's log: $cache/add.log"
	fi
}

add_packages() {
	alone_unless has_packages install_packages "$@"
}
