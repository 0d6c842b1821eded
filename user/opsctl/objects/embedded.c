// SPDX-License-Identifier: GPL-2.0-only
#include "embedded.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"

#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define OWN_ORDER ELFDATA2MSB
#else
#define OWN_ORDER ELFDATA2LSB
#endif

/* Reads the header of a BPF object at DATA; false if there is none. */
static bool read_header(const char *data, size_t size, Elf64_Ehdr *header)
{
	if (size < sizeof(*header) || memcmp(data, ELFMAG, SELFMAG))
		return false;
	memcpy(header, data, sizeof(*header));
	return header->e_ident[EI_CLASS] == ELFCLASS64 &&
	       header->e_ident[EI_DATA] == OWN_ORDER &&
	       header->e_machine == EM_BPF && header->e_type == ET_REL &&
	       header->e_shentsize == sizeof(Elf64_Shdr);
}

/* How long the object is: to the end of its last section, or of the list of them. */
static size_t length_of(const char *data, size_t size, const Elf64_Ehdr *header)
{
	size_t list = (size_t)header->e_shnum * sizeof(Elf64_Shdr), end, i;

	if (header->e_shoff > size || list > size - header->e_shoff)
		return 0;
	end = header->e_shoff + list;
	for (i = 0; i < header->e_shnum; i++) {
		Elf64_Shdr section;

		memcpy(&section, data + header->e_shoff + i * sizeof(section),
		       sizeof(section));
		if (section.sh_type == SHT_NOBITS)
			continue;
		if (section.sh_offset > size ||
		    section.sh_size > size - section.sh_offset)
			return 0;
		if (section.sh_offset + section.sh_size > end)
			end = section.sh_offset + section.sh_size;
	}
	return end;
}

/* Writes a part of a file to a file in memory; returns that, or -1 with errno. */
static int copy(const char *data, size_t size)
{
	int fd = memfd_create("bpf object", MFD_CLOEXEC);
	size_t done = 0;
	ssize_t n = 1;

	while (fd >= 0 && done < size &&
	       (n = write(fd, data + done, size - done)) > 0)
		done += n;
	if (fd < 0 || done == size)
		return fd;
	close(fd);
	return -1;
}

static int add(struct embeddeds *found, const char *data, size_t offset,
	       size_t size)
{
	int fd = copy(data + offset, size);

	if (fd < 0)
		return -errno;
	found->items = xgrow(found->items, found->count, sizeof(*found->items));
	found->items[found->count++] = (struct embedded){
		.offset = offset,
		.size = size,
		.fd = fd,
		.path = xasprintf("/proc/self/fd/%d", fd),
	};
	return 0;
}

static int search(struct embeddeds *found, const char *data, size_t size)
{
	const char *at = data, *end = data + size;
	Elf64_Ehdr header;
	size_t length;
	int err = 0;

	while (!err && at < end && (at = memmem(at, end - at, ELFMAG, SELFMAG))) {
		length = read_header(at, end - at, &header)
				 ? length_of(at, end - at, &header)
				 : 0;
		if (length)
			err = add(found, data, at - data, length);
		at += length ?: 1;
	}
	return err;
}

int embedded_find(struct embeddeds *found, const char *file)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC), err = 0;
	Elf64_Ehdr header;
	struct stat st;
	char *data;

	*found = (struct embeddeds){};
	if (fd < 0)
		return -errno;
	if (fstat(fd, &st))
		err = -errno;
	if (err || !st.st_size)
		goto close;
	data = mmap(NULL, st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (data == MAP_FAILED) {
		err = -errno;
		goto close;
	}
	/* The file itself is handed on as it is, with its own path. */
	if (read_header(data, st.st_size, &header)) {
		found->items = xgrow(NULL, 0, sizeof(*found->items));
		found->items[found->count++] = (struct embedded){
			.size = st.st_size,
			.fd = -1,
			.path = xstrdup(file),
		};
	} else {
		err = search(found, data, st.st_size);
	}
	munmap(data, st.st_size);
close:
	close(fd);
	if (err)
		embedded_free(found);
	return err;
}

void embedded_free(struct embeddeds *found)
{
	int i;

	for (i = 0; i < found->count; i++) {
		if (found->items[i].fd >= 0)
			close(found->items[i].fd);
		free(found->items[i].path);
	}
	free(found->items);
	*found = (struct embeddeds){};
}
