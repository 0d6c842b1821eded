// SPDX-License-Identifier: GPL-2.0-only
/*
 * Objects as people have them: tables without a link, variables that a loader sets, and
 * programs that can take the place of others.
 */
#include "congestion.h"

#ifndef __weak
#define __weak __attribute__((weak))
#endif

enum which {
	WHICH_U8,
	WHICH_S8,
	WHICH_U16,
	WHICH_S16,
	WHICH_U32,
	WHICH_S32,
	WHICH_U64,
	WHICH_S64,
	WHICH_FLAG,
	WHICH_TEXT,
	WHICH_DATA,
	WHICH_BSS,
	WHICH_MEMBER,
	WHICH_ELEMENT,
	WHICH_FILLED,
	WHICH_NARROW,
	WHICH_WRITABLE,
};

const volatile enum which which = WHICH_BSS;
const volatile __u8 a_u8;
const volatile __s8 a_s8;
const volatile __u16 a_u16;
const volatile __s16 a_s16;
const volatile __u32 a_u32;
const volatile __s32 a_s32;
const volatile __u64 a_u64;
const volatile __s64 a_s64;
const volatile bool a_flag;
const volatile char a_text[8];
const volatile double a_double;
volatile int in_data = 5;
volatile int in_bss;
volatile struct {
	int level;
	struct {
		__u16 sizes[4];
	} inner;
} a_config = { .level = 3 };

/* As schedulers of sched_ext declare a number that differs between kernels. */
const volatile __u64 __TCP_CA_Loss __weak;
/* None of these is filled in: it is narrow, or can be written. */
const volatile __u32 __TCP_CA_Recovery __weak;
volatile __u64 __TCP_CA_CWR;

SEC("struct_ops/test_1")
int BPF_PROG(pick)
{
	switch (which) {
	case WHICH_U8:
		return a_u8;
	case WHICH_S8:
		return a_s8;
	case WHICH_U16:
		return a_u16;
	case WHICH_S16:
		return a_s16;
	case WHICH_U32:
		return a_u32;
	case WHICH_S32:
		return a_s32;
	case WHICH_U64:
		return a_u64 >> 32;
	case WHICH_S64:
		return a_s64 >> 32;
	case WHICH_FLAG:
		return a_flag;
	case WHICH_TEXT:
		return a_text[0] << 8 | a_text[1];
	case WHICH_DATA:
		return in_data;
	case WHICH_BSS:
		return in_bss;
	case WHICH_MEMBER:
		return a_config.level;
	case WHICH_ELEMENT:
		return a_config.inner.sizes[2];
	case WHICH_FILLED:
		return __TCP_CA_Loss;
	case WHICH_NARROW:
		return __TCP_CA_Recovery;
	case WHICH_WRITABLE:
		return __TCP_CA_CWR;
	}
	return 0;
}

SEC("?struct_ops/test_1")
int BPF_PROG(another)
{
	return 1234;
}

SEC("struct_ops/test_2")
int BPF_PROG(second, int a, int b)
{
	return a + b;
}

TABLE variables = { .test_1 = (void *)pick, .name = "variables" };
TABLE pair = { .test_1 = (void *)pick, .test_2 = (void *)second, .name = "pair" };

/* As well-known congestion controls are declared. */
SEC("?.struct_ops")
struct tcp_congestion_ops old_tcp = {
	.ssthresh = (void *)ssthresh,
	.cong_avoid = (void *)cong_avoid,
	.undo_cwnd = (void *)undo_cwnd,
	.name = "linkless",
};

SEC("?.struct_ops")
struct tcp_congestion_ops new_tcp = {
	.ssthresh = (void *)ssthresh,
	.cong_avoid = (void *)cong_avoid,
	.undo_cwnd = (void *)undo_cwnd,
	.name = "linkless",
};
