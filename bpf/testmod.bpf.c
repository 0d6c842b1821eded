// SPDX-License-Identifier: GPL-2.0-only
/* The three callbacks: each answers, prints and records what it saw. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "bpf_testmod.h"
#include "testmod.h"

char LICENSE[] SEC("license") = "GPL";

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 256 * 1024);
} records SEC(".maps");

/* Records that found the ring buffer full. */
__u64 lost;

static struct testmod_record *new_record(int callback, int ret)
{
	struct testmod_record *rec;

	rec = bpf_ringbuf_reserve(&records, sizeof(*rec), 0);
	if (!rec) {
		__sync_fetch_and_add(&lost, 1);
		return NULL;
	}

	rec->callback = callback;
	rec->ret = ret;
	rec->a = 0;
	rec->b = 0;
	rec->text[0] = '\0';
	return rec;
}

SEC("struct_ops/test_1")
int BPF_PROG(test_1)
{
	struct testmod_record *rec;
	int ret = 42;

	bpf_printk("BPF test_1 called!");

	rec = new_record(TESTMOD_TEST_1, ret);
	if (rec)
		bpf_ringbuf_submit(rec, 0);
	return ret;
}

SEC("struct_ops/test_2")
int BPF_PROG(test_2, int a, int b)
{
	struct testmod_record *rec;
	int ret = a + b;

	bpf_printk("BPF test_2 called: %d + %d = %d", a, b, ret);

	rec = new_record(TESTMOD_TEST_2, ret);
	if (rec) {
		rec->a = a;
		rec->b = b;
		bpf_ringbuf_submit(rec, 0);
	}
	return ret;
}

SEC("struct_ops/test_3")
int BPF_PROG(test_3, const char *buf, int len)
{
	char text[TESTMOD_TEXT_LEN] = "";
	struct testmod_record *rec;

	bpf_printk("BPF test_3 called with buffer length %d", len);

	/* buf is a plain number here: the helper checks it. */
	if (bpf_probe_read_kernel_str(text, sizeof(text), buf) > 1)
		bpf_printk("Full buffer: %s", text);

	rec = new_record(TESTMOD_TEST_3, len);
	if (rec) {
		rec->a = len;
		__builtin_memcpy(rec->text, text, sizeof(text));
		bpf_ringbuf_submit(rec, 0);
	}
	return len;
}

SEC(".struct_ops.link")
struct bpf_testmod_ops testmod = {
	.test_1 = (void *)test_1,
	.test_2 = (void *)test_2,
	.test_3 = (void *)test_3,
	.name = "testmod",
};
