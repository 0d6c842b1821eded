// SPDX-License-Identifier: GPL-2.0-only
#include "programs.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

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
