// SPDX-License-Identifier: GPL-2.0-only
/*
 * A policy in filter: a message with the forbidden word is refused, one of
 * white space alone is dropped, and of any other small letters become capital.
 */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "bpf_testmod.h"
#include "rewrite.h"

/* A chunk's size has to be a constant; what is left is taken byte by byte. */
#define CHUNK 64

#define EPERM 1

char LICENSE[] SEC("license") = "GPL";

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct rewrite_word);
} forbidden SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, REWRITE_NR_FATES);
	__type(key, __u32);
	__type(value, __u64);
} fates SEC(".maps");

/* What is known of a message while its bytes go by. */
struct scan {
	__u64 word; /* the forbidden one, its last letter in the lowest byte */
	__u64 mask; /* the bytes that it takes there */
	__u64 window; /* the last bytes of the message, likewise */
	__u32 found;
	__u32 blank;
};

static __u8 capital(__u8 c)
{
	return c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c;
}

static void scan_begin(struct scan *scan)
{
	const struct rewrite_word *word;
	__u32 key = 0;
	int i;

	*scan = (struct scan){ .blank = true };

	word = bpf_map_lookup_elem(&forbidden, &key);
	if (!word)
		return;
	for (i = 0; i < REWRITE_WORD_MAX && word->text[i]; i++) {
		scan->word = scan->word << 8 | capital(word->text[i]);
		scan->mask = scan->mask << 8 | 0xff;
	}
}

/*
 * Global, not static: the verifier checks it once, by itself, and knows nothing
 * of what it leaves in scan. Inlined into the loops it is walked turn by turn,
 * path by path, or, as an iterator in an iterator, wrongly (docs/ops.md).
 */
__noinline int scan_byte(struct scan *scan, __u8 *byte)
{
	__u8 c;

	if (!scan || !byte)
		return 0;

	c = capital(*byte);
	*byte = c;
	if (c != ' ' && (c < '\t' || c > '\r'))
		scan->blank = false;
	scan->window = scan->window << 8 | c;
	if (scan->mask && (scan->window & scan->mask) == scan->word)
		scan->found = true;
	return 0;
}

static void count(__u32 fate)
{
	__u64 *counter = bpf_map_lookup_elem(&fates, &fate);

	/* Atomic, though per CPU: a program can be preempted by another. */
	if (counter)
		__sync_fetch_and_add(counter, 1);
}

static int refuse(void)
{
	count(REWRITE_REFUSED);
	return -EPERM;
}

SEC("struct_ops/filter")
int BPF_PROG(filter, struct bpf_testmod_event *event)
{
	__u32 len = event->len;
	__u32 chunks = len / CHUNK;
	struct scan scan;
	__u8 *bytes;
	__u32 i, j;

	scan_begin(&scan);

	bpf_for(i, 0, chunks) {
		bytes = bpf_testmod_event_data(event, i * CHUNK, CHUNK);
		if (!bytes)
			return refuse();
		for (j = 0; j < CHUNK; j++)
			scan_byte(&scan, &bytes[j]);
	}
	bpf_for(i, chunks * CHUNK, len) {
		bytes = bpf_testmod_event_data(event, i, 1);
		if (!bytes)
			return refuse();
		scan_byte(&scan, bytes);
	}

	if (scan.found)
		return refuse();
	if (scan.blank) {
		count(REWRITE_DROPPED);
		event->verdict = BPF_TESTMOD_DROP;
		return 0;
	}
	count(REWRITE_PASSED);
	return 0;
}

SEC("struct_ops/test_3")
int BPF_PROG(test_3, const char *buf, int len)
{
	bpf_printk("rewritten: %s", buf);
	return len;
}

SEC(".struct_ops.link")
struct bpf_testmod_ops rewrite = {
	.filter = (void *)filter,
	.test_3 = (void *)test_3,
	.name = "rewrite",
};
