// SPDX-License-Identifier: GPL-2.0-only
#include "ko.h"

#include <errno.h>
#include <gelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <bpf/libbpf.h>

#include "base/btf_check.h"
#include "kernel/kernel_btf.h"

/* libbpf 1.4 has no such function; it is NULL then. */
int btf__relocate(struct btf *btf, const struct btf *base_btf)
	__attribute__((weak));

/* What scripts/sign-file leaves at the end (include/linux/module_signature.h). */
#define SIGNATURE_END "~Module signature appended~\n"

/* The largest module of Debian's is smaller. */
#define SIZE_MAX_KO (256UL * 1024 * 1024)

static const char *read_file(struct ko *ko, const char *file)
{
	struct stat st;
	FILE *f;

	/* A FIFO would wait for a writer. */
	if (stat(file, &st))
		return strerror(errno);
	if (!S_ISREG(st.st_mode) || (size_t)st.st_size > SIZE_MAX_KO)
		return "it is no regular file, or too large";
	f = fopen(file, "re");
	if (!f)
		return strerror(errno);
	ko->data = malloc(st.st_size + 1);
	if (!ko->data)
		abort();
	ko->size = fread(ko->data, 1, st.st_size, f);
	fclose(f);
	return NULL;
}

static bool begins(const struct ko *ko, const char *with, size_t len)
{
	return ko->size >= len && !memcmp(ko->data, with, len);
}

static const char *not_elf(const struct ko *ko)
{
	if (begins(ko,
		   "\xfd"
		   "7zXZ",
		   5) ||
	    begins(ko, "\x28\xb5\x2f\xfd", 4) || begins(ko, "\x1f\x8b", 2))
		return "it is packed; unpack it first (xz -dk, zstd -d, gunzip -k)";
	return "it is no ELF file";
}

/* Finds the next section of that name, or of any where NAME is NULL. */
static Elf_Scn *next_section(const struct ko *ko, Elf_Scn *after,
			     const char *name, GElf_Shdr *header)
{
	const char *is;
	size_t names;

	if (elf_getshdrstrndx(ko->elf, &names))
		return NULL;
	while ((after = elf_nextscn(ko->elf, after))) {
		if (!gelf_getshdr(after, header))
			continue;
		is = elf_strptr(ko->elf, names, header->sh_name);
		if (!name || (is && !strcmp(is, name)))
			return after;
	}
	return NULL;
}

static Elf_Data *section(const struct ko *ko, const char *name)
{
	GElf_Shdr header;
	Elf_Scn *found = next_section(ko, NULL, name, &header);
	Elf_Data *data = found ? elf_getdata(found, NULL) : NULL;

	return data && data->d_buf ? data : NULL;
}

/* .modinfo is a row of "KEY=VALUE", each with a NUL. */
static void read_info(const struct ko *ko, const char *key, char *value,
		      size_t size)
{
	Elf_Data *info = section(ko, ".modinfo");
	size_t at, left, len = strlen(key);
	const char *text;

	*value = '\0';
	for (at = 0; info && at < info->d_size;) {
		text = (const char *)info->d_buf + at;
		left = info->d_size - at;
		if (left > len && !strncmp(text, key, len) && text[len] == '=') {
			snprintf(value, size, "%.*s", (int)(left - len - 1),
				 text + len + 1);
			return;
		}
		at += strnlen(text, left) + 1;
	}
}

/* Frees BTF that the kernel refuses, and libbpf does not; NULL then, with errno set. */
static struct btf *sound(struct btf *btf)
{
	if (!btf || !btf_problem(btf))
		return btf;
	btf__free(btf);
	errno = EINVAL;
	return NULL;
}

/* As the kernel does: types that came along are sought in its own BTF. */
static void read_btf(struct ko *ko)
{
	struct btf *vmlinux = (struct btf *)kernel_btf("vmlinux");
	Elf_Data *data = section(ko, ".BTF");
	struct btf *base = NULL;
	Elf_Data *distilled = section(ko, ".BTF.base");

	ko->has_btf = data;
	ko->is_relocatable = distilled;
	if (!data || !vmlinux || (distilled && !btf__relocate))
		return;
	if (distilled) {
		base = sound(btf__new(distilled->d_buf, distilled->d_size));
		if (base)
			ko->btf = sound(btf__new_split(data->d_buf,
						       data->d_size, base));
		if (ko->btf && btf__relocate(ko->btf, vmlinux)) {
			ko->btf_error = errno;
			btf__free(ko->btf);
			ko->btf = NULL;
		}
	} else {
		ko->btf = sound(
			btf__new_split(data->d_buf, data->d_size, vmlinux));
	}
	if (!ko->btf && !ko->btf_error)
		ko->btf_error = errno ?: EINVAL;
	/* The types of the kernel are those of vmlinux from now on. */
	btf__free(base);
}

const char *ko_open(struct ko *ko, const char *file)
{
	const size_t end = strlen(SIGNATURE_END);
	const char *wrong;
	GElf_Ehdr header;

	*ko = (struct ko){};
	wrong = read_file(ko, file);
	if (wrong)
		return wrong;
	elf_version(EV_CURRENT);
	ko->elf = elf_memory(ko->data, ko->size);
	if (!ko->elf || elf_kind(ko->elf) != ELF_K_ELF ||
	    !gelf_getehdr(ko->elf, &header))
		return not_elf(ko);
	if (header.e_type != ET_REL || !section(ko, ".modinfo"))
		return "it is no kernel module";
	ko->is_signed = ko->size >= end &&
			!memcmp(ko->data + ko->size - end, SIGNATURE_END, end);
	read_info(ko, "name", ko->name, sizeof(ko->name));
	read_info(ko, "vermagic", ko->vermagic, sizeof(ko->vermagic));
	ko->has_versions = section(ko, "__versions") ||
			   section(ko, "__version_ext_crcs");
	read_btf(ko);
	return NULL;
}

void ko_close(struct ko *ko)
{
	btf__free(ko->btf);
	elf_end(ko->elf);
	free(ko->data);
	*ko = (struct ko){};
}

bool ko_needs(const struct ko *ko, const char *symbol)
{
	GElf_Shdr header;
	Elf_Scn *table = NULL;
	Elf_Data *data;
	GElf_Sym sym;
	const char *name;
	int i;

	while ((table = next_section(ko, table, NULL, &header))) {
		if (header.sh_type != SHT_SYMTAB || !header.sh_entsize)
			continue;
		data = elf_getdata(table, NULL);
		for (i = 0; data && gelf_getsym(data, i, &sym); i++) {
			name = elf_strptr(ko->elf, header.sh_link, sym.st_name);
			if (name && sym.st_shndx == SHN_UNDEF &&
			    !strncmp(name, symbol, strlen(symbol)))
				return true;
		}
	}
	return false;
}

/* Linux 7.3 has texts among the other constants, 6.12 in .rodata.str1.1 and so on. */
static bool is_for_constants(const struct ko *ko, const GElf_Shdr *header)
{
	const char *name;
	size_t names;

	if (elf_getshdrstrndx(ko->elf, &names))
		return false;
	name = elf_strptr(ko->elf, names, header->sh_name);
	return name && !strncmp(name, ".rodata", strlen(".rodata")) &&
	       header->sh_type == SHT_PROGBITS;
}

bool ko_has_text(const struct ko *ko, const char *text)
{
	size_t len = strlen(text) + 1;
	Elf_Scn *scn = NULL;
	GElf_Shdr header;
	Elf_Data *data;

	while ((scn = next_section(ko, scn, NULL, &header))) {
		const char *at, *end;

		if (!is_for_constants(ko, &header))
			continue;
		data = elf_getdata(scn, NULL);
		if (!data || !data->d_buf)
			continue;
		at = data->d_buf;
		end = at + data->d_size;
		while ((at = memmem(at, end - at, text, len))) {
			if (at == data->d_buf || !at[-1])
				return true;
			at++;
		}
	}
	return false;
}
