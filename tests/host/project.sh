# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What a project of make new holds, for the tests that make one.

# Prints the files of the project in $1 that are its owner's.
own_files() {
	(cd "$1" && find . -type f ! -path './build/*' ! -path './.git/*' ! -name KIT \
		-printf '%P\n') | grep -vxFf <(sed -n 's/^[0-9a-f]\{64\}  //p' "$1/KIT")
}

kit_is_whole() {
	grep -q "^revision " "$1/KIT" &&
		(cd "$1" && sed -n '/^[0-9a-f]\{64\}  /p' KIT | sha256sum --check --quiet)
}

# Neither the owner's files nor any other of the project in $1 say a name of ours. The
# kit's own names are for its macros and functions, in C and Kbuild alone.
says_no_other_name() {
	local dir=$1 ours own

	ours=$(sed -n 's/^NAME := //p' project.mk)
	own=$(own_files "$dir")
	[ "$(wc -l <<<"$own")" -ge 16 ] || return
	! (cd "$dir" &&
		xargs grep -niE 'testmod|doorman|\bscribe|turnstile|opsctl|opsmod-|@[A-Z]+@' \
			/dev/null <<<"$own") || return
	! grep -rn "$ours" "$dir" --exclude-dir=build --exclude-dir=.git || return
	! (cd "$dir" && grep -v '^module/\|README\|Makefile' <<<"$own" |
		xargs grep -n 'opsmod_' /dev/null) || return
	kit_is_whole "$dir" && diff -r module/opsmod "$dir/module/opsmod"
}
