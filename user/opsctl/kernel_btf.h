/* SPDX-License-Identifier: GPL-2.0-only */
/* The BTF of the kernel and of its modules, and the struct_ops types in it. */
#ifndef KERNEL_BTF_H
#define KERNEL_BTF_H

#include <bpf/btf.h>
#include <stdbool.h>

/**
 * struct ops_type - a struct_ops type
 * @module: where it lives: "vmlinux" or a module's name; set by
 *	    for_each_ops_type() alone
 * @btf: the BTF of that
 * @name: of the type
 * @type: the struct whose members programs implement
 * @offset: of such a struct in the value of a struct_ops map, in bytes
 */
struct ops_type {
	const char *module;
	const struct btf *btf;
	const char *name;
	const struct btf_type *type;
	__u32 offset;
};

/*
 * The BTF of "vmlinux" or of a module, read once and kept; NULL, with errno
 * set, where there is none.
 */
const struct btf *kernel_btf(const char *module);

/* The name of the BTF object ID: "vmlinux" or a module's; NULL, errno is set. */
const char *kernel_btf_name(__u32 id);

/* Reads the type whose map values are struct VALUE_ID of BTF; false: none is. */
bool ops_type_of_value(const struct btf *btf, __u32 value_id,
		       struct ops_type *type);

/*
 * Calls F for each type that the running kernel and its modules offer, until it
 * returns other than 0, which is returned. -1: errno says what failed.
 */
int for_each_ops_type(int (*f)(const struct ops_type *type, void *ctx),
		      void *ctx);

/* A member that programs implement, as opposed to data. */
bool member_is_function(const struct btf *btf, const struct btf_member *member);

/* The member in C, as in "int (*test_2)(int, int)"; the caller frees it. */
char *member_in_c(const struct btf *btf, const struct btf_member *member);

#endif /* KERNEL_BTF_H */
