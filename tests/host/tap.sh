# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# The tests written in shell share this: 'check NAME COMMAND...' is one test, in
# TAP; it shows the output of a command that failed. Other scripts count tests:
# between parts_begin and parts_end each 'part NAME COMMAND...' prints TAP.

tap_count=0
tap_failed=0

check() {
	local name=$1 out

	shift
	tap_count=$((tap_count + 1))
	if out=$("$@" 2>&1); then
		echo "ok $tap_count - $name"
	else
		echo "not ok $tap_count - $name"
		printf '%s\n' "$out" | sed 's/^/# /'
		tap_failed=1
	fi
}

# The command ends with STATUS and prints TEXT somewhere.
# Usage: ends_with STATUS TEXT COMMAND...
ends_with() {
	local status=$1 text=$2 out ended=0

	shift 2
	out=$("$@" 2>&1) || ended=$?
	if [ "$ended" -ne "$status" ]; then
		printf 'expected status %s, got %s:\n%s\n' "$status" "$ended" "$out"
		return 1
	fi
	case $out in
	*"$text"*) ;;
	*)
		printf "expected '%s' in:\n%s\n" "$text" "$out"
		return 1
		;;
	esac
}

# The last line of a test script: its exit status is the script's.
tap_end() {
	echo "1..$tap_count"
	return "$tap_failed"
}

parts_begin() {
	tap_parts=$(mktemp -d)
	trap 'rm -rf "$tap_parts"' EXIT
}

# A part that ends badly without naming a failure is one of its own, and so is one that
# ran no test. Where tap_held is
# set, what the part says is shown when it ends, all at once: others run meanwhile.
part() {
	local name=$1 said=$tap_parts/$1 ended=0 started=$SECONDS

	shift
	if [ -n "${tap_held:-}" ]; then
		"$@" >"$said" 2>&1 || ended=$?
		cat "$said"
	else
		"$@" 2>&1 | tee "$said" || ended=$?
	fi
	if [ "$ended" -ne 0 ] && ! grep -q '^not ok' "$said"; then
		echo "not ok - $name ended with $ended" | tee -a "$said"
	elif ! grep -qE '^(not )?ok' "$said"; then
		echo "not ok - $name ran no test" | tee -a "$said"
	fi
	echo "$name: $((SECONDS - started)) s" >>"$tap_parts/.times"
}

# Whoever is ended by a signal ends what runs in the background as well, such as guests:
# bash has that ignore an interrupt.
end_all_on_signals() {
	trap 'trap "" TERM; kill 0; exit 130' INT
	trap 'trap "" TERM; kill 0; exit 143' TERM
}

# Counts the tests in the TAP file $1: sets passed, failed and skipped.
# shellcheck disable=SC2034 # its callers use them
count_tap() {
	skipped=$(grep -cE '^ok .*# SKIP' "$1")
	passed=$(($(grep -c '^ok ' "$1") - skipped))
	failed=$(grep -c '^not ok' "$1")
}

# Ends with one line that counts them all; returns 1 if any failed or none ran.
parts_end() {
	cat "$tap_parts"/* >"$tap_parts/.all"
	count_tap "$tap_parts/.all"
	[ "$failed" -eq 0 ] || grep '^not ok' "$tap_parts/.all"
	paste -sd ' ' "$tap_parts/.times" | sed 's/^/# /; s/ s / s, /g'
	echo "$passed passed, $failed failed, $skipped skipped"
	[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
}
