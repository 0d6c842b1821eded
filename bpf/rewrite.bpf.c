// SPDX-License-Identifier: GPL-2.0-only
/*
 * A policy in filter: it refuses a message with the forbidden word, drops one of
 * white space alone, and turns small letters into capitals in all others.
 */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "bpf_testmod.h"
#include "rewrite.h"

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
	struct bpf_testmod_event *event;
	__u64 word; /* the forbidden one, its last letter in the lowest byte */
	__u64 mask; /* the bytes that it takes there */
	__u64 window; /* the last bytes of the message, in the same order */
	__u32 found;
	__u32 blank;
};

static __u8 capital(__u8 c)
{
	return c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c;
}

static void scan_begin(struct scan *scan, struct bpf_testmod_event *event)
{
	const struct rewrite_word *word;
	__u32 key = 0;
	int i;

	*scan = (struct scan){ .event = event, .blank = true };

	word = bpf_map_lookup_elem(&forbidden, &key);
	if (!word)
		return;
	for (i = 0; i < REWRITE_WORD_MAX && word->text[i]; i++) {
		scan->word = scan->word << 8 | capital(word->text[i]);
		scan->mask = scan->mask << 8 | 0xff;
	}
}

/*
 * bpf_loop() calls this, so the verifier looks at it once: it would walk the body
 * of a loop turn by turn, path by path (docs/ops.md).
 */
static long scan_byte(__u64 i, struct scan *scan)
{
	__u8 *byte = bpf_testmod_event_data(scan->event, i, 1);
	__u8 c;

	if (!byte)
		return 1;

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

	/* Add atomically even though per CPU: another program can preempt this one. */
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
	struct scan scan;

	scan_begin(&scan, event);
	if (bpf_loop(len, scan_byte, &scan, 0) != len)
		return refuse();

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
