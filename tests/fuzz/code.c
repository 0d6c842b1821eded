// SPDX-License-Identifier: GPL-2.0-only
/* Programs as instructions, and the tables that they are put in. */
#include <stdio.h>
#include <string.h>

#include "bpf_testmod.h"
#include "fuzz.h"
#include "scribe/scribe.h"
#include "turnstile/turnstile.h"

void emit(struct code *c, int op, int dst, int src, int off, int imm)
{
	/* The last ones are lost then, and the verifier refuses it. */
	if (c->count == sizeof(c->insns) / sizeof(*c->insns))
		return;
	c->insns[c->count++] = (struct bpf_insn){
		.code = op,
		.dst_reg = dst,
		.src_reg = src,
		.off = off,
		.imm = imm,
	};
}

void emit_mov(struct code *c, int dst, int imm)
{
	emit(c, BPF_ALU64 | BPF_MOV | BPF_K, dst, 0, 0, imm);
}

void emit_copy(struct code *c, int dst, int src)
{
	emit(c, BPF_ALU64 | BPF_MOV | BPF_X, dst, src, 0, 0);
}

void emit_load(struct code *c, int size, int dst, int src, int off)
{
	emit(c, BPF_LDX | BPF_MEM | size, dst, src, off, 0);
}

void emit_store(struct code *c, int size, int dst, int off, int src)
{
	emit(c, BPF_STX | BPF_MEM | size, dst, src, off, 0);
}

void emit_map(struct code *c, int dst, int map)
{
	emit(c, BPF_LD | BPF_IMM | BPF_DW, dst, BPF_PSEUDO_MAP_FD, 0, map);
	emit(c, 0, 0, 0, 0, 0);
}

void emit_value(struct code *c, int dst, int map, int off)
{
	emit(c, BPF_LD | BPF_IMM | BPF_DW, dst, BPF_PSEUDO_MAP_VALUE, 0, map);
	emit(c, 0, 0, 0, 0, off);
}

/* The offset is an index of the list of BTFs, whose first is never looked at. */
void emit_kfunc(struct code *c, const struct kfunc *kfunc)
{
	emit(c, BPF_JMP | BPF_CALL, 0, BPF_PSEUDO_KFUNC_CALL, kfunc->type + 1,
	     kfunc->id);
}

void emit_helper(struct code *c, int id)
{
	emit(c, BPF_JMP | BPF_CALL, 0, 0, 0, id);
}

void emit_exit(struct code *c, int result)
{
	emit_mov(c, BPF_REG_0, result);
	emit(c, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
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
