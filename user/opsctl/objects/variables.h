/* SPDX-License-Identifier: GPL-2.0-only */
/* The global variables of an object: what they are, and setting them before loading. */
#ifndef VARIABLES_H
#define VARIABLES_H

#include <bpf/libbpf.h>
#include <bpf/btf.h>
#include <stdbool.h>

/**
 * struct variable - a variable of an object that is open and not loaded yet
 * @name: its name
 * @section: .data, .rodata or .bss, or one whose name begins so
 * @type: the id of its type, in the object's BTF
 * @at: its initial value
 * @room: how many bytes there are from there to the end of its section
 * @constant: programs cannot change it
 * @filled: it was filled in from the kernel's BTF
 */
struct variable {
	const char *name;
	const char *section;
	__u32 type;
	char *at;
	size_t room;
	bool constant;
	bool filled;
};

/**
 * struct variables - the variables of an object
 * @items: each, in the order of the sections
 * @count: how many there are
 */
struct variables {
	struct variable *items;
	int count;
};

/*
 * Finds the variables of an object. A constant that is called __NAME, is zero and has 64
 * bits is filled in with the number that the kernel has for NAME: schedulers of sched_ext
 * declare numbers so that differ between kernels, such as __SCX_DSQ_LOCAL.
 */
void variables_read(struct variables *variables, struct bpf_object *obj);
void variables_free(struct variables *variables);

/**
 * variables_set() - do what each --var asks for
 * @variables: of the object
 * @obj: the object
 * @vars: "NAME=VALUE"; NAME can go on with .MEMBER and [INDEX], as in C
 * @count: how many there are
 *
 * Return: an exit status, after it has printed what is wrong.
 */
int variables_set(const struct variables *variables, const struct bpf_object *obj,
		  const char *const *vars, int count);

#endif /* VARIABLES_H */
