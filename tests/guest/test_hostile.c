// SPDX-License-Identifier: GPL-2.0-only
/*
 * Raw bpf(2) calls against the type, which libbpf would never send. The kernel
 * refuses most of them; each refused call comes with a valid one that it varies.
 */
#include "lib.h"

#include <errno.h>
#include <limits.h>
#include <linux/version.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>

#include "hostile.h"
#include "insns.h"
#include "modules/second/opsmod_second.h"

/* What a map of second_ops holds. */
struct second_value {
	__u32 refcnt;
	__u32 state;
	char hole[CACHE_LINE - 8];
	struct second_ops ops;
} __attribute__((aligned(CACHE_LINE)));

static int good_update(int map, const char *name)
{
	struct value v;

	good_value(&v, name);
	return raw_update(map, 0, &v, 0);
}

/* A map that is ready to be attached by a link. */
static int ready_map(const char *name)
{
	int map = new_map(&ours, BPF_F_LINK);

	returns(good_update(map, name), 0);
	return map;
}

/* Maps of the second module, in each of the two states of a link's map. */
static int second_map(bool ready)
{
	struct second_value v = {};
	unsigned long fd = second_prog;
	int map = new_map(&second, BPF_F_LINK);

	memcpy(&v.ops.first, &fd, sizeof(fd));
	if (ready)
		returns(raw_update(map, 0, &v, 0), 0);
	return map;
}

static void makes_no_map_but_the_right_one(void **state)
{
	union bpf_attr attr;
	size_t i;

	/* Otherwise "another module's BTF" would only be a wrong value size. */
	assert_int_not_equal(ours.value_id, second.value_id);
	assert_int_not_equal(ours.value_id, second_other.value_id);

	for (i = 0; i < nr_create_tweaks; i++) {
		raw_map_attr(&attr, &ours, own_btf, 0);
		tweak(&attr, &create_tweaks[i]);
		expect(create_tweaks[i].what, raw_bpf(BPF_MAP_CREATE, &attr),
		       create_tweaks[i].err);
		close(new_map(&ours, 0));
		close(new_map(&ours, BPF_F_LINK));
	}

	/* The kernel ignores fields that mean nothing here. */
	raw_map_attr(&attr, &ours, own_btf, 0);
	attr.inner_map_fd = 12345;
	attr.map_token_fd = 12345;
	close(must(raw_bpf(BPF_MAP_CREATE, &attr)));
	attr.map_flags |= BPF_F_TOKEN_FD;
	returns(raw_bpf(BPF_MAP_CREATE, &attr), -EBADF);
}

static void loads_no_program_but_the_right_one(void **state)
{
	static const char *const licences[] = { "Proprietary", "", "GPL v3",
						"BSD" };
	/* flags, name, and two that are not there. */
	static const int no_functions[] = { NR_FUNCTIONS, NR_FUNCTIONS + 1,
					    NR_FUNCTIONS + 2, 1000 };
	union bpf_attr attr;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(licences); i++) {
		raw_struct_ops_attr(&attr, &ours, TEST_1, 0);
		attr.license = (unsigned long)licences[i];
		expect(licences[i], raw_bpf(BPF_PROG_LOAD, &attr), -EINVAL);
	}
	raw_struct_ops_attr(&attr, &ours, TEST_1, 0);
	attr.license = (unsigned long)"Dual BSD/GPL";
	close(must(raw_bpf(BPF_PROG_LOAD, &attr)));

	for (i = 0; i < ARRAY_SIZE(no_functions); i++)
		expect("a member that is no function",
		       raw_struct_ops(&ours, no_functions[i], 0), -EINVAL);
	close(must(raw_struct_ops(&ours, FILTER, 0)));

	raw_struct_ops_attr(&attr, &ours, TEST_1, 0);
	attr.attach_btf_id = ours.value_id;
	expect("the value", raw_bpf(BPF_PROG_LOAD, &attr), -ENOTSUPP);
	attr.attach_btf_id = 0;
	expect("no struct", raw_bpf(BPF_PROG_LOAD, &attr), -EINVAL);
	attr.attach_btf_id = ours.id;
	attr.attach_btf_obj_fd = own_btf;
	expect("the caller's BTF", raw_bpf(BPF_PROG_LOAD, &attr), -ENOTSUPP);
	attr.attach_btf_obj_fd = vmlinux_btf;
	expect("vmlinux's BTF", raw_bpf(BPF_PROG_LOAD, &attr), -ENOTSUPP);
	attr.attach_btf_obj_fd = 12345;
	expect("no BTF", raw_bpf(BPF_PROG_LOAD, &attr), -EINVAL);
	attr.attach_btf_obj_fd = 0;
	expect("vmlinux's by default", raw_bpf(BPF_PROG_LOAD, &attr), -ENOTSUPP);
	attr.attach_btf_obj_fd = ours.btf_fd;
	close(must(raw_bpf(BPF_PROG_LOAD, &attr)));
}

static int kfunc_id(const char *name)
{
	struct btf *vmlinux = btf__load_vmlinux_btf();
	struct btf *btf = btf__load_module_btf(MODULE_NAME, vmlinux);
	int id = btf__find_by_name_kind(btf, name, BTF_KIND_FUNC);

	assert_true(id > 0);
	btf__free(btf);
	btf__free(vmlinux);
	return id;
}

/* The kit is asked about its kfunc before the kernel looks at the member. */
static void calls_no_kfunc_for_what_is_no_member(void **state)
{
	static const int no_functions[] = { NR_FUNCTIONS, NR_FUNCTIONS + 2,
					    1000, INT_MAX, -1 };
	struct bpf_insn insns[] = {
		/* The event, offset 0, 1 byte. */
		READ(BPF_DW, 1, 1, 0),
		SET(2, 0),
		SET(3, 1),
		KFUNC(1, kfunc_id("bpf_testmod_event_data")),
		SET(0, 0),
		EXIT,
	};
	int btfs[] = { 0, ours.btf_fd };
	union bpf_attr attr;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(no_functions); i++) {
		raw_struct_ops_attr(&attr, &ours, no_functions[i], 0);
		attr.insns = (unsigned long)insns;
		attr.insn_cnt = ARRAY_SIZE(insns);
		attr.fd_array = (unsigned long)btfs;
		expect("a kfunc for what is no member",
		       raw_bpf(BPF_PROG_LOAD, &attr), -EINVAL);
	}
	attr.expected_attach_type = FILTER;
	close(must(raw_bpf(BPF_PROG_LOAD, &attr)));
}

static void takes_no_value_but_the_right_one(void **state)
{
	static const __u32 kinds[] = { 0, BPF_F_LINK };
	size_t i, k;

	for (k = 0; k < ARRAY_SIZE(kinds); k++) {
		for (i = 0; i < nr_update_tweaks; i++) {
			const struct tweak *t = &update_tweaks[i];
			int map = new_map(&ours, kinds[k]);
			struct value v;

			good_value(&v, TWELVE_LETTERS);
			expect(t->what, tweaked_update(map, &v, t), t->err);
			expect_state(map, INIT, 0);
			assert_string_equal(status("attached"), "no");

			/* The refused calls have left nothing in the way. */
			good_value(&v, TWELVE_LETTERS);
			returns(tweaked_update(map, &v, NULL), 0);

			/* Any second update is refused. */
			good_value(&v, TWELVE_LETTERS);
			returns(tweaked_update(map, &v, NULL), -EBUSY);
			expect(t->what, tweaked_update(map, &v, t),
			       t->late ? -EBUSY : t->err);
			expect_state(map, kinds[k] ? READY : INUSE, !kinds[k]);
			if (!kinds[k])
				returns(raw_delete(map, 0), 0);
			close(map);
		}
	}
}

static void a_table_needs_a_program(void **state)
{
	int map = new_map(&ours, BPF_F_LINK);
	struct value v = { .ops.name = "empty" };

	returns(raw_update(map, 0, &v, 0), -EINVAL);
	expect_state(map, INIT, 0);

	/* A descriptor is an int: the kernel drops the upper half of the slot. */
	set_program(&v, FILTER, 1UL << 32);
	returns(raw_update(map, 0, &v, 0), -EINVAL);
	set_program(&v, FILTER, 1UL << 32 | progs[FILTER]);
	returns(raw_update(map, 0, &v, 0), 0);
	expect_state(map, READY, 0);
}

static __u32 prog_id(int fd)
{
	struct bpf_prog_info info = {};
	__u32 len = sizeof(info);

	assert_int_equal(bpf_prog_get_info_by_fd(fd, &info, &len), 0);
	return info.id;
}

/* The map gives back what it was given, with ids for descriptors. */
static void expect_content(int map, const char *name)
{
	struct value got, wanted;
	int i;

	good_value(&wanted, name);
	for (i = 0; i < NR_FUNCTIONS; i++)
		set_program(&wanted, i, prog_id(progs[i]));
	returns(raw_lookup(map, 0, &got), 0);
	assert_memory_equal(&got.ops, &wanted.ops, sizeof(got.ops));
}

static void states_of_a_map_without_a_link(void **state)
{
	int map = new_map(&ours, 0), i;

	expect_state(map, INIT, 0);
	expect_keys(map);
	returns(raw_delete(map, 0), -ENOENT);
	returns(raw_link_create(map), -EINVAL);

	returns(good_update(map, "linkless"), 0);
	expect_state(map, INUSE, 1);
	expect_content(map, "linkless");
	expect_keys(map);
	assert_string_equal(status("name"), "linkless");
	returns(raw_link_create(map), -EINVAL);

	/* The kernel looks at no key here: there is but one. */
	returns(raw_delete(map, 1), 0);
	assert_string_equal(status("attached"), "no");
	for (i = 0; i < 2; i++) {
		expect_state(map, TOBEFREE, 0);
		expect_content(map, "linkless");
		expect_keys(map);
		returns(raw_delete(map, 0), -EINPROGRESS);
		returns(good_update(map, "again"), -EBUSY);
		returns(raw_link_create(map), -EINVAL);
	}
}

static void states_of_a_map_with_a_link(void **state)
{
	int map = new_map(&ours, BPF_F_LINK), link;

	expect_state(map, INIT, 0);
	expect_keys(map);
	returns(raw_delete(map, 0), -EOPNOTSUPP);
	returns(raw_link_create(map), -EINVAL);

	returns(good_update(map, "linked"), 0);
	expect_state(map, READY, 0);
	expect_content(map, "linked");
	expect_keys(map);
	assert_string_equal(status("attached"), "no");
	returns(raw_delete(map, 0), -EOPNOTSUPP);

	link = must(raw_link_create(map));
	assert_string_equal(status("name"), "linked");
	expect_state(map, READY, 1);
	expect_keys(map);
	returns(raw_delete(map, 0), -EOPNOTSUPP);
	assert_string_equal(status("attached"), "yes");

	returns(bpf_link_detach(link), 0);
	expect_state(map, READY, 0);
	assert_string_equal(status("attached"), "no");
	returns(bpf_link_detach(link), 0);
	returns(bpf_link_update(link, map, NULL), -ENOLINK);

	/* A detached link does not stop the next one. */
	must(raw_link_create(map));
	assert_string_equal(status("attached"), "yes");
	expect_state(map, READY, 1);
}

/* Without a link, reg refuses, and the map is as if never updated. */
static void a_refused_table_can_be_tried_again(void **state)
{
	int first = new_map(&ours, 0), map = new_map(&ours, 0);

	returns(good_update(first, "first"), 0);
	returns(good_update(map, "map"), -EEXIST);
	expect_state(map, INIT, 0);
	returns(raw_delete(map, 0), -ENOENT);
	assert_string_equal(status("name"), "first");

	returns(raw_delete(first, 0), 0);
	returns(good_update(map, "map"), 0);
	assert_string_equal(status("name"), "map");
}

static int descriptor(int map, __u32 flags)
{
	LIBBPF_OPTS(bpf_get_fd_by_id_opts, opts, .open_flags = flags);

	return must(bpf_map_get_fd_by_id_opts(raw_map_id(map), &opts));
}

static void a_descriptor_for_reading_only_reads(void **state)
{
	int map = new_map(&ours, 0), linked = ready_map("linked");
	int reader = descriptor(map, BPF_F_RDONLY);
	int writer = descriptor(map, BPF_F_WRONLY);
	__u32 next;
	struct value v;

	returns(good_update(reader, "reader"), -EPERM);
	returns(raw_lookup(writer, 0, &v), -EPERM);
	returns(bpf_map_get_next_key(writer, NULL, &next), -EPERM);
	returns(good_update(writer, "writer"), 0);
	expect_state(reader, INUSE, 1);
	returns(raw_delete(reader, 0), -EPERM);
	returns(raw_delete(writer, 0), 0);

	/* But it attaches: the kernel asks for no right when it makes a link. */
	reader = descriptor(linked, BPF_F_RDONLY);
	must(raw_link_create(reader));
	assert_string_equal(status("name"), "linked");
}

static void does_nothing_else_that_maps_do(void **state)
{
	int map = ready_map("ready");
	__u32 key = 0, n = 1;
	struct value v;

	returns(bpf_map_freeze(map), -ENOTSUPP);
	returns(bpf_map_lookup_and_delete_elem(map, &key, &v), -ENOTSUPP);
	returns(bpf_map_lookup_elem_flags(map, &key, &v, BPF_F_LOCK), -EINVAL);
	returns(raw_lookup(map, 0, &v), 0);

	returns(bpf_map_lookup_batch(map, NULL, &key, &key, &v, &n, NULL),
		-ENOTSUPP);
	returns(bpf_map_lookup_and_delete_batch(map, NULL, &key, &key, &v, &n,
						NULL),
		-ENOTSUPP);
	returns(bpf_map_update_batch(map, &key, &v, &n, NULL), -ENOTSUPP);
	returns(bpf_map_delete_batch(map, &key, &n, NULL), -ENOTSUPP);
	returns(bpf_map_lookup_batch(array, NULL, &key, &key, &v, &n, NULL), 0);

	assert_ptr_equal(mmap(NULL, PAGE, PROT_READ, MAP_SHARED, map, 0),
			 MAP_FAILED);
	assert_int_equal(errno, ENOTSUPP);
	expect_state(map, READY, 0);

	/* Freeze the array only now: the calls above need one that is not frozen. */
	returns(bpf_map_freeze(array), 0);
}

static void links_no_map_but_the_right_one(void **state)
{
	int linkless = new_map(&ours, 0), ready = ready_map("ready");
	int other = ready_map("other"), link;
	const struct {
		const char *what;
		int map, err;
	} cases[] = {
		{ "no descriptor", 12345, -EBADF },
		{ "-1", -1, -EBADF },
		{ "a program", progs[TEST_1], -EINVAL },
		{ "BTF", ours.btf_fd, -EINVAL },
		{ "an array", array, -EINVAL },
		{ "not updated", new_map(&ours, BPF_F_LINK), -EINVAL },
		{ "neither updated nor with BPF_F_LINK", linkless, -EINVAL },
		{ "the second's, not updated", second_map(false), -EINVAL },
	};
	union bpf_attr attr;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		expect(cases[i].what, raw_link_create(cases[i].map),
		       cases[i].err);
		assert_string_equal(status("attached"), "no");
		link = must(raw_link_create(ready));
		assert_string_equal(status("name"), "ready");
		close(link);
		assert_string_equal(status("attached"), "no");
	}

	returns(good_update(linkless, "linkless"), 0);
	returns(raw_link_create(linkless), -EINVAL);
	returns(raw_link_create(ready), -EEXIST);
	returns(raw_delete(linkless, 0), 0);

	/* One more table of a type that takes many does not affect ours. */
	must(raw_link_create(second_map(true)));
	assert_string_equal(status("attached"), "no");

	memset(&attr, 0, sizeof(attr));
	attr.link_create.map_fd = ready;
	attr.link_create.attach_type = BPF_STRUCT_OPS;
	/* 6.12 and 7.3 look neither at the target nor at flags. */
	attr.link_create.target_fd = 12345;
	attr.link_create.flags = ~0U;
	link = must(raw_bpf(BPF_LINK_CREATE, &attr));
	returns(raw_link_create(ready), -EEXIST);
	returns(raw_link_create(other), -EEXIST);
	assert_string_equal(status("name"), "ready");
	close(link);

	attr.link_create.attach_type = BPF_CGROUP_INET_INGRESS;
	returns(raw_bpf(BPF_LINK_CREATE, &attr), -EINVAL);
	attr.link_create.attach_type = ~0U;
	returns(raw_bpf(BPF_LINK_CREATE, &attr), -EINVAL);
	must(raw_link_create(other));
	assert_string_equal(status("name"), "other");
}

static void swaps_for_no_map_but_the_right_one(void **state)
{
	int a = ready_map("a"), b = ready_map("b"), c = ready_map("c");
	int link = must(raw_link_create(a));
	int second_link = must(raw_link_create(second_map(true)));
	const struct {
		const char *what;
		int link, map, old;
		__u32 flags;
		int err;
	} cases[] = {
		{ "no link", 12345, b, 0, 0, -EBADF },
		{ "a map for a link", a, b, 0, 0, -EINVAL },
		{ "no map", link, 12345, 0, 0, -EBADF },
		{ "an array", link, array, 0, 0, -EINVAL },
		{ "a program", link, progs[TEST_1], 0, 0, -EINVAL },
		{ "another type's", link, second_map(true), 0, 0, -EINVAL },
		{ "for another type's", second_link, b, 0, 0, -EINVAL },
		{ "not updated", link, new_map(&ours, BPF_F_LINK), 0, 0, -EINVAL },
		{ "without BPF_F_LINK", link, new_map(&ours, 0), 0, 0, -EINVAL },
		{ "an unknown flag", link, b, 0, 1, -EINVAL },
		{ "BPF_F_REPLACE and another", link, b, a, BPF_F_REPLACE | 2,
		  -EINVAL },
		{ "every flag", link, b, a, ~0U, -EINVAL },
		{ "an old map that was not asked for", link, b, a, 0, -EINVAL },
		{ "no old map", link, b, 12345, BPF_F_REPLACE, -EBADF },
		{ "a program for the old map", link, b, progs[TEST_1],
		  BPF_F_REPLACE, -EINVAL },
		{ "the wrong old map", link, b, c, BPF_F_REPLACE, -EPERM },
		{ "the new map for the old", link, b, b, BPF_F_REPLACE, -EPERM },
		{ "an array for the old map", link, b, array, BPF_F_REPLACE,
		  -EPERM },
	};
	unsigned long swaps = 0;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		expect(cases[i].what,
		       raw_link_update(cases[i].link, cases[i].map,
				       cases[i].old, cases[i].flags),
		       cases[i].err);
		assert_string_equal(status("name"), "a");
		expect_state(a, READY, 1);
		assert_int_equal(status_number("swaps"), swaps);

		returns(raw_link_update(link, b, a, BPF_F_REPLACE), 0);
		assert_string_equal(status("name"), "b");
		expect_state(a, READY, 0);
		expect_state(b, READY, 1);
		returns(bpf_link_update(link, a, NULL), 0);
		swaps += 2;
	}

	/* A swap for itself: the table stays, and is held once. */
	returns(raw_link_update(link, a, a, BPF_F_REPLACE), 0);
	assert_string_equal(status("name"), "a");
	expect_state(a, READY, 1);
	trigger("x");
	close(link);
	assert_string_equal(status("attached"), "no");
	expect_state(a, READY, 0);
}

/*
 * The kernel's own limit, see SECURITY.md: it compares the ids of types, and
 * not the BTF that they are ids in. Two modules of one build have the same.
 * If this test fails because the update is refused, the kernel was mended.
 */
static void a_program_of_another_module_is_taken_for_ones_own(void **state)
{
	struct second_value v = {};
	unsigned long fd = second_prog;
	struct raw_type twin;
	int map;

	module_rename(SECOND, TWIN, "/tmp/twin.ko");
	assert_int_equal(module_load("/tmp/twin.ko", ""), 0);
	raw_type_find(&twin, TWIN, "second_ops");
	assert_int_equal(twin.id, second.id);
	map = new_map(&twin, BPF_F_LINK);

	memcpy(&v.ops.first, &fd, sizeof(fd));
	returns(raw_update(map, 0, &v, 0), 0);
	close(must(raw_link_create(map)));

	/* That is its limit: the other type of the same module is told apart. */
	map = new_map(&second_other, BPF_F_LINK);
	returns(raw_update(map, 0, &v, 0), -EINVAL);

	close(map);
	close_all();
	module_unload_named_soon(TWIN);
	unlink("/tmp/twin.ko");
}

/*
 * The same limit in time: a program does not keep its module loaded. From 7.2 on the
 * module sees which programs a table got.
 */
static void a_program_outlives_its_module(void **state)
{
	struct raw_type before = ours;
	union bpf_attr attr;
	int link;

	module_unload_soon();
	raw_map_attr(&attr, &before, own_btf, 0);
	returns(raw_bpf(BPF_MAP_CREATE, &attr), -EINVAL);
	assert_int_equal(module_load(MODULE_FILE, ""), 0);

	/* The BTF of the unloaded module is not that of the loaded one. */
	returns(raw_bpf(BPF_MAP_CREATE, &attr), -EINVAL);
	returns(raw_struct_ops(&before, TEST_1, 0), -ENOTSUPP);

	/* But the programs' ids are good in it, and for the kernel these alone count. */
	raw_type_find(&ours, MODULE_NAME, "bpf_testmod_ops");
	assert_int_equal(ours.id, before.id);
	if (kernel_version() >= KERNEL_VERSION(7, 2, 0)) {
		klog_mark();
		returns(good_update(new_map(&ours, BPF_F_LINK), "outlived"),
			-EINVAL);
		klog_expect(
			"table \"outlived\" refused: it has a program that was loaded for another module\n");
		close(must(raw_struct_ops(&ours, TEST_1, 0)));
		return;
	}
	link = must(raw_link_create(ready_map("outlived")));
	trigger("x");
	assert_int_equal(status_number("test_1 calls"), 1);
	close(link);
	close(must(raw_struct_ops(&ours, TEST_1, 0)));
}

/* Loads with the module's BTF, got by BTF_ID or HANDED over; returns the errno. */
static int attach_as(void (*become)(void), __u32 btf_id, bool handed)
{
	pid_t child = fork();
	int status;

	assert_return_code(child, errno);
	if (!child) {
		struct raw_type type = ours;
		struct value v = {};
		union bpf_attr attr;
		int ret, prog, map;

		become();
		if (!handed)
			type.btf_fd = bpf_btf_get_fd_by_id(btf_id);
		ret = type.btf_fd;
		if (ret >= 0)
			ret = prog = raw_struct_ops(&type, TEST_1, 7);
		if (ret >= 0) {
			raw_map_attr(&attr, &type, own_btf, BPF_F_LINK);
			ret = map = raw_bpf(BPF_MAP_CREATE, &attr);
		}
		if (ret >= 0) {
			set_program(&v, TEST_1, prog);
			ret = raw_update(map, 0, &v, 0);
		}
		if (ret >= 0)
			ret = raw_link_create(map);
		_exit(ret < 0 ? -ret : 0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

/* The loader asks for CAP_SYS_ADMIN only because of the BTF. */
static void cap_bpf_and_cap_perfmon_lack_only_the_btf(void **state)
{
	struct bpf_btf_info info = {};
	__u32 size = sizeof(info);

	assert_int_equal(bpf_btf_get_info_by_fd(ours.btf_fd, &info, &size), 0);
	klog_mark();
	returns(attach_as(become_nobody_plain, info.id, true), EPERM);
	returns(attach_as(become_nobody_with_bpf, info.id, false), EPERM);
	klog_expect("");
	returns(attach_as(become_nobody_with_bpf, info.id, true), 0);
	returns(attach_as(become_nobody_with_sys_admin, info.id, false), 0);
	klog_expect("bpf_testmod_ops registered: (unnamed)\n"
		    "bpf_testmod_ops unregistered: (unnamed)\n"
		    "bpf_testmod_ops registered: (unnamed)\n"
		    "bpf_testmod_ops unregistered: (unnamed)\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		hostile_test(makes_no_map_but_the_right_one),
		hostile_test(loads_no_program_but_the_right_one),
		hostile_test(calls_no_kfunc_for_what_is_no_member),
		hostile_test(takes_no_value_but_the_right_one),
		hostile_test(a_table_needs_a_program),
		hostile_test(states_of_a_map_without_a_link),
		hostile_test(states_of_a_map_with_a_link),
		hostile_test(a_refused_table_can_be_tried_again),
		hostile_test(a_descriptor_for_reading_only_reads),
		hostile_test(does_nothing_else_that_maps_do),
		hostile_test(links_no_map_but_the_right_one),
		hostile_test(swaps_for_no_map_but_the_right_one),
		hostile_test(a_program_of_another_module_is_taken_for_ones_own),
		hostile_test(a_program_outlives_its_module),
		hostile_test(cap_bpf_and_cap_perfmon_lack_only_the_btf),
	};

	return run_all(tests);
}
