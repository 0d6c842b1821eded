# SPDX-License-Identifier: GPL-2.0-only
#
# Prints what ftrace recorded with the steps of docs/inside.md, and compares the two.
# Ends with 1, after lines that begin with !!, if they differ.
#
# Variables: parts    the numbers of the parts that were recorded, in one string
#            kernel   6.12 or 7.x, as in the page's column "seen in"
#            strict   1 where that column holds; 0 on other architectures and
#                     kernels, where only the order matters
# Files: the functions that can be traced, the steps, the trace (function_graph, with
#        funcgraph-proc)

# What is not part of the function's own name.
function base(name) {
	sub(/\.(isra|constprop|part)\..*/, "", name)
	return name
}

function wrong(text) {
	printf "!! %s\n", text
	failed = 1
}

FILENAME != file {
	file = FILENAME
	files++
}

files == 1 {
	traceable[base($1)] = 1
	next
}

files == 2 {
	split($0, field, "\t")
	part = field[2]
	if (index(" " parts " ", " " part " ") == 0)
		next
	if (field[1] == "part") {
		title[part] = field[3]
		order[++nr_parts] = part
		next
	}
	step = field[3] + 0
	name[step] = field[4]
	source[step] = field[5]
	seen_in[step] = field[6]
	if (!first[part])
		first[part] = step
	if (!rooted[part] && traceable[field[4]]) {
		rooted[part] = 1
		root[field[4]] = part
	}
	last[part] = step
	number[part, field[4]] = step
	next
}

# What a program printed, after the call that the task was in.
/^[^|]*\| +\/\* bpf_trace_printk: / {
	task = $0
	sub(/ *\|.*/, "", task)
	sub(/.*bpf_trace_printk: /, "")
	sub(/ *\*\/$/, "")
	said[tree[task], latest[task]] = said[tree[task], latest[task]] $0 "\n"
	next
}

# "  opsctl-163   |   bpf_check() {"
/^[^|]*\| +[A-Za-z_].*\(\)( \{|;)/ {
	task = $0
	sub(/ *\|.*/, "", task)
	call = $0
	sub(/^[^|]*\| /, "", call)
	match(call, /^ */)
	depth = RLENGTH / 2
	sub(/^ */, "", call)
	of_module = call ~ / \[/
	sub(/[ (].*/, "", call)
	call = base(call)

	if (depth == 0) {
		tree[task] = ++nr_trees
		tree_part[nr_trees] = root[call]
	}
	id = tree[task]
	if (of_module || call ~ /struct_ops/)
		struct_ops[id] = 1
	step = id ? number[tree_part[id], call] : ""
	if (!step)
		next
	latest[task] = step
	trees[++nr_calls] = id
	steps[nr_calls] = step
	depths[nr_calls] = depth
}

# One call tree after the other: in each, steps begin in the order of their numbers.
function compare(    i, id, step) {
	for (i = 1; i <= nr_calls; i++) {
		id = trees[i]
		step = steps[i]
		if (!struct_ops[id])
			continue
		# Deeper or less deep it is another caller's: printk() takes SRCU, too.
		if (!count[step])
			indent[step] = depths[i]
		if (depths[i] == indent[step])
			count[step]++
		if (begun[id, step]++)
			continue
		if (step < newest[id])
			wrong(sprintf("step %d, %s, came after step %d, %s", step,
				name[step], newest[id], name[newest[id]]))
		else
			newest[id] = step
		notes[step] = notes[step] said[id, step]
	}
}

# Whether the page is right about a step.
function judge(step,    expected) {
	if (!strict)
		return
	expected = seen_in[step] == "both" || seen_in[step] == kernel
	if (expected && !count[step] && traceable[name[step]])
		wrong(sprintf("step %d, %s, was not called", step, name[step]))
	else if (expected && !count[step])
		wrong(sprintf("step %d, %s: the kernel has no such function, or inlined it",
			step, name[step]))
	else if (!expected && count[step])
		wrong(sprintf("step %d, %s, was called: not as the page says", step,
			name[step]))
	else if (seen_in[step] == "-" && traceable[name[step]])
		wrong(sprintf("step %d, %s, can be traced: not as the page says", step,
			name[step]))
}

# The busybox's awk has no "%*s".
function spaces(n) {
	return substr("                                ", 1, n)
}

function show(step,    where, often, lines, i, n) {
	where = source[step]
	if (length(where) > 20 && match(where, /[^\/]*\/[^\/]*$/))
		where = substr(where, RSTART)
	often = (count[step] > 1) ? "x" count[step] : ""
	printf "%4d  %-47s%4s  %s\n", step, spaces(2 * indent[step]) name[step], often, where
	n = split(notes[step], lines, "\n")
	for (i = 1; i < n; i++)
		printf "      %s\"%.40s\", the program prints\n",
			spaces(2 * indent[step] + 2), lines[i]
}

# Why a step has no line of its own.
function reason(step) {
	if (seen_in[step] == "-")
		return "cannot be traced"
	return (seen_in[step] == kernel || seen_in[step] == "both") ? "not seen" : \
		"seen in " seen_in[step] " only"
}

# Those of a part that have the same reason, in lines of 80 columns.
function show_left_out(part, why,    step, text, word) {
	for (step = first[part]; step <= last[part]; step++) {
		if (count[step] || reason(step) != why)
			continue
		word = step " " name[step]
		if (!text)
			text = "      " why ":"
		else
			text = text ","
		if (length(text) + length(word) > 78) {
			print text
			text = "       "
		}
		text = text " " word
	}
	if (text)
		print text
}

END {
	compare()
	for (i = 1; i <= nr_parts; i++) {
		part = order[i]
		printf "\n== %s. %s\n", part, title[part]
		any = 0
		for (step = first[part]; step <= last[part]; step++) {
			if (count[step]) {
				show(step)
				any = 1
			}
			judge(step)
		}
		show_left_out(part, "cannot be traced")
		show_left_out(part, "seen in 6.12 only")
		show_left_out(part, "seen in 7.x only")
		show_left_out(part, "not seen")
		if (!any)
			wrong("nothing of part " part " was seen")
	}
	if (!nr_parts)
		wrong("the page has no parts " parts)
	exit failed
}
