# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Which modules the guest's tests load, and where each is built.

module_name=$(sed -n 's/^NAME := //p' project.mk)

# Prints the modules of the tests, each once.
# Usage: modules_of TEST...
modules_of() {
	local test

	for test; do
		case $test in
		kit | many) echo opsmod_kit ;;
		second) echo "$module_name opsmod_second" ;;
		permit) echo opsmod_second opsmod_permit ;;
		named | named_pairs) echo scribe ;;
		chain | turnstile | gates) echo turnstile ;;
		*) echo "$module_name" ;;
		esac
	done | tr ' ' '\n' | sort -u
}

# Prints the directory below trees/ in which the module is built.
tree_of() {
	case $1 in
	"$module_name") echo demo ;;
	opsmod_kit) echo kit ;;
	opsmod_second | opsmod_permit) echo second ;;
	*) echo "$1" ;;
	esac
}
