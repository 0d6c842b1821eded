# SPDX-License-Identifier: GPL-2.0-only
#
# Takes the parts and the steps from docs/inside.md, with tabs between the fields.

/^## [0-9]+\. / {
	part = $2 + 0
	sub(/^## [0-9]+\. /, "")
	gsub(/`/, "")
	print "part\t" part "\t" $0
}

/^\| [0-9]+ \| `/ {
	split($0, cell, " *[|] *")
	gsub(/`/, "", cell[3])
	print "step\t" part "\t" cell[2] "\t" cell[3] "\t" cell[4] "\t" cell[5]
}
