# SPDX-License-Identifier: GPL-2.0-only
#
# Prints the helpers that docs/ops.md names in its table, one a line: "NAME any", or
# "NAME awake" where its row is for programs that may not sleep.
#
# Usage: awk -f helpers.awk ops.md

/^<!-- helpers end/ {
	inside = 0
}

inside && /^\| / {
	split($0, column, " *[|] *")
	who = column[2] ~ /may not sleep/ ? "awake" : "any"
	n = split(column[3], word, "`")
	for (i = 2; i <= n; i += 2)
		print word[i], who
}

/^<!-- helpers begin/ {
	inside = 1
}
