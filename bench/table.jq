# SPDX-License-Identifier: GPL-2.0-only
# The table of a run of bench. With --slurpfile base FILE also what has changed
# since that run.

def padded($width): . + (" " * ($width - length) // "");
def number: if . == null then "not possible here" else (. * 10 | round) / 10 | tostring end;
def line($what; $value; $more):
	($what | padded(44)) + ($value | padded(14)) + $more | sub(" +$"; "");

def titles: {
	write: "one write(2) to",
	call: "one call, inside the kernel, of",
	model: "one call through a model of the kit, with enter and exit",
	change: "to change the table, until it is done, in ns",
	tool: "with 100 tables on the machine, until it ends, in ns",
	steady: "with 2,000 processes and 500 maps, CPU time each second, in ns"
};

$ARGS.named.base[0] as $before
| if $before and $before.unit != .unit then
	error("the earlier run is in \($before.unit), this one in \(.unit)")
  else . end
| ($before.figures // [] | map({(.key): .value}) | add // {}) as $old
| def change:
	if $before == null then ""
	elif .value == null then ""
	elif $old[.key] == null then "new"
	else (.value - $old[.key]) as $d | if $d > 0 then "+" else "" end + ($d | number)
	end;
  line("Linux \(.kernel), \(.machine)"; .unit; if $before then "change" else "" end),
  (.figures as $all | titles | to_entries[] | . as $group
   | ($all | map(select(.group == $group.key))) | select(length > 0)
   | "", $group.value, (.[] | line("  " + .what; .value | number; change))),
  (if .writers then
	"", "writes per second, by all writers together",
	(.writers[] | line("  \(.writers) at once"; "";
		"\(.empty | round) empty handler, \(.nothing | round) nothing attached, \(.three | round) three programs"))
   else empty end)
