#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# opsctl's manual and help: the manual names all that there is,
# and the help of each command fits a terminal.
#
# Usage: manual.sh BUILD KDIR   (inside the lab's tree)
set -uo pipefail
cd "$(dirname "$0")/../../.." || exit 1
. tests/host/built.sh

opsctl=$build/opsctl

commands() {
	"$opsctl" help | sed -n '/^Commands:/,/^$/s/^  \([a-z][a-z]*\)\( .*\)*$/\1/p'
}

# Prints the options of all commands, but for --help.
command_options() {
	local command

	for command in $(commands); do
		"$opsctl" "$command" --help
	done | sed -n 's/^  \(-[a-z], \)\{0,1\}--\([a-z-]*\) .*/\2/p' | grep -vx help | sort -u
}

# Each line of the input, as the pattern $1 with the line for @, is in the manual.
manual_has() {
	local what count=0

	while IFS= read -r what; do
		count=$((count + 1))
		if ! grep -qE -e "${1//@/$what}" user/opsctl/opsctl.8; then
			echo "not in user/opsctl/opsctl.8: $what"
			return 1
		fi
	done
	[ "$count" -ge 5 ]
}

names_commands() {
	{ commands && echo complete; } | manual_has '^\.It Cm ([a-z]+ , )?@( |$)'
}

names_options() {
	"$opsctl" help | sed -n 's/^  -\([a-zA-Z]\), -\(-[a-z]*\) .*/\1 , \2/p' |
		manual_has '^\.It Fl @$' &&
		command_options | manual_has 'Fl -@( |$)'
}

# 'opsctl complete' takes these, and refuses other words.
names_what_can_be_completed() {
	local what said

	for what in tables attached links types; do
		grep -q "^\.It Cm complete .*$what" user/opsctl/opsctl.8 || return
		# That it fails is no fault where nothing is attached.
		said=$("$opsctl" complete "$what" 2>&1)
		[[ $said != *'complete takes'* ]] || return
	done
	ends_with 1 "complete takes" "$opsctl" complete nothing
}

names_fields() {
	find user/opsctl -name tests -prune -o -name '*.c' -exec cat {} + | tr -d ' \t\n' |
		grep -oE '(add_text|add_number|add_bool|json_object_object_add)\([a-z]+,"[a-z_]+"' |
		cut -d'"' -f2 | manual_has '^\.It Li ([a-z]+ , )?@( |$)'
}

# The first line of a command's help is its line in the whole help.
help_is_whole_and_fits() {
	local command count=0

	! "$opsctl" help | grep -E '.{81}' || return
	for command in $(commands); do
		count=$((count + 1))
		! "$opsctl" "$command" --help | grep -E '.{81}' || return
		"$opsctl" "$command" --help | sed -n '1s/^Usage: opsctl/ /p' |
			grep -xFf <("$opsctl" help) || return
		diff <("$opsctl" "$command" --help) <("$opsctl" help "$command") || return
	done
	[ "$count" -ge 12 ]
}

check "the manual names every command of opsctl" names_commands
check "the manual names every option of opsctl and of its commands" names_options
check "the manual names every word that complete takes" names_what_can_be_completed
check "the manual names every field of opsctl's JSON" names_fields
check "each command has a help, and it fits 80 columns" help_is_whole_and_fits
tap_end
