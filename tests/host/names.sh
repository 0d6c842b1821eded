#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# project.mk names the project, and nothing else does.
#
# Usage: names.sh BUILD KDIR   (inside the lab's tree)
# shellcheck disable=SC2153 # NAME comes from project.sh
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
. tests/host/built.sh

# A copy of the tree in which project.mk alone says another name, version and trigger.
renamed=$work/renamed

rename_project() {
	local file

	mkdir "$renamed"
	for file in *; do
		[ "$file" = build ] || cp -r "$file" "$renamed" || return
	done
	sed -i -e 's/^NAME := .*/NAME := other_module/' \
		-e 's/^VERSION := .*/VERSION := 12.34.56/' \
		-e 's,^TRIGGER := .*,TRIGGER := /proc/other_file,' "$renamed/project.mk"
	[ "$(diff project.mk "$renamed/project.mk" | grep -c '^>')" -eq 3 ] &&
		make --no-print-directory -C "$renamed" BUILD=build KDIR="$kdir" \
			DESTDIR="$renamed/root" PREFIX=/usr install "$renamed/build/project.sh"
}

a_module_of_that_name() {
	local ko=$renamed/build/$1.ko

	[ "$(modinfo -F name "$ko")" = "$1" ] &&
		[ "$(modinfo -F version "$ko")" = 12.34.56 ] &&
		strings -a "$ko" | grep -x "${2#/proc/}"
}

# Without root and the module, the loader says no more than this.
a_loader_for_that_name() {
	local loader=$renamed/root/usr/sbin/$1_loader

	ends_with 0 "module $1, " "$loader" --help &&
		ends_with 0 "what to write to $2" "$loader" --help &&
		ends_with 0 "loader 12.34.56, " "$loader" --version &&
		strings -a "$loader" | grep -x "/sys/module/$1"
}

project_mk_renames_all() {
	rename_project && a_module_of_that_name other_module /proc/other_file &&
		a_loader_for_that_name other_module /proc/other_file &&
		find "$renamed/root/lib/modules" -name 'other_module.ko*' | grep . &&
		grep -x NAME=other_module "$renamed/build/project.sh" &&
		grep -x TRIGGER=/proc/other_file "$renamed/build/project.sh" || return
	! find "$renamed/build" "$renamed/root" -name "$NAME*" ! -name "$NAME.h" | grep .
}

# Where the tree $1 says the name or the trigger's path. What only begins like the name
# is an identifier. It may stand where people read it: in the documents, in the kernel's
# lines of tests/host/splats, and in an #error, which shows its text as it stands.
says_the_name() {
	(cd "$1" && grep -rInP "(?<![a-z_])${NAME}(?!_|\.h\b)|\b${NAME}_loader|$TRIGGER" . \
		--exclude-dir={.git,build,root,docs,splats} --exclude='*.md' \
		--exclude=opsctl.8)
}

# Found where it was, it would be found elsewhere.
nothing_else_says_the_name() {
	[ "$(says_the_name . | grep -c '^\./project\.mk:')" -eq 2 ] || return
	! says_the_name "$renamed" | grep -v '^\./module/compat\.h:[0-9]*:#error '
}

check "what project.mk says is what the module and its tools are called" \
	project_mk_renames_all
check "... and nothing else says the old name" nothing_else_says_the_name
tap_end
