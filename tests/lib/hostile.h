/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What tests of hostile calls share: the descriptors that a call can be given,
 * what is right, and everything that can be wrong with it.
 */
#ifndef HOSTILE_H
#define HOSTILE_H

#include "bpf_testmod.h"
#include "rawbpf.h"

#define SECOND "opsmod_second"
#define TWIN "opsmod_secont"

/* enum bpf_struct_ops_state, which no header tells user space. */
enum state { INIT, INUSE, TOBEFREE, READY };

enum member { TEST_1, TEST_2, TEST_3, PREPARE, FILTER, NR_FUNCTIONS };

/* The kernel's SMP_CACHE_BYTES. */
#ifdef __powerpc64__
#define CACHE_LINE 128
#else
#define CACHE_LINE 64
#endif

/* What a map of the type holds: struct bpf_struct_ops_bpf_testmod_ops. */
struct value {
	__u32 refcnt;
	__u32 state;
	char hole[CACHE_LINE - 8];
	struct bpf_testmod_ops ops;
} __attribute__((aligned(CACHE_LINE)));

/* The type, and the second module's two. */
extern struct raw_type ours, second, second_other;

/* A program for each function, and programs for none of them. */
extern int progs[NR_FUNCTIONS], second_prog, socket_filter, tracing;

/* BTF of our own, the kernel's, and a map that is an array. */
extern int own_btf, vmlinux_btf, array;

/* cmocka fixtures: load both modules; unload them, and check for leftovers. */
int hostile_setup(void **state);
int hostile_teardown(void **state);

#define hostile_test(f) \
	cmocka_unit_test_setup_teardown(f, hostile_setup, hostile_teardown)

/* Closes all that the test has opened. */
void close_all(void);

/* Checks that nothing is left, once tables without a link are deleted. */
void expect_clean(void);

/* Checks that a call returned a descriptor, and no errno. */
int must(int fd);

/* Checks what a call returned; if it is wrong, WHAT is printed. */
#define expect(what, got, wanted)                                        \
	do {                                                             \
		int got_ = (got), wanted_ = (wanted);                    \
                                                                         \
		if (got_ != wanted_)                                     \
			fail_msg("%s: %d, not %d", what, got_, wanted_); \
	} while (0)
#define returns(call, wanted) expect(#call, call, wanted)

/* A map of the type: with BPF_F_LINK in the flags one that wants a link. */
int new_map(const struct raw_type *of, __u32 flags);

void set_program(struct value *v, enum member member, unsigned long fd);

/* A table that is right in every respect; for tweaks, a name of this length. */
#define TWELVE_LETTERS "twelve chars"
void good_value(struct value *v, const char *name);

/* Looks the table up, and checks what is true in every state. */
void expect_state(int map, enum state wanted, __u32 refcnt);
void expect_keys(int map);

/**
 * struct tweak - 4 bytes that make a call wrong
 * @what: what they make wrong
 * @in: where they are
 * @off: at which offset
 * @to: what they become
 * @err: what the call returns
 * @late: the kernel first checks whether the map was updated before
 */
struct tweak {
	const char *what;
	enum { ATTR, KEY, VALUE } in;
	size_t off;
	__u32 to;
	int err;
	bool late;
};

extern struct tweak create_tweaks[40], update_tweaks[40];
extern size_t nr_create_tweaks, nr_update_tweaks;

void tweak(void *at, const struct tweak *t);

/* Updates the map with one thing wrong, or with none. */
int tweaked_update(int map, struct value *v, const struct tweak *t);

#endif /* HOSTILE_H */
