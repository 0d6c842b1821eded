#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# opsctl's completion for bash. What 'opsctl complete' prints
# of tables, test_opsctl looks at in the guest: here are programs that print such lines.
#
# Usage: completion.sh BUILD KDIR   (inside the lab's tree)
set -uo pipefail
cd "$(dirname "$0")/../../.." || exit 1
. tests/host/built.sh

opsctl=$build/opsctl
completion=$PWD/user/opsctl/opsctl.bash

# Prints what completion offers for the last of the words; $work/$1 has the opsctl.
# The shell stands in an empty directory.
offered() {
	local bin=$work/$1

	shift
	# shellcheck disable=SC2016 # expanded by the inner shell
	(cd "$work/empty" && PATH=$bin:/usr/bin:/bin bash --norc -uc '
		. "$0"
		command_not_found_handle() { touch searched; }
		COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMP_LINE=$*
		COMP_LINE=${COMP_LINE// = /=} COMP_POINT=${#COMP_LINE}
		_opsctl && printf "%s\n" ${COMPREPLY+"${COMPREPLY[@]}"}
	' "$completion" "$@" 2>&1)
}

offers() {
	local expected=$1 out

	shift
	out=$(offered "$@" | paste -sd ' ')
	if [ "$out" != "$expected" ]; then
		printf "expected '%s', got '%s' for: %s\n" "$expected" "$out" "$*"
		return 1
	fi
}

commands() {
	"$opsctl" help | sed -n '/^Commands:/,/^$/s/^  \([a-z][a-z]*\)\( .*\)*$/\1/p'
}

offers_commands() {
	local name

	for name in $(commands); do
		offers "$name" bin opsctl "$name" || return
		offers "$name" none opsctl -j "$name" || return
		offers "$name" none opsctl help "$name" || return
	done
	[ "$(commands | wc -l)" -ge 12 ] &&
		[ "$(offered none opsctl "" | wc -l)" -eq "$(commands | wc -l)" ]
}

# They are those that its help names.
offers_options() {
	local name count=0

	for name in $(commands); do
		count=$((count + 1))
		offers "$("$opsctl" "$name" --help |
			sed -n 's/^  \(-[a-z], \)\{0,1\}\(--[a-z-]*\) .*/\2/p' | paste -sd ' ')" \
			none opsctl "$name" x.o y.o -- || return
	done
	[ "$count" -ge 12 ]
}

# One name is hostile; what opsctl leaves out is missing here too.
# shellcheck disable=SC2016 # as it is
nasty='a $(touch x) `touch y` "q" '\''r'\'' \ ;z'

offers_tables() {
	offers "12 plain 13 $(printf %q "$nasty") 14 k=v:w\\ x" bin opsctl dump "" || return
	offers "plain" bin opsctl -j dump pl || return
	offers "v:w\\ x" bin opsctl dump k = v || return
	offers "k=v:w x" bin opsctl dump "'k=" || return
	offers "--yes --help" bin opsctl remove 12 - || return
	offers "12 plain" bin opsctl remove "" && offers "--yes" bin opsctl remove 12 ""
}

# What is offered is the name, once a shell has read it as the user's line.
quotes_names() {
	local name typed

	# shellcheck disable=SC2016 # as it is typed
	for typed in a 'a\ ' 'a\ \$(tou'; do
		name=
		cd "$work/empty" && eval "name=$(offered bin opsctl dump "$typed")"
		cd "$OLDPWD" || return
		if [ "$name" != "$nasty" ]; then
			printf 'got: %s\n' "$name"
			return 1
		fi
	done
	! find "$work/empty" -mindepth 1 | grep .
}

offers_links() {
	offers "501 plain 502" bin opsctl detach "" && offers "501 502" bin opsctl swap 50
}

offers_types() {
	offers "second_ops" bin opsctl types sec && offers "second_ops" bin opsctl new sec
}

is_silent() {
	offers "" none opsctl dump "" && offers "" none opsctl types "" &&
		offers "" refuses opsctl detach "" &&
		offers "" broken opsctl dump "" &&
		! find "$work/empty" -mindepth 1 | grep .
}

# Programs called opsctl: one that answers, one that is not root, one that fails in
# the midst of its answer.
mkdir "$work/empty" "$work/bin" "$work/refuses" "$work/broken"
printf '%s\n' 12 plain 13 "$nasty" 14 'k=v:w x' >"$work/bin/tables"
printf '%s\n' 12 plain >"$work/bin/attached"
printf '%s\n' 501 plain 502 >"$work/bin/links"
printf '%s\n' first_ops second_ops >"$work/bin/types"
# shellcheck disable=SC2016 # expanded when it runs
printf '%s\n' '#!/bin/sh' '[ "$1" = complete ] && cat "${0%/*}/$2"' >"$work/bin/opsctl"
printf '%s\n' '#!/bin/sh' 'echo "Error: not permitted" >&2' 'exit 2' >"$work/refuses/opsctl"
printf '%s\n' '#!/bin/sh' 'echo 12' 'exit 1' >"$work/broken/opsctl"
chmod +x "$work"/*/opsctl

check "completion offers every command" offers_commands
check "completion offers the options of every command" offers_options
check "completion offers the ids and names of tables" offers_tables
check "completion quotes a table's name and evaluates none" quotes_names
check "completion offers the ids of links, and names" offers_links
check "completion offers the names of types" offers_types
check "completion is silent where opsctl is missing or fails" is_silent
tap_end
