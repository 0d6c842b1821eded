// SPDX-License-Identifier: GPL-2.0-only
/* LD_PRELOAD puts this before libbpf: it tells the version of a libbpf before 1.4. */
#include <bpf/libbpf.h>

__u32 libbpf_major_version(void)
{
	return 1;
}

__u32 libbpf_minor_version(void)
{
	return 3;
}

const char *libbpf_version_string(void)
{
	return "v1.3";
}
