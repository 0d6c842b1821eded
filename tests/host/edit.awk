# SPDX-License-Identifier: GPL-2.0-only
#
# Applies an edit of docs/your-own.md to the project in dir=: '--- FILE' begins a file, and
# '@@' a place in it, whose lines begin with ' ', '-' or '+' as in a diff. The lines before
# the edit must be in the file once. With leave_out= the files that begin so are left alone.

function apply(   path, line, text, at, rest) {
	if (file == "" || (old == "" && new == ""))
		return
	if (leave_out != "" && index(file, leave_out) == 1) {
		old = new = ""
		return
	}
	path = dir "/" file
	text = ""
	while ((getline line <path) > 0)
		text = text line "\n"
	close(path)
	if (old == "" && text != "")
		fail("it is there already")
	at = old == "" ? 1 : index(text, old)
	rest = substr(text, at + length(old))
	if (!at)
		fail("these lines are not there:\n" old)
	if (old != "" && index(rest, old))
		fail("these lines are there twice:\n" old)
	printf "%s", substr(text, 1, at - 1) new rest >path
	close(path)
	old = new = ""
}

function fail(why) {
	print file ": " why >"/dev/stderr"
	failed = 1
	exit 1
}

/^--- / { apply(); file = $2; next }
/^@@/ { apply(); next }
/^-/ { old = old substr($0, 2) "\n"; next }
/^\+/ { new = new substr($0, 2) "\n"; next }
{ old = old substr($0, 2) "\n"; new = new substr($0, 2) "\n" }
END { if (!failed) apply() }
