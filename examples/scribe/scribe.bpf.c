// SPDX-License-Identifier: GPL-2.0-only
/* Three policies, which can all be attached at once: opsctl attach takes them all. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "scribe.h"

char LICENSE[] SEC("license") = "GPL";

/* In capitals. */
SEC("struct_ops/rewrite")
int BPF_PROG(shout, struct scribe_line *line, struct scribe_line *previous)
{
	__u32 i;

	for (i = 0; i < SCRIBE_MAX; i++) {
		int byte = scribe_byte(line, i);

		if (byte < 0)
			break;
		if (byte >= 'a' && byte <= 'z')
			scribe_set_byte(line, i, byte - 'a' + 'A');
	}
	return 0;
}

SEC(".struct_ops.link")
struct scribe_ops shouting = {
	.rewrite = (void *)shout,
	.name = "shout",
};

/* With a dot for what is the same as in the previous line, if there is one. */
SEC("struct_ops/rewrite")
int BPF_PROG(differ, struct scribe_line *line, struct scribe_line *previous)
{
	__u32 i;

	if (!previous)
		return 0;
	for (i = 0; i < SCRIBE_MAX; i++) {
		int byte = scribe_byte(line, i);

		if (byte < 0)
			break;
		if (byte == scribe_byte(previous, i))
			scribe_set_byte(line, i, '.');
	}
	return 0;
}

SEC(".struct_ops.link")
struct scribe_ops differing = {
	.rewrite = (void *)differ,
	.name = "diff",
};

/* A note of the last line, which belongs to the map until it is taken out again. */
struct shelf {
	struct scribe_note __kptr *note;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct shelf);
} shelves SEC(".maps");

/* An empty line is not worth a note. */
SEC("struct_ops/check")
int BPF_PROG(has_text, struct scribe_line *line)
{
	return line->len ? 0 : -22; /* EINVAL */
}

/* Whoever writes a line gets the one before, of whichever file. */
SEC("struct_ops/rewrite")
int BPF_PROG(relay, struct scribe_line *line, struct scribe_line *previous)
{
	struct scribe_note *note;
	struct shelf *shelf;
	__u32 key = 0;

	shelf = bpf_map_lookup_elem(&shelves, &key);
	if (!shelf)
		return 0;
	note = scribe_note_new(line);
	if (!note)
		return -12; /* ENOMEM */
	note = bpf_kptr_xchg(&shelf->note, note);
	if (note) {
		scribe_note_copy(note, line);
		scribe_note_put(note);
	}
	return 0;
}

SEC(".struct_ops.link")
struct scribe_ops relaying = {
	.check = (void *)has_text,
	.rewrite = (void *)relay,
	.name = "relay",
};
