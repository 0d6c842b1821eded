# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What the tests of a build share: where it is, and a directory for their own work.
# The script that sources this was called with BUILD KDIR.
. tests/host/tap.sh

build=$1
# shellcheck disable=SC2034 # not all of them need it
kdir=$2
# shellcheck source=/dev/null
. "$build/project.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

make_here() {
	make --no-print-directory BUILD="$work/build" "$@"
}

# The names that TEST= takes.
guest_tests() {
	find "$build/guest" -name 'test_*' -printf '%f\n' | sed 's/^test_//' | sort
}
