/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * bpf(2) calls as struct_ops needs them: by libbpf, or plain where the arguments are such
 * that libbpf would never pass them on. Every call returns what the kernel returned: a
 * descriptor or 0, or the errno, negated.
 */
#ifndef RAWBPF_H
#define RAWBPF_H

#include <bpf/bpf.h>

/* The kernel's errno for "not supported here", which is in no header. */
#define ENOTSUPP 524

/**
 * struct raw_type - a struct_ops type, as bpf(2) names it
 * @btf_fd: the BTF of the module that offers it
 * @id: the struct
 * @value_id: the struct that a map's value is
 * @value_size: its size
 */
struct raw_type {
	int btf_fd;
	__u32 id;
	__u32 value_id;
	__u32 value_size;
};

/* The type NAME of a loaded module. Its descriptor is the caller's to close. */
void raw_type_find(struct raw_type *type, const char *module, const char *name);

/* Finds where a member is in the value of a map, also if no program's header has it. */
size_t raw_member_offset(const struct raw_type *type, const char *module,
			 const char *member);

/* The BTF of the kernel ("vmlinux") or of a module, or -1 if there is none. */
int raw_btf_find(const char *module);

/* The same, but it must be there; and BTF of our own. */
int raw_btf_of(const char *module);
int raw_btf_own(void);

int raw_bpf(enum bpf_cmd cmd, union bpf_attr *attr);

/* Programs that do nothing but return RESULT. */
void raw_struct_ops_attr(union bpf_attr *attr, const struct raw_type *type,
			 int member, int result);
int raw_struct_ops(const struct raw_type *type, int member, int result);

/*
 * Loads a program, of COUNT instructions or as it is, and closes it again: 0, or -errno.
 * BTFS is the list to which kfuncs refer, or NULL. The verifier's log is in LOG.
 */
int raw_try_attr(union bpf_attr *attr, char *log, __u32 size);
int raw_try(const struct raw_type *type, int member, __u32 flags,
	    const struct bpf_insn *insns, __u32 count, const int *btfs,
	    char *log, __u32 size);

int raw_socket_filter(void);
int raw_tracing(void);

/* The arguments that make a map of the type, for raw_bpf(). */
void raw_map_attr(union bpf_attr *attr, const struct raw_type *type,
		  int own_btf, __u32 flags);

/**
 * struct raw_table - a table with one program, and what its value will be
 * @type: of it
 * @module: the module of @type
 * @own_btf: what a map has to have
 * @prog: the program
 * @map: the map, which has no value yet
 * @value: its value, with nothing but @prog
 */
struct raw_table {
	struct raw_type type;
	const char *module;
	int own_btf;
	int prog;
	int map;
	unsigned char value[4096];
};

/* The program is of MEMBER, which has the number INDEX, and returns RESULT. */
void raw_table_make(struct raw_table *t, const char *module, const char *type,
		    const char *member, int index, int result, __u32 flags);
void raw_table_close(struct raw_table *t);

/* Where the member is in the value. */
unsigned char *raw_table_at(struct raw_table *t, const char *member);

int raw_update(int map, __u32 key, const void *value, __u64 flags);
int raw_lookup(int map, __u32 key, void *value);
int raw_delete(int map, __u32 key);
__u32 raw_map_id(int map);

int raw_link_create(int map);

/* If OLD is not 0, the link must have that table now. */
int raw_link_update(int link, int map, int old, __u32 flags);

/* Counts the struct_ops maps, and deletes those in use on the way. */
int raw_delete_tables(void);

#endif /* RAWBPF_H */
