/* SPDX-License-Identifier: GPL-2.0-only */
/* The BTF of the kernel and of its modules, and the struct_ops types in it. */
#ifndef KERNEL_BTF_H
#define KERNEL_BTF_H

#include <bpf/btf.h>
#include <stdbool.h>

/**
 * struct ops_type - a struct_ops type
 * @module: where it lives: "vmlinux" or a module's name; set by
 *	    ops_types_find() and ops_types_find_in() alone
 * @btf: the BTF of @module
 * @name: of the type
 * @type: the struct whose members programs implement
 * @offset: where that struct is in the value of a struct_ops map, in bytes
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
 * set, if there is none.
 */
const struct btf *kernel_btf(const char *module);

/* The same of a module whose BTF object is ID, also where its file in sysfs is no good. */
const struct btf *kernel_btf_of_id(__u32 id, const char *module);

/* The name of the BTF object ID: "vmlinux" or a module's; NULL with errno set. */
const char *kernel_btf_name(__u32 id);

/* Reads the type whose map values are struct VALUE_ID of BTF; false if it is none. */
bool ops_type_of_value(const struct btf *btf, __u32 value_id,
		       struct ops_type *type);

/**
 * struct ops_types - types that were found
 * @items: each; the kernel's come first
 * @count: how many
 * @skipped: modules whose BTF cannot be read, separated by blanks; NULL if there is none
 */
struct ops_types {
	struct ops_type *items;
	int count;
	char *skipped;
};

/*
 * Finds the types that the running kernel and its modules offer, or only those
 * called NAME. A module whose BTF cannot be read is skipped. Returns 0, or -1 with errno
 * set where the kernel's own cannot be read.
 */
int ops_types_find(struct ops_types *types, const char *name);

/* Adds the types in BTF itself, not those in its base, as those of MODULE. */
void ops_types_find_in(struct ops_types *types, const struct btf *btf,
		       const char *module, const char *name);
void ops_types_free(struct ops_types *types);

/*
 * Calls FN with the BTF of the kernel, "vmlinux", then with that of each module that can
 * be read, until FN returns true. Returns whether it did so.
 */
bool kernel_btf_each(bool (*fn)(const char *module, const struct btf *btf,
				void *ctx),
		     void *ctx);

/* Tells whether the kernel or a loaded module has something of that name and kind. */
bool kernel_btf_has(const char *name, __u32 kind);

/* A member that programs implement, as opposed to data. */
bool member_is_function(const struct btf *btf, const struct btf_member *member);

/* A variable NAME of that type in C, or with "" the type; the caller frees it. */
char *type_in_c(const struct btf *btf, __u32 id, const char *name);

/* The member in C, as in "int (*test_2)(int, int)"; the caller frees it. */
char *member_in_c(const struct btf *btf, const struct btf_member *member);

/* Returns a value of that type in C; the caller frees it. */
char *value_in_c(const struct btf *btf, __u32 type, const void *data);

/* Returns the member's value in C, as in "{1,2,}"; the caller frees it. */
char *data_in_c(const struct btf *btf, const struct btf_member *member,
		const void *data);

#endif /* KERNEL_BTF_H */
