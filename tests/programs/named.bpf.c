// SPDX-License-Identifier: GPL-2.0-only
/*
 * Policies of scribe, for what the model named does with tables, and for what programs of
 * scribe may do and may not. tests/host/twins.awk compares each program that must be
 * refused with the twin that loads.
 */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "../../examples/scribe/scribe.h"

char LICENSE[] SEC("license") = "GPL";

extern int bpf_copy_from_user_str(void *dst, __u32 dst__sz,
				  const void *unsafe_ptr__ign,
				  __u64 flags) __ksym;

/* Whoever naps on a page that is missing: where it is, and how many do so. */
__u64 user_string;
__u32 napping;
char string_seen[8];

#define POLICY SEC("?.struct_ops.link") struct scribe_ops
#define TABLE_OF(member, prog) \
	POLICY table_of_##prog = { .member = (void *)prog, .name = #member }

/* Each shows in the first byte that it was there. */
#define MARKS(prog, byte)                              \
	SEC("struct_ops/rewrite")                      \
	int BPF_PROG(prog, struct scribe_line *line,   \
		     struct scribe_line *previous)     \
	{                                              \
		return scribe_set_byte(line, 0, byte); \
	}

MARKS(mark_one, '1')
MARKS(mark_other_one, '!')
MARKS(mark_two, '2')
MARKS(mark_awake, 'a')

SEC("struct_ops.s/rewrite")
int BPF_PROG(mark_asleep, struct scribe_line *line, struct scribe_line *previous)
{
	__sync_fetch_and_add(&napping, 1);
	bpf_copy_from_user_str(string_seen, sizeof(string_seen),
			       (void *)user_string, 0);
	return scribe_set_byte(line, 0, 'z');
}

POLICY one = { .rewrite = (void *)mark_one, .name = "one" };
POLICY other_one = { .rewrite = (void *)mark_other_one, .name = "one" };
POLICY two = { .rewrite = (void *)mark_two, .name = "two" };
POLICY asleep = { .rewrite = (void *)mark_asleep, .name = "sleepy" };
POLICY awake = { .rewrite = (void *)mark_awake, .name = "sleepy" };
POLICY nameless = { .rewrite = (void *)mark_one };
POLICY longest_name = { .rewrite = (void *)mark_one, .name = "fifteen letters" };
POLICY name_without_nul = { .rewrite = (void *)mark_one,
			    .name = "sixteen  letters" };

SEC("struct_ops/check")
int BPF_PROG(checks_all, struct scribe_line *line)
{
	return -1; /* EPERM */
}

POLICY without_rewrite = { .check = (void *)checks_all, .name = "blind" };
POLICY strict = {
	.check = (void *)checks_all,
	.rewrite = (void *)mark_one,
	.name = "strict",
};

/* Makes each line the previous one, and sees how long it says it is. */
__u32 length;

SEC("struct_ops/rewrite")
int BPF_PROG(repeat, struct scribe_line *line, struct scribe_line *previous)
{
	struct scribe_note *note;

	if (!previous)
		return 0;
	note = scribe_note_new(previous);
	if (!note)
		return -12; /* ENOMEM */
	scribe_note_copy(note, line);
	scribe_note_put(note);
	length = line->len;
	return 0;
}

POLICY repeats = { .rewrite = (void *)repeat, .name = "repeats" };

/* The previous line may be none. */
SEC("struct_ops/rewrite")
int BPF_PROG(looks_for_previous, struct scribe_line *line,
	     struct scribe_line *previous)
{
	return previous ? scribe_byte(previous, 0) : 0;
}
TABLE_OF(rewrite, looks_for_previous);

SEC("struct_ops/rewrite")
int BPF_PROG(believes_in_previous, struct scribe_line *line,
	     struct scribe_line *previous)
{
	return scribe_byte(previous, 0);
}
TABLE_OF(rewrite, believes_in_previous);

/* Only rewrite rewrites, and only rewrite sleeps. */
SEC("struct_ops/check")
int BPF_PROG(check_reads, struct scribe_line *line)
{
	return scribe_byte(line, 0);
}
TABLE_OF(check, check_reads);

SEC("struct_ops/check")
int BPF_PROG(check_rewrites, struct scribe_line *line)
{
	return scribe_set_byte(line, 0, 1);
}
TABLE_OF(check, check_rewrites);

SEC("struct_ops.s/check")
int BPF_PROG(check_asleep, struct scribe_line *line)
{
	return scribe_byte(line, 0);
}
TABLE_OF(check, check_asleep);

/* Lines are written by kfuncs, and are the module's. */
SEC("struct_ops/check")
int BPF_PROG(reads_len, struct scribe_line *line)
{
	napping = line->len;
	return 0;
}
TABLE_OF(check, reads_len);

SEC("struct_ops/check")
int BPF_PROG(writes_len, struct scribe_line *line)
{
	line->len = 1;
	return 0;
}
TABLE_OF(check, writes_len);

struct scribe_line forged_line;
struct scribe_note forged_note;

SEC("struct_ops/check")
int BPF_PROG(reads_forged_line, struct scribe_line *line)
{
	return scribe_byte(&forged_line, 0);
}
TABLE_OF(check, reads_forged_line);

/* A note is put, or kept in a map, once. */
SEC("struct_ops/rewrite")
int BPF_PROG(puts_note, struct scribe_line *line, struct scribe_line *previous)
{
	struct scribe_note *note = scribe_note_new(line);

	if (!note)
		return 0;
	scribe_note_copy(note, line);
	scribe_note_put(note);
	return 0;
}
TABLE_OF(rewrite, puts_note);

/* With PREEMPT_RT there is no memory to be had in between, but a note can be put. */
extern void bpf_preempt_disable(void) __ksym;
extern void bpf_preempt_enable(void) __ksym;

__u32 notes_before;
__u32 notes_between;

SEC("struct_ops/rewrite")
int BPF_PROG(note_without_preemption, struct scribe_line *line,
	     struct scribe_line *previous)
{
	struct scribe_note *note = scribe_note_new(line), *other;

	bpf_preempt_disable();
	other = scribe_note_new(line);
	if (other) {
		notes_between++;
		scribe_note_put(other);
	}
	if (note) {
		notes_before++;
		scribe_note_put(note);
	}
	bpf_preempt_enable();
	return 0;
}
POLICY unpreempted = {
	.rewrite = (void *)note_without_preemption,
	.name = "unpreempted",
};

SEC("struct_ops/rewrite")
int BPF_PROG(loses_note, struct scribe_line *line, struct scribe_line *previous)
{
	struct scribe_note *note = scribe_note_new(line);

	if (!note)
		return 0;
	scribe_note_copy(note, line);
	return 0;
}
TABLE_OF(rewrite, loses_note);

SEC("struct_ops/rewrite")
int BPF_PROG(puts_note_twice, struct scribe_line *line,
	     struct scribe_line *previous)
{
	struct scribe_note *note = scribe_note_new(line);

	if (!note)
		return 0;
	scribe_note_copy(note, line);
	scribe_note_put(note);
	scribe_note_put(note);
	return 0;
}
TABLE_OF(rewrite, puts_note_twice);

SEC("struct_ops/rewrite")
int BPF_PROG(copies_forged_note, struct scribe_line *line,
	     struct scribe_line *previous)
{
	struct scribe_note *note = scribe_note_new(line);

	if (!note)
		return 0;
	scribe_note_copy(&forged_note, line);
	scribe_note_put(note);
	return 0;
}
TABLE_OF(rewrite, copies_forged_note);

struct shelf {
	struct scribe_note __kptr *note;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct shelf);
} shelves SEC(".maps");

SEC("struct_ops/rewrite")
int BPF_PROG(takes_note_from_map, struct scribe_line *line,
	     struct scribe_line *previous)
{
	struct scribe_note *note;
	struct shelf *shelf;
	__u32 key = 0;

	shelf = bpf_map_lookup_elem(&shelves, &key);
	if (!shelf)
		return 0;
	note = bpf_kptr_xchg(&shelf->note, NULL);
	if (!note)
		return 0;
	scribe_note_put(note);
	return 0;
}
TABLE_OF(rewrite, takes_note_from_map);

SEC("struct_ops/rewrite")
int BPF_PROG(puts_note_of_map, struct scribe_line *line,
	     struct scribe_line *previous)
{
	struct scribe_note *note;
	struct shelf *shelf;
	__u32 key = 0;

	shelf = bpf_map_lookup_elem(&shelves, &key);
	if (!shelf)
		return 0;
	note = shelf->note;
	if (!note)
		return 0;
	scribe_note_put(note);
	return 0;
}
TABLE_OF(rewrite, puts_note_of_map);
