/* SPDX-License-Identifier: GPL-2.0-only */
/* The file of a module, .ko: what the kernel looks at when it loads it. */
#ifndef DOCTOR_KO_H
#define DOCTOR_KO_H

#include <bpf/btf.h>
#include <libelf.h>
#include <stdbool.h>

/**
 * struct ko - a module's file
 * @elf: the file
 * @data: its bytes
 * @size: how many
 * @name: the module's name; "" where there is none
 * @vermagic: the kernel that it was made for, and what that had; "" where there is none
 * @btf: its BTF, on the kernel's; NULL where it has none, or none that can be read
 * @btf_error: why it cannot be read: an errno, or 0
 * @has_btf: there is some
 * @is_relocatable: it brings along the types of its kernel that it needs (.BTF.base)
 * @has_versions: it has a checksum of each symbol that it takes from the kernel
 * @is_signed: it has a signature
 */
struct ko {
	Elf *elf;
	char *data;
	size_t size;
	char name[64];
	char vermagic[128];
	struct btf *btf;
	int btf_error;
	bool has_btf;
	bool is_relocatable;
	bool has_versions;
	bool is_signed;
};

/* Reads it; returns NULL, or in words why it is no module. ko_close() comes in any case. */
const char *ko_open(struct ko *ko, const char *file);
void ko_close(struct ko *ko);

/* Tells whether it takes that symbol, or one that begins so, from the kernel. */
bool ko_needs(const struct ko *ko, const char *symbol);

/* Tells whether that text, with its NUL, is among its constants. */
bool ko_has_text(const struct ko *ko, const char *text);

#endif /* DOCTOR_KO_H */
