#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Checks that 'make bench' counts the same instructions in two boots, and that its
# table and pictures show them.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
. tests/host/tap.sh

work=build/bench/test
rm -rf "$work"
mkdir -p "$work"

# The test of the bench, where instructions are counted, and one more run.
boot() {
	mkdir -p "$work/$1"
	LAB_ACCEL=icount LAB_LOGS=$work/$1 scripts/lab run sh -c \
		'BENCH_COUNTS=1 ./run bench && ./run-bench --quick' >"$work/$1.out" 2>&1
	echo $? >"$work/$1.status"
	grep '^{' "$work/$1.out" >"$work/$1.json"
}

counts_are_plausible() {
	grep -vE '^(\{|TAP|1\.\.)' "$work/first.out" | sed 's/^ok/passed/'
	[ "$(cat "$work/first.status")" = 0 ]
}

# None of these waits, and none is a time.
counts_of() {
	grep -oE '\{"group":"(write|call|model)"[^}]*\}|\{"bytes"[^}]*\}' "$work/$1.json" |
		tr -d '{}'
}

counts_repeat() {
	counts_of first >"$work/first.counts"
	counts_of second >"$work/second.counts"
	[ "$(wc -l <"$work/first.counts")" -ge 54 ] &&
		diff "$work/first.counts" "$work/second.counts"
}

report() {
	scripts/lab exec bench/report "$@"
}

table_shows_changes() {
	local three

	three=$(sed 's/.*"key":"three",[^}]*"value":\([0-9]*\).*/\1/' "$work/first.json")
	sed 's/\("key":"three",[^}]*"value":\)[0-9]*/\11000/' "$work/first.json" \
		>"$work/base.json"
	ends_with 0 "  ... three                                 $three          +$((three - 1000))" \
		report "$work/first.json" "$work/base.json"
}

other_units_are_refused() {
	sed 's/"unit":"instructions"/"unit":"ns"/' "$work/first.json" >"$work/base.json"
	ends_with 5 "the earlier run is in ns, this one in instructions" \
		report "$work/first.json" "$work/base.json"
}

pictures_are_drawn() {
	report "$work/first.json" >/dev/null || return
	grep -F "the trigger, nothing attached" "$work/write.svg" &&
		grep -F "with a kprobe" "$work/call.svg" &&
		grep -F "three programs that do nothing" "$work/size.svg"
}

scripts/lab add gnuplot-nox jq
boot first
boot second
check "instructions are counted, and the counts are plausible" counts_are_plausible
check "in another boot each count is the same" counts_repeat
check "the table shows what has changed since another run" table_shows_changes
check "a run in another unit is nothing to compare with" other_units_are_refused
check "the pictures are drawn" pictures_are_drawn
tap_end
