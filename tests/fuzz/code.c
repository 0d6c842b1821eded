// SPDX-License-Identifier: GPL-2.0-only
/* Programs as instructions, and the tables that they are put in. */
#include "lib.h"

#include <string.h>

#include "bpf_testmod.h"
#include "fuzz.h"
#include "scribe/scribe.h"
#include "turnstile/turnstile.h"

void emit_all(struct code *c, const struct bpf_insn *insns, size_t count)
{
	/* The last ones are lost if there are too many, and the verifier refuses it. */
	while (count-- && c->count < ARRAY_SIZE(c->insns))
		c->insns[c->count++] = *insns++;
}

int code_load(const struct code *c, int type, int member, bool may_sleep)
{
	static char log[1 << 20];
	int btfs[NR_TYPES + 1] = {}, i, ret;
	union bpf_attr attr;

	for (i = 0; i < NR_TYPES; i++)
		btfs[i + 1] = types[i].raw.btf_fd;
	raw_struct_ops_attr(&attr, &types[type].raw, member, 0);
	attr.insns = (unsigned long)c->insns;
	attr.insn_cnt = c->count;
	attr.prog_flags = may_sleep ? BPF_F_SLEEPABLE : 0;
	attr.fd_array = (unsigned long)btfs;
	if (verbose) {
		attr.log_buf = (unsigned long)log;
		attr.log_size = sizeof(log);
		attr.log_level = 1;
	}
	ret = raw_bpf(BPF_PROG_LOAD, &attr);
	if (verbose)
		printf("%s member %d: %d\n%s", types[type].name, member, ret,
		       log);
	return ret;
}

int map_create(int type, __u32 flags)
{
	static int own_btf;
	union bpf_attr attr;

	if (!own_btf)
		own_btf = raw_btf_own();
	raw_map_attr(&attr, &types[type].raw, own_btf, flags);
	return raw_bpf(BPF_MAP_CREATE, &attr);
}

void value_function(void *value, int member, int program)
{
	unsigned long fd = program;

	memcpy((char *)value + TABLE_AT + member * sizeof(fd), &fd, sizeof(fd));
}

void value_data(void *value, int type, unsigned int bits)
{
	const char name[] = { 't', '0' + bits % 4, '\0' };
	union {
		struct bpf_testmod_ops demo;
		struct scribe_ops scribe;
		struct turnstile_rule turnstile;
	} *table = (void *)((char *)value + TABLE_AT);

	switch (type) {
	case DEMO:
		strcpy(table->demo.name, name);
		table->demo.flags = bits >> 2 & 1;
		break;
	case SCRIBE:
		strcpy(table->scribe.name, name);
		break;
	default:
		strcpy(table->turnstile.name, name);
		table->turnstile.gate = bits >> 2 & 3;
		table->turnstile.priority = (int)(bits >> 4 & 3) - 1;
	}
}
