#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# docs/versions.md against a kernel's build directory: what a row says of the kernel's
# release is so. What a row is looked for by has to be there if the row says that the
# release has it, and must not be there if it says that the release has not.
#
# Usage: versions.sh KDIR
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
. tests/host/tap.sh

kdir=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# 7.3 of 7.3.4+deb13-amd64.
release=$(grep -oE '^[0-9]+\.[0-9]+' "$kdir/include/config/kernel.release") || exit
common=$(sed -n 's/^include \(.*\)\/Makefile$/\1/p' "$kdir/Makefile")

# $1 is release $2, or an older one.
at_most() {
	[ "$(printf '%s\n' "$1" "$2" | sort -V | head -n 1)" = "$1" ]
}

configured() {
	grep -qx "CONFIG_$1=y" "$kdir/.config"
}

# What can be looked for: older headers of Debian's come without the kernel's BTF.
kinds='symbol|macro|file'
if [ -e "$kdir/vmlinux" ]; then
	kinds="$kinds|func|member|enum"
	"${BPFTOOL:-bpftool}" btf dump file "$kdir/vmlinux" format raw >"$work/btf" || exit
	awk '
		/^\[/ { outer = ""; inside = "" }
		/^\[[0-9]+\] FUNC / { print "func " $3 }
		/^\[[0-9]+\] (STRUCT|UNION) / { outer = $3; inside = "member" }
		/^\[[0-9]+\] ENUM/ { inside = "enum" }
		/^\t/ && inside == "member" { print "member " outer "." $1 }
		/^\t/ && inside == "enum" { print "enum " $1 }
	' "$work/btf" | tr -d "'" >"$work/found"
fi
awk '{ print "symbol " $2 }' "$kdir/Module.symvers" >>"$work/found" || exit
sed -nE 's,^#define (\w+).*,macro linux/btf.h \1,p' \
	"${common:-$kdir}/include/linux/btf.h" >>"$work/found" || exit

# The kernel has $1, a kind and a name.
has() {
	case $1 in
	"file "*) [ -e "$kdir/${1#file }" ] ;;
	*) grep -qxF "$1" "$work/found" ;;
	esac
}

# The rows of the page: since when, and what to look for, a line for each of the latter.
rows() {
	sed -n '/^<!-- versions begin/,/^<!-- versions end/p' docs/versions.md | awk -F ' *[|] *' '
		/^[|]/ && $3 != "Since" && $3 !~ /^---/ {
			n = split($4, parts, "`")
			if (NF != 6 || n < 3)
				print "no row: " $0
			for (i = 2; i < n; i += 2)
				print $3 "\t" parts[i]
		}'
}

# Whether a row says that the release has it: yes, no, or unknown where the page does
# not look.
said() {
	local first=${1%% to *} last=${1##* to }

	if [ "$1" = never ]; then
		echo no
	elif at_most "$first" "$release" &&
		{ [ "$first" = "$last" ] || at_most "$release" "$last"; }; then
		echo yes
	elif { [ "$first" = 6.12 ] && at_most "$release" 6.11; } ||
		{ [ "$first" = 6.16 ] && at_most 6.13 "$release" && at_most "$release" 6.15; }; then
		echo unknown
	else
		echo no
	fi
}

# The kernel has what is looked for, if and only if the row says so.
row_holds() {
	local since=$1 what=$2

	case $(said "$since") in
	yes)
		has "$what" || {
			echo "$release has no $what; the page says: $since"
			return 1
		}
		;;
	no)
		! has "$what" || {
			echo "$release has $what; the page says: $since"
			return 1
		}
		;;
	esac
}

# The rows that this kernel can be asked about.
checked() {
	local since what

	rows | while IFS=$'\t' read -r since what; do
		if [[ $what =~ ^([A-Z0-9_]+):\ (.*) ]]; then
			configured "${BASH_REMATCH[1]}" || continue
			what=${BASH_REMATCH[2]}
		fi
		if [[ $what =~ ^($kinds)\  ]] && [ "$(said "$since")" != unknown ]; then
			printf '%s\t%s\n' "$since" "$what"
		fi
	done
}

# Names of kinds and releases that nobody reads would be rows that nobody checks.
rows_are_understood() {
	local since='(6\.1[26789]|7\.[0-3])' what='([A-Z0-9_]+: )?(symbol|func|member|enum) \w[\w.]*'

	what="$what|macro linux/btf\.h \w+|file [\w./-]+"
	! rows | grep -vP "^(never|$since( to $since)?)\t(source|$what)$"
}

# A name that is wrong would hold in every row that says no: what is never exported is
# a function all the same.
never_is_there() {
	local since what

	checked | while IFS=$'\t' read -r since what; do
		[ "$since" = never ] || continue
		has "func ${what#symbol }" || {
			echo "no function ${what#symbol } in $release"
			return 1
		}
	done
}

# The teeth: with what each row says turned into its opposite, no row holds.
opposites_are_refused() {
	local since what count=0

	while IFS=$'\t' read -r since what; do
		case $(said "$since") in
		yes) since=never ;;
		no) since=$release ;;
		esac
		if row_holds "$since" "$what" >/dev/null; then
			echo "holds in $release, whatever the row says: $what"
			return 1
		fi
		count=$((count + 1))
	done < <(checked)
	[ "$count" -ge 10 ]
}

no_tables() {
	[ -e "$kdir/vmlinux" ] && ! has "func bpf_struct_ops_link_create"
}

check "each row is understood" rows_are_understood
if ! configured BPF_JIT; then
	check "without CONFIG_BPF_JIT=y there are no tables" no_tables
	tap_end
	exit
fi
while IFS=$'\t' read -r since what; do
	check "$since: $what" row_holds "$since" "$what"
done < <(checked)
check "no row holds that says the opposite" opposites_are_refused
# Not before the last release: what is never exported can be new.
! at_most 7.3 "$release" || check "what is never exported is in the kernel" never_is_there
tap_end
