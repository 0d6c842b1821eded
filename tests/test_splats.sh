#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What the lab takes for a complaint of the kernel, and what not.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
. tests/tap.sh

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

every_bad_line_is_found() {
	local line

	while IFS= read -r line; do
		echo "$line" >"$work/log"
		if scripts/splats "$work/log" >/dev/null; then
			echo "missed: $line"
			return 1
		fi
	done <tests/splats/bad
}

check "every sample of a splat is found" every_bad_line_is_found
check "a healthy log has none" scripts/splats tests/splats/good
tap_end
