#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Tests the lab itself: its exit statuses, and that it sees what goes wrong in the guest.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
. tests/host/tap.sh

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Each boot keeps logs of its own, so that they can run side by side.
boot() {
	local name=$1

	shift
	mkdir -p "build/lab/$name"
	LAB_LOGS=build/lab/$name "$@" >"$work/$name.out" 2>&1
	echo $? >"$work/$name.status"
}

booted() {
	cat "$work/$1.out"
	return "$(cat "$work/$1.status")"
}

# Times, ids and tags of programs differ from run to run.
same_but_for_numbers() {
	sed -E -e 's/^\[ *[0-9.]+\]/[time]/' -e 's/^# kill -INT .*/# kill/' \
		-e 's/^[0-9]+: /ID: /' -e 's/(link|prog|id|remove) [0-9]+/\1 ID/g' \
		-e 's/tag [0-9a-f]+/tag/' "$1"
}

# The block of the page $2 between the marks of $1 is what it printed.
page_shows() {
	sed -n "/^<!-- $1 begin/,/^<!-- $1 end/p" "$2" |
		sed -e '/^<!--/d' -e '/^```/d' >"$work/shown"
	sed -n '/^== /,$p' "$work/$1.out" | grep -v '^lab: ' >"$work/printed"
	diff <(same_but_for_numbers "$work/shown") \
		<(same_but_for_numbers "$work/printed")
}

# At most 60 s, until that command succeeds.
comes_to_be() {
	for _ in $(seq 600); do
		! "$@" || return 0
		sleep 0.1
	done
	return 1
}

# Plays a user at the prompt of make shell, who types when all is there.
shell_session() {
	local session=$work/session ended=0

	mkfifo "$session.typed"
	timeout --foreground 300 make --no-print-directory shell \
		<"$session.typed" >"$session" 2>&1 &
	exec 5>"$session.typed"
	comes_to_be grep -q 'The module is loaded' "$session"
	printf '%s\n' 'loader --once' exit >&5
	wait $! || ended=$?
	cat "$session"
	return "$ended"
}

# Plays a user, by a false id, with all programs except newuidmap, and without a tree.
user_without_newuidmap() {
	local bin=$work/bin

	mkdir "$bin"
	ln -s /usr/bin/* "$bin/"
	rm -f "$bin/newuidmap" "$bin/id"
	printf '%s\n' '#!/bin/sh' 'echo 1000' >"$bin/id"
	chmod +x "$bin/id"
	PATH=$bin LAB_CACHE=$work/cache scripts/lab tree
}

# Runs $2 with the lock of a tree in $work, which it changes if $1 is "alone".
with_tree() (
	cache=$work tree=$work/tree
	# shellcheck source=scripts/lab.d/tree.sh
	. scripts/lab.d/tree.sh
	lock_tree -s
	if [ "$1" = alone ]; then
		alone_unless false eval "$2"
	else
		eval "$2"
	fi
)

# Waits until $1 is in the file of events.
happens() {
	comes_to_be grep -q "$1" "$work/events"
}

# Somebody has the place in the queue for the tree in $work.
somebody_queues() {
	! flock -n "$work/queue" true
}

# The second of two users comes after one who wants to change the tree.
# shellcheck disable=SC2016 # expanded by eval
who_changes_the_tree_is_not_overtaken() {
	: >"$work/events"
	with_tree shared 'echo first >>"$work/events"; happens waits; sleep 1' &
	happens first
	with_tree alone 'echo changed >>"$work/events"' 2>>"$work/events" &
	happens waiting
	comes_to_be somebody_queues
	echo waits >>"$work/events"
	with_tree shared 'echo second >>"$work/events"'
	wait
	cat "$work/events"
	[ "$(tail -n 2 "$work/events" | paste -s)" = "changed	second" ]
}

warns='echo "<4>[ cut here ]" >/dev/kmsg; echo fine'
panics='echo fine; echo c >/proc/sysrq-trigger; sleep 60'

boot status scripts/lab run sh -c 'echo fine; exit 7' &
boot warning scripts/lab run sh -c "$warns" &
wait
boot panic scripts/lab run sh -c "$panics" &
LAB_TIMEOUT=3 boot hang scripts/lab run sleep 1000 &
boot shell shell_session &
boot demo scripts/lab run demo &
boot demo-opsctl scripts/lab run demo-opsctl
wait

check "the command's output and exit status come back" \
	ends_with 7 "fine" booted status
check "a complaint of the kernel fails a command that passed" \
	ends_with 125 "the kernel complained" booted warning
check "a guest that dies is reported with its last lines" \
	ends_with 125 "Kernel panic - not syncing" booted panic
check "a command that hangs is stopped" \
	ends_with 124 "hung for 3 s" booted hang
check "make shell gives a shell with the module loaded" \
	ends_with 0 "test_3(\"hello from the loader\", 21) = 21" booted shell
check "the README shows what the demo prints" page_shows demo README.md
check "docs/opsctl.md shows what opsctl's demo prints" page_shows demo-opsctl docs/opsctl.md
check "opsctl's demo passes" ends_with 0 "" booted demo-opsctl
check "who changes the tree is not overtaken by those who use it" \
	who_changes_the_tree_is_not_overtaken
check "an unknown command is bad usage" ends_with 1 "Usage: " scripts/lab nonsense
check "without newuidmap a user is told which package has it" \
	ends_with 2 "apt install uidmap" user_without_newuidmap
tap_end
