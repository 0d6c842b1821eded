// SPDX-License-Identifier: GPL-2.0-only
/* The message's bytes: what the kfunc gives, and what a rewrite does. */
#include "programs.h"

/* The programs ask for this... */
__u32 offset;
__u64 size;

/* ...and got this. */
bool got;
__u8 first_byte;
__u8 last_byte;
char seen[BPF_TESTMOD_MSG_MAX + 1];
char text[16];

/* The size must be a constant, so each has a call of its own. */
#define TRY(constant, last)                                             \
	if (size == (constant)) {                                       \
		data = bpf_testmod_event_data(event, offset, constant); \
		got = data;                                             \
		if (data) {                                             \
			first_byte = data[0];                           \
			last_byte = data[last];                         \
		}                                                       \
	}

SEC("struct_ops/filter")
int BPF_PROG(ask, struct bpf_testmod_event *event)
{
	__u8 *data;

	/* Nothing is read: newer kernels know that there would be no byte. */
	if (size == 0)
		got = bpf_testmod_event_data(event, offset, 0);
	TRY(1, 0);
	TRY(8, 7);
	TRY(4095, 4094);
	TRY(4096, 4095);
	/* Past the largest offset that an instruction holds. */
	TRY(0xfffffff8U, 0);
	TRY(0xffffffffU, 0);
	return 0;
}

static int overwrite(struct bpf_testmod_event *event, char with)
{
	__u8 *data = bpf_testmod_event_data(event, offset, 4);
	int i;

	if (!data)
		return -22;
	for (i = 0; i < 4; i++)
		data[i] = with;
	return 0;
}

SEC("struct_ops.s/prepare")
int BPF_PROG(overwrite_in_prepare, struct bpf_testmod_event *event)
{
	return overwrite(event, 'p');
}

SEC("struct_ops/filter")
int BPF_PROG(overwrite_in_filter, struct bpf_testmod_event *event)
{
	return overwrite(event, 'f');
}

SEC("struct_ops/test_3")
int BPF_PROG(see, const char *buf, int len)
{
	bpf_probe_read_kernel(seen, sizeof(seen) - 1 & len, buf);
	bpf_probe_read_kernel_str(text, sizeof(text), buf);
	return 0;
}

SEC("struct_ops/filter")
int BPF_PROG(see_data, struct bpf_testmod_event *event)
{
	bpf_probe_read_kernel_str(text, sizeof(text), event->data);
	return 0;
}

TABLE asks = { .filter = (void *)ask, .name = "asks" };

TABLE sees = { .test_3 = (void *)see, .name = "sees" };

TABLE sees_data = { .filter = (void *)see_data, .name = "sees_data" };

TABLE prepare_writes = {
	.prepare = (void *)overwrite_in_prepare,
	.test_3 = (void *)see,
	.name = "prepare_writes",
};

TABLE filter_writes = {
	.filter = (void *)overwrite_in_filter,
	.test_3 = (void *)see,
	.name = "filter_writes",
};
