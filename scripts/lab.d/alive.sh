# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash

# Passes on what it reads. Where nothing comes for a while, says that $1 goes on.
alive() {
	local line='' part='' ended started=$SECONDS

	while :; do
		ended=0
		IFS= read -r -t 8 part || ended=$?
		line+=$part
		if [ "$ended" -gt 128 ]; then
			echo "lab: still $1 ($((SECONDS - started)) s)" >&2
			continue
		fi
		[ "$ended" -eq 0 ] || [ -n "$line" ] || break
		printf '%s\n' "$line"
		[ "$ended" -eq 0 ] || break
		line=
	done
}
