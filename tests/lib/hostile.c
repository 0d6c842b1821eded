// SPDX-License-Identifier: GPL-2.0-only
#include "lib.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "hostile.h"

struct raw_type ours, second, second_other;
int progs[NR_FUNCTIONS], second_prog, socket_filter, tracing;
int own_btf, vmlinux_btf, array;

/* The lowest descriptor of what a test opened. */
static int first_fd;

int must(int fd)
{
	if (fd < 0)
		fail_msg("refused: %d", fd);
	return fd;
}

void tweak(void *at, const struct tweak *t)
{
	memcpy((char *)at + t->off, &t->to, sizeof(t->to));
}

#define CREATE(what, member, to, err) \
	{ what, ATTR, offsetof(union bpf_attr, member), to, err, false }
#define VTYPE BPF_F_VTYPE_BTF_OBJ_FD

struct tweak create_tweaks[40], update_tweaks[40];
size_t nr_create_tweaks, nr_update_tweaks;

static void make_create_tweaks(void)
{
	const struct tweak tweaks[] = {
		CREATE("no key", key_size, 0, -EINVAL),
		CREATE("a key of 8 bytes", key_size, 8, -EINVAL),
		CREATE("no value", value_size, 0, -EINVAL),
		CREATE("a value too short", value_size, ours.value_size - 1,
		       -EINVAL),
		CREATE("a value too long", value_size, ours.value_size + 1,
		       -EINVAL),
		CREATE("a huge value", value_size, ~0U, -EINVAL),
		CREATE("no entry", max_entries, 0, -EINVAL),
		CREATE("two entries", max_entries, 2, -EINVAL),
		CREATE("an array", map_type, BPF_MAP_TYPE_ARRAY, -EINVAL),
		CREATE("no such map type", map_type, ~0U, -EINVAL),
		CREATE("a flag of hash maps", map_flags,
		       VTYPE | BPF_F_NO_PREALLOC, -EINVAL),
		CREATE("read-only", map_flags, VTYPE | BPF_F_RDONLY, -EINVAL),
		CREATE("write-only", map_flags, VTYPE | BPF_F_WRONLY, -EINVAL),
		CREATE("mmapable", map_flags, VTYPE | BPF_F_MMAPABLE, -EINVAL),
		CREATE("the highest flag", map_flags, VTYPE | 1U << 31, -EINVAL),
		CREATE("a type of vmlinux", map_flags, 0, -ENOTSUPP),
		CREATE("no type", btf_vmlinux_value_type_id, 0, -EINVAL),
		CREATE("the table itself", btf_vmlinux_value_type_id, ours.id,
		       -ENOTSUPP),
		CREATE("an int", btf_vmlinux_value_type_id, 1, -ENOTSUPP),
		CREATE("no such type", btf_vmlinux_value_type_id, ~0U, -ENOTSUPP),
		CREATE("no BTF of the type", value_type_btf_obj_fd, ~0U, -EBADF),
		CREATE("a map for BTF", value_type_btf_obj_fd, array, -EINVAL),
		CREATE("vmlinux's BTF", value_type_btf_obj_fd, vmlinux_btf,
		       -EINVAL),
		CREATE("the caller's BTF", value_type_btf_obj_fd, own_btf,
		       -EINVAL),
		CREATE("another module's BTF", value_type_btf_obj_fd,
		       second.btf_fd, -ENOTSUPP),
		CREATE("no BTF of the caller", btf_fd, ~0U, -EBADF),
		CREATE("a map for the caller's BTF", btf_fd, array, -EINVAL),
		CREATE("vmlinux's for the caller's", btf_fd, vmlinux_btf, -EACCES),
		CREATE("a key's type", btf_key_type_id, 1, -EINVAL),
		CREATE("a value's type", btf_value_type_id, 1, -EINVAL),
		CREATE("something extra", map_extra, 1, -EINVAL),
		CREATE("a device", map_ifindex, 1, -EINVAL),
		/* "a/b" and a NUL, in either byte order */
		CREATE("a slash in the name", map_name, 0x622f61, -EINVAL),
	};

	_Static_assert(sizeof(tweaks) <= sizeof(create_tweaks), "room");
	memcpy(create_tweaks, tweaks, sizeof(tweaks));
	nr_create_tweaks = ARRAY_SIZE(tweaks);
}

#define IN_VALUE(what, member, to, err, late) \
	{ what, VALUE, offsetof(struct value, member), to, err, late }

static void make_update_tweaks(void)
{
	const struct tweak tweaks[] = {
		{ "BPF_NOEXIST", ATTR, offsetof(union bpf_attr, flags),
		  BPF_NOEXIST, -EINVAL, false },
		{ "BPF_EXIST", ATTR, offsetof(union bpf_attr, flags), BPF_EXIST,
		  -EINVAL, false },
		{ "BPF_F_LOCK", ATTR, offsetof(union bpf_attr, flags),
		  BPF_F_LOCK, -EINVAL, false },
		{ "a high flag", ATTR, offsetof(union bpf_attr, flags) + 4,
		  1U << 31, -EINVAL, false },
		{ "key 1", KEY, 0, 1, -E2BIG, false },
		{ "the last key", KEY, 0, ~0U, -E2BIG, false },
		IN_VALUE("a reference", refcnt, 1, -EINVAL, false),
		IN_VALUE("INUSE", state, INUSE, -EINVAL, false),
		IN_VALUE("TOBEFREE", state, TOBEFREE, -EINVAL, false),
		IN_VALUE("READY", state, READY, -EINVAL, false),
		IN_VALUE("the hole's first byte", hole[0], 1, -EINVAL, false),
		IN_VALUE("the hole's last byte", hole[CACHE_LINE - 12], 1 << 24,
			 -EINVAL, false),
		IN_VALUE("after the last member", ops.name[16], 1, -EINVAL, false),
		{ "the last byte", VALUE, sizeof(struct value) - 4, 1 << 24,
		  -EINVAL, false },
		IN_VALUE("a socket filter", ops.test_1, socket_filter, -EINVAL,
			 true),
		IN_VALUE("a tracing program", ops.test_1, tracing, -EINVAL, true),
		IN_VALUE("the program of the next member", ops.test_1,
			 progs[TEST_2], -EINVAL, true),
		IN_VALUE("the program of the member before", ops.test_2,
			 progs[TEST_1], -EINVAL, true),
		/* These have the same signature: only the member tells them apart. */
		IN_VALUE("prepare in filter", ops.filter, progs[PREPARE],
			 -EINVAL, true),
		IN_VALUE("filter in prepare", ops.prepare, progs[FILTER],
			 -EINVAL, true),
		IN_VALUE("another type's program", ops.test_1, second_prog,
			 -EINVAL, true),
		IN_VALUE("a map", ops.test_1, array, -EINVAL, true),
		IN_VALUE("BTF", ops.test_1, own_btf, -EINVAL, true),
		IN_VALUE("no descriptor", ops.test_1, 12345, -EBADF, true),
		IN_VALUE("-1", ops.filter, ~0U, -EBADF, true),
		IN_VALUE("an unknown flag", ops.flags, 2, -EINVAL, true),
		IN_VALUE("the highest flag", ops.flags, 1U << 31, -EINVAL, true),
		IN_VALUE("a newline in the name", ops.name, 0x0a0a0a0a, -EINVAL,
			 true),
		IN_VALUE("no NUL", ops.name[12], 0x78787878, -EINVAL, true),
	};

	_Static_assert(sizeof(tweaks) <= sizeof(update_tweaks), "room");
	memcpy(update_tweaks, tweaks, sizeof(tweaks));
	nr_update_tweaks = ARRAY_SIZE(tweaks);
}

int tweaked_update(int map, struct value *v, const struct tweak *t)
{
	__u32 key = 0;
	union bpf_attr attr = {
		.map_fd = map,
		.key = (unsigned long)&key,
		.value = (unsigned long)v,
	};

	if (t)
		tweak(t->in == ATTR  ? (void *)&attr
		      : t->in == KEY ? (void *)&key
				     : v,
		      t);
	return raw_bpf(BPF_MAP_UPDATE_ELEM, &attr);
}

void expect_state(int map, enum state wanted, __u32 refcnt)
{
	struct value v;

	memset(&v, 0xff, sizeof(v));
	returns(raw_lookup(map, 0, &v), 0);
	assert_int_equal(v.state, wanted);
	assert_int_equal(v.refcnt, refcnt);
}

void expect_keys(int map)
{
	__u32 zero = 0, other = 7, next = 7;
	struct value v;

	returns(bpf_map_get_next_key(map, NULL, &next), 0);
	assert_int_equal(next, 0);
	next = 7;
	returns(bpf_map_get_next_key(map, &other, &next), 0);
	assert_int_equal(next, 0);
	returns(bpf_map_get_next_key(map, &zero, &next), -ENOENT);
	returns(raw_lookup(map, 1, &v), -ENOENT);
	returns(raw_lookup(map, ~0U, &v), -ENOENT);
}

int new_map(const struct raw_type *of, __u32 flags)
{
	union bpf_attr attr;

	raw_map_attr(&attr, of, own_btf, flags);
	return must(raw_bpf(BPF_MAP_CREATE, &attr));
}

void set_program(struct value *v, enum member member, unsigned long fd)
{
	memcpy((char *)&v->ops + member * sizeof(fd), &fd, sizeof(fd));
}

void good_value(struct value *v, const char *name)
{
	int i;

	memset(v, 0, sizeof(*v));
	for (i = 0; i < NR_FUNCTIONS; i++)
		set_program(v, i, progs[i]);
	snprintf(v->ops.name, sizeof(v->ops.name), "%s", name);
}

int hostile_setup(void **state)
{
	int i, err;

	err = module_setup(state);
	if (err)
		return err;
	module_unload_named(TWIN);
	module_unload_named(SECOND);
	err = module_load(SECOND ".ko", "");
	if (err)
		return err;

	first_fd = dup(0);
	raw_type_find(&ours, MODULE_NAME, "bpf_testmod_ops");
	raw_type_find(&second, SECOND, "second_ops");
	raw_type_find(&second_other, SECOND, "second_other_ops");
	assert_int_equal(ours.value_size, sizeof(struct value));

	for (i = 0; i < NR_FUNCTIONS; i++)
		progs[i] = must(raw_struct_ops(&ours, i, 0));
	second_prog = must(raw_struct_ops(&second, 0, 0));
	socket_filter = must(raw_socket_filter());
	tracing = must(raw_tracing());
	own_btf = raw_btf_own();
	vmlinux_btf = raw_btf_of("vmlinux");
	array = must(bpf_map_create(BPF_MAP_TYPE_ARRAY, NULL, 4, 4, 1, NULL));
	make_create_tweaks();
	make_update_tweaks();
	return 0;
}

void close_all(void)
{
	/* The fixture may have failed before it opened this. */
	if (first_fd)
		close_range(first_fd, ~0U, 0);
}

void expect_clean(void)
{
	wait_until(!raw_delete_tables());
	assert_string_equal(status("attached"), "no");
	assert_string_equal(status("in prepare"), "0");
}

int hostile_teardown(void **state)
{
	close_all();
	expect_clean();
	module_unload_named(TWIN);
	module_unload_named_soon(SECOND);
	return module_teardown(state);
}
