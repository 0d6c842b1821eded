# SPDX-License-Identifier: GPL-2.0-only
#
# Compares each program that a test refuses with the one that it accepted before:
# they may differ in one statement, and in their names. Without a test, programs come
# in pairs. Ends with the number of pairs.
#
# Usage: awk -f twins.awk refused.bpf.c [test_refused.c]

# A program's statements, with its name left out, from SEC() to the closing brace.
function end_program(text) {
	match(text, /(BPF_PROG\(|ASM\(|int )[a-z_0-9]+[,()]/)
	name = substr(text, RSTART, RLENGTH)
	text = substr(text, 1, RSTART - 1) substr(text, RSTART + RLENGTH)
	sub(/^(BPF_PROG\(|ASM\(|int )/, "", name)
	sub(/.$/, "", name)
	program[name] = text
	in_order[++programs] = name
}

FNR == NR {
	if (/^SEC\("(struct_ops|\?(raw_tp|tp_btf|socket|syscall))/) {
		text = ""
		inside = 1
	}
	line = $0
	gsub(/^[ \t]+/, "", line)
	if (inside && line != "")
		text = text line (/[;{}]"?$/ ? "\n" : " ")
	if (inside && /^}/) {
		end_program(text)
		inside = 0
	}
	next
}

# Counts the statements of either that are left without their common begin and end.
function differing(a, b,    x, y, n, m, i, left) {
	n = split(program[a], x, "\n")
	m = split(program[b], y, "\n")
	for (i = 1; i <= n && i <= m && x[i] == y[i]; i++)
		;
	while (n >= i && m >= i && x[n] == y[m]) {
		n--
		m--
	}
	left = (n > m ? n : m) - i + 1
	return left
}

function compare(twin, name) {
	pairs++
	if (!(name in program) || !(twin in program))
		print "not found: " twin " or " name
	else if (differing(twin, name) != 1)
		print twin " and " name " differ in " differing(twin, name)
}

/^static void/ {
	twin = ""
}

{
	statement = statement " " $0
}

/;$/ {
	if (match(statement, /(accepts[a-z_]*\(|filters\(|refuses[a-z_]*\()[ \t]*"[a-z_0-9]+"/)) {
		split(substr(statement, RSTART, RLENGTH), word, "\"")
		name = word[2]
		sub(/^table_of_/, "", name)
		if (word[1] !~ /refuses/) {
			twin = name
		} else if (name != twin) {
			compare(twin, name)
		}
	}
	statement = ""
}

END {
	for (i = 2; ARGC == 2 && i <= programs; i += 2)
		compare(in_order[i - 1], in_order[i])
	print pairs " pairs"
}
