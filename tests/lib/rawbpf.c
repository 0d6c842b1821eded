// SPDX-License-Identifier: GPL-2.0-only
#include "lib.h"

#include <errno.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <bpf/btf.h>

#include "insns.h"
#include "rawbpf.h"

static __u64 pointer(const void *p)
{
	return (unsigned long)p;
}

int raw_bpf(enum bpf_cmd cmd, union bpf_attr *attr)
{
	int ret = syscall(SYS_bpf, cmd, attr, sizeof(*attr));

	return ret < 0 ? -errno : ret;
}

int raw_btf_find(const char *module)
{
	__u32 id = 0;

	while (!bpf_btf_get_next_id(id, &id)) {
		char name[64] = "";
		struct bpf_btf_info info = {
			.name = pointer(name),
			.name_len = sizeof(name),
		};
		__u32 len = sizeof(info);
		int fd = bpf_btf_get_fd_by_id(id);

		if (fd < 0)
			continue;
		if (!bpf_btf_get_info_by_fd(fd, &info, &len) &&
		    info.kernel_btf && !strcmp(name, module))
			return fd;
		close(fd);
	}
	return -1;
}

int raw_btf_of(const char *module)
{
	int fd = raw_btf_find(module);

	if (fd < 0)
		fail_msg("no BTF of %s", module);
	return fd;
}

int raw_btf_own(void)
{
	struct btf *btf = btf__new_empty();
	int fd;

	assert_non_null(btf);
	assert_true(btf__add_int(btf, "int", 4, BTF_INT_SIGNED) > 0);
	assert_int_equal(btf__load_into_kernel(btf), 0);
	fd = dup(btf__fd(btf));
	assert_return_code(fd, errno);
	btf__free(btf);
	return fd;
}

void raw_type_find(struct raw_type *type, const char *module, const char *name)
{
	static struct btf *vmlinux;
	struct btf *btf;
	char value[64];
	int id;

	if (!vmlinux)
		vmlinux = btf__load_vmlinux_btf();
	assert_non_null(vmlinux);
	btf = btf__load_module_btf(module, vmlinux);
	assert_non_null(btf);

	id = btf__find_by_name_kind(btf, name, BTF_KIND_STRUCT);
	assert_true(id > 0);
	type->id = id;
	snprintf(value, sizeof(value), "bpf_struct_ops_%s", name);
	id = btf__find_by_name_kind(btf, value, BTF_KIND_STRUCT);
	assert_true(id > 0);
	type->value_id = id;
	type->value_size = btf__type_by_id(btf, id)->size;
	type->btf_fd = raw_btf_of(module);
	btf__free(btf);
}

size_t raw_member_offset(const struct raw_type *type, const char *module,
			 const char *member)
{
	struct btf *vmlinux = btf__load_vmlinux_btf();
	struct btf *btf = btf__load_module_btf(module, vmlinux);
	const struct btf_type *t, *value;
	size_t offset = 0;
	int i;

	assert_non_null(btf);
	value = btf__type_by_id(btf, type->value_id);
	t = btf__type_by_id(btf, type->id);
	for (i = 0; i < btf_vlen(t); i++) {
		const struct btf_member *m = &btf_members(t)[i];

		/* The table is the value's second member. */
		if (!strcmp(btf__name_by_offset(btf, m->name_off), member))
			offset = btf_member_bit_offset(value, 1) / 8 +
				 btf_member_bit_offset(t, i) / 8;
	}
	assert_int_not_equal(offset, 0);
	btf__free(btf);
	btf__free(vmlinux);
	return offset;
}

void raw_struct_ops_attr(union bpf_attr *attr, const struct raw_type *type,
			 int member, int result)
{
	static struct bpf_insn insns[2];

	insns[0] = SET(0, result);
	insns[1] = EXIT;

	memset(attr, 0, sizeof(*attr));
	attr->prog_type = BPF_PROG_TYPE_STRUCT_OPS;
	attr->expected_attach_type = member;
	attr->attach_btf_obj_fd = type->btf_fd;
	attr->attach_btf_id = type->id;
	attr->insns = pointer(insns);
	attr->insn_cnt = ARRAY_SIZE(insns);
	attr->license = pointer("GPL");
}

int raw_struct_ops(const struct raw_type *type, int member, int result)
{
	union bpf_attr attr;

	raw_struct_ops_attr(&attr, type, member, result);
	return raw_bpf(BPF_PROG_LOAD, &attr);
}

int raw_try_attr(union bpf_attr *attr, char *log, __u32 size)
{
	int fd;

	log[0] = '\0';
	attr->log_buf = pointer(log);
	attr->log_size = size;
	attr->log_level = 1;
	fd = raw_bpf(BPF_PROG_LOAD, attr);
	if (fd < 0)
		return fd;
	close(fd);
	return 0;
}

int raw_try(const struct raw_type *type, int member, __u32 flags,
	    const struct bpf_insn *insns, __u32 count, const int *btfs,
	    char *log, __u32 size)
{
	union bpf_attr attr;

	raw_struct_ops_attr(&attr, type, member, 0);
	attr.prog_flags = flags;
	attr.insns = pointer(insns);
	attr.insn_cnt = count;
	attr.fd_array = pointer(btfs);
	return raw_try_attr(&attr, log, size);
}

int raw_socket_filter(void)
{
	static const struct raw_type none;
	union bpf_attr attr;

	raw_struct_ops_attr(&attr, &none, 0, 0);
	attr.prog_type = BPF_PROG_TYPE_SOCKET_FILTER;
	return raw_bpf(BPF_PROG_LOAD, &attr);
}

int raw_tracing(void)
{
	static const struct raw_type none;
	union bpf_attr attr;
	int id = libbpf_find_vmlinux_btf_id("bpf_fentry_test1", BPF_TRACE_FENTRY);

	assert_true(id > 0);
	raw_struct_ops_attr(&attr, &none, 0, 0);
	attr.prog_type = BPF_PROG_TYPE_TRACING;
	attr.expected_attach_type = BPF_TRACE_FENTRY;
	attr.attach_btf_id = id;
	return raw_bpf(BPF_PROG_LOAD, &attr);
}

void raw_map_attr(union bpf_attr *attr, const struct raw_type *type,
		  int own_btf, __u32 flags)
{
	memset(attr, 0, sizeof(*attr));
	attr->map_type = BPF_MAP_TYPE_STRUCT_OPS;
	attr->key_size = sizeof(__u32);
	attr->value_size = type->value_size;
	attr->max_entries = 1;
	attr->map_flags = BPF_F_VTYPE_BTF_OBJ_FD | flags;
	attr->btf_fd = own_btf;
	attr->value_type_btf_obj_fd = type->btf_fd;
	attr->btf_vmlinux_value_type_id = type->value_id;
	memcpy(attr->map_name, "hostile", sizeof("hostile"));
}

void raw_table_make(struct raw_table *t, const char *module, const char *type,
		    const char *member, int index, int result, __u32 flags)
{
	union bpf_attr attr;
	unsigned long prog;

	memset(t, 0, sizeof(*t));
	t->module = module;
	raw_type_find(&t->type, module, type);
	assert_true(t->type.value_size <= sizeof(t->value));
	t->own_btf = raw_btf_own();
	t->prog = raw_struct_ops(&t->type, index, result);
	assert_true(t->prog > 0);
	raw_map_attr(&attr, &t->type, t->own_btf, flags);
	t->map = raw_bpf(BPF_MAP_CREATE, &attr);
	assert_true(t->map > 0);
	prog = t->prog;
	memcpy(raw_table_at(t, member), &prog, sizeof(prog));
}

unsigned char *raw_table_at(struct raw_table *t, const char *member)
{
	return t->value + raw_member_offset(&t->type, t->module, member);
}

void raw_table_close(struct raw_table *t)
{
	close(t->map);
	close(t->prog);
	close(t->own_btf);
	close(t->type.btf_fd);
}

int raw_update(int map, __u32 key, const void *value, __u64 flags)
{
	return bpf_map_update_elem(map, &key, value, flags);
}

int raw_lookup(int map, __u32 key, void *value)
{
	return bpf_map_lookup_elem(map, &key, value);
}

int raw_delete(int map, __u32 key)
{
	return bpf_map_delete_elem(map, &key);
}

__u32 raw_map_id(int map)
{
	struct bpf_map_info info = {};
	__u32 len = sizeof(info);

	assert_int_equal(bpf_map_get_info_by_fd(map, &info, &len), 0);
	return info.id;
}

int raw_link_create(int map)
{
	return bpf_link_create(map, 0, BPF_STRUCT_OPS, NULL);
}

int raw_link_update(int link, int map, int old, __u32 flags)
{
	LIBBPF_OPTS(bpf_link_update_opts, opts, .flags = flags,
		    .old_map_fd = old);

	return bpf_link_update(link, map, &opts);
}

int raw_delete_tables(void)
{
	__u32 id = 0;
	int n = 0;

	while (!bpf_map_get_next_id(id, &id)) {
		struct bpf_map_info info = {};
		__u32 len = sizeof(info);
		int map = bpf_map_get_fd_by_id(id);

		if (map < 0)
			continue;
		if (!bpf_map_get_info_by_fd(map, &info, &len) &&
		    info.type == BPF_MAP_TYPE_STRUCT_OPS) {
			raw_delete(map, 0);
			n++;
		}
		close(map);
	}
	return n;
}
