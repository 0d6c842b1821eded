/* SPDX-License-Identifier: GPL-2.0-only */
/* Instructions of BPF programs, which are made here and not by clang. */
#ifndef INSNS_H
#define INSNS_H

#include <linux/bpf.h>

#define INSN(code_, dst, src, off_, imm_)   \
	((struct bpf_insn){ .code = code_,  \
			    .dst_reg = dst, \
			    .src_reg = src, \
			    .off = off_,    \
			    .imm = imm_ })

/* Memory; WRITE is of a number, STORE of a register. */
#define READ(size, dst, src, off) \
	INSN(BPF_LDX | BPF_MEM | (size), dst, src, off, 0)
#define WRITE(size, dst, off, value) \
	INSN(BPF_ST | BPF_MEM | (size), dst, 0, off, value)
#define STORE(size, dst, off, src) \
	INSN(BPF_STX | BPF_MEM | (size), dst, src, off, 0)
/* OP is BPF_ADD or the like, of a register to memory. */
#define ATOMIC(op, size, dst, off, src) \
	INSN(BPF_STX | BPF_ATOMIC | (size), dst, src, off, op)

#define SET(dst, value) INSN(BPF_ALU64 | BPF_MOV | BPF_K, dst, 0, 0, value)
#define MOVE(dst, src) INSN(BPF_ALU64 | BPF_MOV | BPF_X, dst, src, 0, 0)
#define ADD(dst, value) INSN(BPF_ALU64 | BPF_ADD | BPF_K, dst, 0, 0, value)

/* Two words each: all 64 bits, the address of a map, and of a byte of its value. */
#define SET_64(kind, dst, low, high)                        \
	INSN(BPF_LD | BPF_DW | BPF_IMM, dst, kind, 0, low), \
		INSN(0, 0, 0, 0, high)
#define SET_MAP(dst, fd) SET_64(BPF_PSEUDO_MAP_FD, dst, fd, 0)
#define SET_VALUE(dst, fd, at) SET_64(BPF_PSEUDO_MAP_VALUE, dst, fd, at)

/* The BTF of a kfunc is a number of attr.fd_array. */
#define CALL(kind, id, off) INSN(BPF_JMP | BPF_CALL, 0, kind, off, id)
#define HELPER(id) CALL(0, id, 0)
#define KFUNC(btf, id) CALL(BPF_PSEUDO_KFUNC_CALL, id, btf)

/* A jump over OFF instructions if the register is, for instance, BPF_JEQ to VALUE. */
#define JUMP(op, dst, value, off) \
	INSN(BPF_JMP | (op) | BPF_K, dst, 0, off, value)
#define EXIT INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0)

#endif /* INSNS_H */
