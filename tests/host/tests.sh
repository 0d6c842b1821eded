#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The tests of the guest: each is found by its name, and no twin says too much.
#
# Usage: tests.sh BUILD KDIR   (inside the lab's tree)
# shellcheck disable=SC2153 # NAME comes from project.sh
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
. tests/host/built.sh

an_unknown_test_is_refused() {
	ends_with 2 "test: there is no 'bogus'; there are:" \
		make_here test TEST="attach bogus" || return
	make_here test TEST="attach bogus" >"$work/said" 2>&1
	! grep -E '.{81}' "$work/said" &&
		diff <(sed -n 's/^  //p' "$work/said" | tr ' ' '\n' | sort) <(guest_tests)
}

# A race that is only in its program would never be run for long.
long_runs_have_every_race() {
	strings -a "$build"/tests/races/test_{pairs,named_pairs,gates,hotplug,stopped} |
		grep -xE '((named|gates)-)?[a-z]+-(attach|detach|swap|trigger|read|go|rmmod)' |
		sort -u >"$work/races"
	[ "$(wc -l <"$work/races")" -ge 64 ] &&
		diff "$work/races" <(scripts/test-long --list | grep -e - | sort)
}

twins_differ_in_one_statement() {
	awk -f tests/host/twins.awk tests/programs/refused.bpf.c tests/guest/test_refused.c \
		>"$work/twins" || return
	cat "$work/twins"
	[ "$(wc -l <"$work/twins")" -eq 1 ] && grep -qE '^[4-9][0-9] pairs$' "$work/twins" || return
	[ "$(awk -f tests/host/twins.awk tests/programs/permit.bpf.c tests/guest/test_permit.c |
		tee /dev/stderr)" = "12 pairs" ] || return
	[ "$(awk -f tests/host/twins.awk tests/programs/named.bpf.c tests/guest/test_named.c |
		tee /dev/stderr)" = "9 pairs" ] || return
	for programs in tests/programs/holes.bpf.c user/opsctl/doctor/holes.bpf.c; do
		[ "$(awk -f tests/host/twins.awk "$programs" | tee /dev/stderr)" = "5 pairs" ] || return
	done
}

check "twins of refused programs differ in one statement" twins_differ_in_one_statement
check "a test that is not there is refused, with the names of all" \
	an_unknown_test_is_refused
check "make test-long has every race of its programs" long_runs_have_every_race
tap_end
