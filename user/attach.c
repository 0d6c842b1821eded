// SPDX-License-Identifier: GPL-2.0-only
/*
 * Attaches all tables of a BPF object until it is ended: Ctrl-C, or kill. It is the loader
 * of the projects that make new makes.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <bpf/libbpf.h>

static int attach_all(struct bpf_object *obj)
{
	struct bpf_map *map;

	bpf_object__for_each_map(map, obj) {
		if (bpf_map__type(map) != BPF_MAP_TYPE_STRUCT_OPS)
			continue;
		if (!bpf_map__attach_struct_ops(map)) {
			fprintf(stderr,
				"the kernel did not attach %s: %s; dmesg says why\n",
				bpf_map__name(map), strerror(errno));
			return -1;
		}
		printf("attached: %s\n", bpf_map__name(map));
	}
	return fflush(stdout);
}

int main(int argc, char **argv)
{
	struct bpf_object *obj;

	if (argc != 2) {
		fprintf(stderr, "Usage: %s PROGRAMS.bpf.o\n", argv[0]);
		return 1;
	}
	obj = bpf_object__open_file(argv[1], NULL);
	if (!obj || bpf_object__load(obj)) {
		fprintf(stderr, "%s was not loaded: %s; is the module?\n",
			argv[1], strerror(errno));
		return 2;
	}
	if (attach_all(obj))
		return 2;
	/* Whatever ends us ends the links. */
	pause();
	return 0;
}
