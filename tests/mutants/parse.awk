# SPDX-License-Identifier: GPL-2.0-only
#
# Reads a list of mutants (README.md has the format). Makes dir=/ID for each, with the edit
# for tests/host/edit.awk and with a file for each thing that is said of it, and prints its
# ID: list=, a slash and its name.

function fail(why) {
	print FILENAME ":" FNR ": " why >"/dev/stderr"
	failed = 1
	exit 1
}

function end_mutant() {
	if (name == "")
		return
	if (!changes)
		fail("nothing is changed by " name)
	if (tests == "")
		fail("no test might notice " name)
	print tests >(at "/tests")
	close(at "/edit")
	close(at "/tests")
	name = ""
}

/^#/ || /^$/ { next }

/^== [a-z0-9-]+$/ {
	end_mutant()
	name = $2
	if (name in seen)
		fail(name " is there twice")
	seen[name] = 1
	at = dir "/" list "/" name
	system("mkdir -p '" at "'")
	of = ""
	tests = default_tests
	changes = 0
	print list "/" name
	next
}

/^--- / {
	if (name == "")
		file = $2
	else
		print "--- " (of = $2) >(at "/edit")
	next
}

/^tests: / {
	sub(/^tests: /, "")
	tests = $0
	if (name == "")
		default_tests = tests
	next
}

name != "" && /^(by|equivalent|open|races|models|since|forgotten): / {
	key = $1
	sub(/^[a-z]+: /, "")
	sub(/:$/, "", key)
	key = key (key == "forgotten" ? ".names" : "")
	print >(at "/" key)
	close(at "/" key)
	next
}

name != "" && /^(@@|[-+ ])/ {
	if (of == "")
		print "--- " (of = file) >(at "/edit")
	print >(at "/edit")
	changes += /^[-+]/
	next
}

{ fail("what is this? " $0) }

END {
	if (!failed)
		end_mutant()
}
