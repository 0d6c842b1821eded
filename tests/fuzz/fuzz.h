/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the parts of the fuzzer share. An input is bytes: a header of 4, whose first says
 * what the input is, and then steps of 4 bytes each, of which every value means something.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "insns.h"
#include "rawbpf.h"

#define LOG "/sys/module/" MODULE_NAME "/parameters/log"
#define TRACING "/sys/kernel/tracing/events/" MODULE_NAME "/enable"

#define STEP 4
#define STEPS_MAX 40
#define INPUT_MAX (STEP * (STEPS_MAX + 1))

/**
 * struct input - a sequence of calls, or a program
 * @size: bytes that it has
 * @bytes: the header and the steps
 */
struct input {
	size_t size;
	unsigned char bytes[INPUT_MAX];
};

static inline bool is_program(const struct input *in)
{
	return in->bytes[0] & 1;
}

/* Inputs that reached something, and new ones that are made of them: corpus.c. */
void corpus_begin(unsigned long long seed);
size_t corpus_read(const char *file);
void corpus_add(const struct input *in);
const struct input *corpus_get(size_t i);
size_t corpus_size(void);
void corpus_mutate(struct input *out);

/* As one word of hex digits, in a static buffer. */
const char *input_text(const struct input *in);

enum { DEMO, SCRIBE, TURNSTILE, NR_TYPES };

/* Where the table is in the value of a map: see struct value of hostile.h. */
#ifdef __powerpc64__
#define TABLE_AT 128
#else
#define TABLE_AT 64
#endif

/**
 * struct type - a type of the modules that are fuzzed
 * @module: whose it is
 * @name: of the type
 * @functions: how many its table begins with
 * @sleeper: the one that may sleep
 * @raw: for bpf(2)
 */
struct type {
	const char *module;
	const char *name;
	unsigned int functions;
	unsigned int sleeper;
	struct raw_type raw;
};

/**
 * struct kfunc - what programs may try to call
 * @name: of the function
 * @type: an index of types[] for the module that has it, or -1 for the kernel
 * @id: in that BTF
 */
struct kfunc {
	const char *name;
	int type;
	__u32 id;
};

enum {
	EVENT_DATA,
	COPY_FROM_USER,
	NOTE_NEW,
	NOTE_PUT,
	NOTE_COPY,
	NR_KFUNCS = 9,
};

extern struct type types[NR_TYPES];
extern struct kfunc kfuncs[NR_KFUNCS];

/* Tables of one sequence that are told apart. */
#define TABLES_MAX 64

/**
 * struct shared - what the processes of one execution have in common
 * @finding: what was found, or ""
 * @pids: the two processes of a sequence
 * @tables: how many were made
 * @foreign: a process attached what another one has made
 * @links_taken: a process opened a link by its id
 * @reloaded: a module was
 * @loaded: the kernel took the program
 */
struct shared {
	char finding[256];
	atomic_int pids[2];
	atomic_uint tables;
	atomic_bool foreign;
	atomic_bool links_taken;
	atomic_bool reloaded;
	atomic_bool loaded;
};
extern struct shared *shared;

/* Print what the kernel says of each program, and returns for each step. */
extern bool verbose;

/* Notes what is wrong; the first is kept. */
__attribute__((format(printf, 1, 2))) void found(const char *format, ...);

/* The modules, and what the kernel says and has left: world.c. */
void world_begin(void);
void world_renew(void);
void world_settle(void);
void kernel_complained(void);
unsigned long blocks_covered(void);

/* A map with one value, which is mapped here. */
int mapped_map(size_t size, void **value);
/* How many calls are inside each table of a sequence. */
extern int inside_map;
extern long *inside;

/* Writes or reads a file of the modules: what the call returned, or -errno. */
int write_to(int fd, const void *bytes, size_t size);
int write_once(const char *path, const void *bytes, size_t size);

/* Runs one input, in a process of its own, or two. */
void sequence_run(const struct input *in, int process);
void program_run(const struct input *in);

/**
 * struct code - instructions that are being written
 * @insns: the instructions
 * @count: how many there are
 */
struct code {
	struct bpf_insn insns[600];
	unsigned int count;
};

/* Adds instructions, as insns.h has them: code.c. */
void emit_all(struct code *c, const struct bpf_insn *insns, size_t count);
#define emit(c, ...)                                          \
	emit_all(c, (struct bpf_insn[]){ __VA_ARGS__ },       \
		 sizeof((struct bpf_insn[]){ __VA_ARGS__ }) / \
			 sizeof(struct bpf_insn))

/* The list of BTFs has those of types[], and one before them that is never looked at. */
#define CALL_KFUNC(which) KFUNC(kfuncs[which].type + 1, kfuncs[which].id)

/* Loads them for a member of a type: a descriptor, or -errno. */
int code_load(const struct code *c, int type, int member, bool may_sleep);

/* A map, its value and a link of a type. */
int map_create(int type, __u32 flags);
void value_function(void *value, int member, int program);
/* Sets what is no function, from a few bits. */
void value_data(void *value, int type, unsigned int bits);

#endif /* FUZZ_H */
