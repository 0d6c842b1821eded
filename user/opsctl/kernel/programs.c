// SPDX-License-Identifier: GPL-2.0-only
#include "programs.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>

#include "base/memory.h"

bool program_read(__u32 id, struct bpf_prog_info *info)
{
	__u32 size = sizeof(*info);
	int fd = bpf_prog_get_fd_by_id(id);
	int err;

	if (fd < 0)
		return false;
	memset(info, 0, sizeof(*info));
	err = bpf_prog_get_info_by_fd(fd, info, &size);
	close(fd);
	return !err;
}

void program_tag(const struct bpf_prog_info *info, char tag[TAG_LEN])
{
	size_t i;

	for (i = 0; i < sizeof(info->tag); i++)
		sprintf(tag + 2 * i, "%02x", info->tag[i]);
}

/* The type of the program's own function in the BTF of its object, or 0. */
static __u32 function_type(const struct bpf_prog_info *info)
{
	struct bpf_func_info function = {};
	struct bpf_prog_info more = {
		.nr_func_info = 1,
		.func_info_rec_size = sizeof(function),
		.func_info = (unsigned long)&function,
	};
	__u32 size = sizeof(more);
	int fd = bpf_prog_get_fd_by_id(info->id);

	if (fd < 0)
		return 0;
	bpf_prog_get_info_by_fd(fd, &more, &size);
	close(fd);
	return function.type_id;
}

char *program_name(const struct bpf_prog_info *info)
{
	struct btf *btf = NULL;
	const struct btf_type *type = NULL;
	const char *name = NULL;
	char *copy;

	if (strlen(info->name) == BPF_OBJ_NAME_LEN - 1 && info->btf_id)
		btf = btf__load_from_kernel_by_id(info->btf_id);
	if (btf)
		type = btf__type_by_id(btf, function_type(info));
	if (type && btf_is_func(type))
		name = btf__name_by_offset(btf, type->name_off);
	copy = xstrdup(name && *name ? name : info->name);
	btf__free(btf);
	return copy;
}
