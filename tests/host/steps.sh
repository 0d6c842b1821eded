# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# The steps of docs/your-own.md, for the tests that apply them.

# shellcheck disable=SC2034 # the tests that source this use it
steps=$(sed -n 's/^<!-- step \([0-9]*\): \(edit\|run\) -->$/\1/p' docs/your-own.md)

# Prints the block of the page that follows the mark $2 of step $1.
block_of() {
	awk -v mark="<!-- step $1: $2 -->" '
		/^<!-- step / { here = $0 == mark; next }
		here && /^```/ { if (fenced) exit; fenced = 1; next }
		here && fenced { print; next }
		here && /^    / { print substr($0, 5); any = 1; next }
		here && any { exit }' docs/your-own.md
}

# Applies step $1 to the project in $2, without the files that begin with $3.
apply_step() {
	local edit run

	edit=$(block_of "$1" edit)
	run=$(block_of "$1" run)
	if [ -n "$run" ]; then
		(cd "$2" && sh -ec "$run")
	else
		[ -n "$edit" ] &&
			awk -v dir="$2" -v leave_out="${3:-}" -f tests/host/edit.awk <<<"$edit"
	fi
}
