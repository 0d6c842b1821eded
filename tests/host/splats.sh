#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Checks which lines the lab takes for a complaint of the kernel, and which not.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
. tests/host/tap.sh

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

samples() {
	grep -v '^#' "tests/host/splats/$1"
}

patterns() {
	grep -v '^#' scripts/lab.d/splats.patterns
}

# Whether the log on standard input has a complaint.
complains() {
	cat >"$work/log"
	ends_with 1 "the kernel complained" scripts/lab.d/splats "$work/log"
}

every_bad_line_is_found() {
	local line

	while IFS= read -r line; do
		if ! complains <<<"$line"; then
			echo "missed: $line"
			return 1
		fi
	done < <(samples bad)
}

# Counts the samples that the patterns on standard input find.
found_with() {
	cat >"$work/splats.patterns"
	"$work/splats" tests/host/splats/bad | grep -c '^[0-9]*:'
}

# Without this pattern a sample is missed. Alternatives within a pattern are not tested.
every_pattern_is_needed() {
	local all count i unneeded=0

	cp scripts/lab.d/splats "$work/"
	all=$(samples bad | wc -l)
	count=$(patterns | wc -l)
	[ "$count" -gt 0 ] && [ "$(patterns | found_with)" -eq "$all" ] || return
	for ((i = 1; i <= count; i++)); do
		if [ "$(patterns | sed "${i}d" | found_with)" -eq "$all" ]; then
			echo "no sample needs: $(patterns | sed -n "${i}p")"
			unneeded=1
		fi
	done
	if patterns | grep -F '|'; then
		echo "give each alternative a line of its own"
		unneeded=1
	fi
	return "$unneeded"
}

only_test_faults_runs_out_of_memory() {
	scripts/lab.d/splats tests/host/splats/out-of-memory &&
		samples out-of-memory | sed 's/test_faults: /rmmod: /' | complains &&
		samples out-of-memory |
		sed 's/vmalloc error: .* failed/page allocation failure: order:4/' |
			complains
}

only_run_watched_judges_races() {
	local race

	race=$(samples bad | grep 'KCSAN: data-race') &&
		printf '%s\n' '[    9.000000] run-watched: begins' "$race" >"$work/judged" &&
		scripts/lab.d/splats "$work/judged" &&
		complains <<<"$race" &&
		sed 's/data-race in/assert: race in/' "$work/judged" | complains
}

# A task may have any name. The tree's locale is UTF-8.
bytes_that_are_no_text() {
	printf '[   12.345678] INFO: task \377:99 blocked for more than 120 seconds.\n' |
		LC_ALL=C.UTF-8 complains
}

without_a_kernels_line() {
	: >"$work/empty"
	ends_with 1 "no line of a kernel" scripts/lab.d/splats "$work/empty" &&
		ends_with 1 "no line of a kernel" scripts/lab.d/splats "$work/missing"
}

check "every sample of a splat is found" every_bad_line_is_found
check "every pattern is needed to find them" every_pattern_is_needed
check "a healthy log has none" scripts/lab.d/splats tests/host/splats/good
check "nobody but test_faults may run out of memory" only_test_faults_runs_out_of_memory
check "nobody but run-watched judges data races" only_run_watched_judges_races
check "bytes that are no text hide no splat" bytes_that_are_no_text
check "a log without a line of the kernel's is not healthy" without_a_kernels_line
tap_end
