// SPDX-License-Identifier: GPL-2.0-only
/*
 * What keeps a program to the arguments of its member, in a type with many members:
 * module/opsmod/verifier.c tells why their number matters.
 */
#include "lib.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/btf.h>

#include "insns.h"
#include "rawbpf.h"

#define NAME "opsmod_kit"
#define WORD 8

/**
 * struct member - a member of the type many_ops
 * @name: in the struct
 * @nr_args: how many arguments it has
 * @words: how many words they take: a struct may take more than one
 * @has_pointer: the first one is a pointer to a struct
 */
struct member {
	const char *name;
	int nr_args;
	int words;
	bool has_pointer;
};

static struct member members[64];
static int nr_members;
static struct raw_type type;
static struct btf *vmlinux, *btf;
static char log_buf[65536];

static void read_members(void)
{
	const struct btf_type *ops;
	int i, k, id;

	btf = btf__load_module_btf(NAME, vmlinux);
	assert_non_null(btf);
	id = btf__find_by_name_kind(btf, "many_ops", BTF_KIND_STRUCT);
	ops = btf__type_by_id(btf, id);
	nr_members = btf_vlen(ops);
	assert_in_range(nr_members, 1, ARRAY_SIZE(members));

	for (i = 0; i < nr_members; i++) {
		const struct btf_member *m = &btf_members(ops)[i];
		const struct btf_type *pointer = btf__type_by_id(btf, m->type);
		const struct btf_type *proto =
			btf__type_by_id(btf, pointer->type);
		const struct btf_param *args = btf_params(proto);

		members[i] = (struct member){
			.name = btf__name_by_offset(btf, m->name_off),
			.nr_args = btf_vlen(proto),
			.has_pointer =
				btf_is_ptr(btf__type_by_id(btf, args[0].type)),
		};
		for (k = 0; k < btf_vlen(proto); k++)
			members[i].words +=
				(btf__resolve_size(btf, args[k].type) + WORD - 1) /
				WORD;
	}
}

static int load_with(const char *params)
{
	/* A test that failed may have left it loaded. */
	module_unload_named(NAME);
	if (module_load(NAME ".ko", params))
		return -1;
	raw_type_find(&type, NAME, "many_ops");
	if (!vmlinux)
		vmlinux = btf__load_vmlinux_btf();
	assert_non_null(vmlinux);
	read_members();
	return 0;
}

static int setup(void **state)
{
	return load_with("");
}

static int setup_unbounded(void **state)
{
	return load_with("bounded=0");
}

static int teardown(void **state)
{
	close(type.btf_fd);
	btf__free(btf);
	module_unload_named_soon(NAME);
	return 0;
}

static int load(int member, const struct bpf_insn *insns, __u32 count)
{
	return raw_try(&type, member, 0, insns, count, NULL, log_buf,
		       sizeof(log_buf));
}

static int read_word(int member, int word)
{
	const struct bpf_insn insns[] = {
		READ(BPF_DW, 0, 1, word * WORD),
		EXIT,
	};

	return load(member, insns, ARRAY_SIZE(insns));
}

/* thing = ctx[0]; CHECKED: if (!thing) return 0; return thing->number */
static int follow_pointer(int member, bool checked)
{
	const struct bpf_insn insns[] = {
		SET(0, 0),
		READ(BPF_DW, 1, 1, 0),
		checked ? JUMP(BPF_JEQ, 1, 0, 1) : SET(0, 0),
		READ(BPF_DW, 0, 1, 0),
		EXIT,
	};

	return load(member, insns, ARRAY_SIZE(insns));
}

static void loads(int member, int err)
{
	if (err)
		fail_msg("%s: %s", members[member].name, log_buf);
}

static void refused(int member, int err, const char *line)
{
	if (err != -EACCES || !verifier_said(log_buf, line))
		fail_msg("%s: %d, expected the line '%s', the log is: %s",
			 members[member].name, err, line, log_buf);
}

static const char *in_the_kernels_words(int member, int arg)
{
	static char line[64];

	snprintf(line, sizeof(line), "func '%s' doesn't have %d-th argument",
		 members[member].name, arg);
	return line;
}

static const char *in_our_words(int member)
{
	static char line[128];
	int end = members[member].words * WORD;

	snprintf(line, sizeof(line),
		 "access at off %d with size %d is past the arguments, which end at %d",
		 end, WORD, end);
	return line;
}

/* The index is, of a program of another type, this attach type. */
static bool is_attach_type(int member, const char *const names[], size_t count)
{
	int id = btf__find_by_name_kind(vmlinux, "bpf_attach_type",
					BTF_KIND_ENUM);
	const struct btf_type *t = btf__type_by_id(vmlinux, id);
	const struct btf_enum *e;
	size_t i;
	int k;

	assert_non_null(t);
	for (k = 0, e = btf_enum(t); k < btf_vlen(t); k++, e++) {
		const char *name = btf__name_by_offset(vmlinux, e->name_off);

		if (e->val != member)
			continue;
		for (i = 0; i < count; i++) {
			if (!strcmp(names[i], name))
				return true;
		}
	}
	return false;
}

/* Attach types whose programs may read a result after the arguments. */
static bool may_read_a_result(int member)
{
	static const char *const names[] = {
		"BPF_TRACE_FEXIT", "BPF_MODIFY_RETURN",	 "BPF_LSM_MAC",
		"BPF_LSM_CGROUP",  "BPF_TRACE_FSESSION",
	};

	return is_attach_type(member, names, ARRAY_SIZE(names));
}

static bool is_raw_tracepoint(int member)
{
	static const char *const names[] = { "BPF_TRACE_RAW_TP" };

	return is_attach_type(member, names, ARRAY_SIZE(names));
}

static void no_member_reads_past_its_arguments(void **state)
{
	int i;

	for (i = 0; i < nr_members; i++) {
		int words = members[i].words;
		int args = members[i].nr_args;
		int err;

		loads(i, read_word(i, words - 1));
		err = read_word(i, words);
		if (may_read_a_result(i) &&
		    verifier_said(log_buf, in_our_words(i)))
			assert_int_equal(err, -EACCES);
		else
			refused(i, err, in_the_kernels_words(i, args + 1));
		refused(i, read_word(i, words + 1),
			in_the_kernels_words(i, args + 2));
	}
}

/* What the bound is for: the kernel alone lets some of them do it. */
static void without_the_bound_some_members_do(void **state)
{
	int loaded = 0, expected = 0, i;

	print_message("# past the arguments:");
	for (i = 0; i < nr_members; i++) {
		int words = members[i].words;
		int args = members[i].nr_args;
		int err;

		loads(i, read_word(i, words - 1));
		err = read_word(i, words);
		if (may_read_a_result(i))
			expected++;
		if (may_read_a_result(i) && !err) {
			print_message(" %s", members[i].name);
			loaded++;
		} else {
			refused(i, err, in_the_kernels_words(i, args + 1));
		}
	}
	print_message("\n");

	/* All but the last of them are in every kernel. */
	assert_true(expected >= 4);
	if (!loaded) {
		print_message(
			"# this kernel knows an index from an attach type\n");
		skip();
	}
	assert_int_equal(loaded, expected);
}

/* One member's pointers have to be checked, and no module can change that. */
static void pointers_are_trusted_in_all_members_but_one(void **state)
{
	int i;

	for (i = 0; i < nr_members; i++) {
		int err;

		if (!members[i].has_pointer)
			continue;
		loads(i, follow_pointer(i, true));
		err = follow_pointer(i, false);
		if (!err || !is_raw_tracepoint(i)) {
			loads(i, err);
			continue;
		}
		refused(i, err, "R1 invalid mem access 'trusted_ptr_or_null_'");
		print_message("# to be checked for NULL: %s\n", members[i].name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			no_member_reads_past_its_arguments, setup, teardown),
		cmocka_unit_test_setup_teardown(without_the_bound_some_members_do,
						setup_unbounded, teardown),
		cmocka_unit_test_setup_teardown(
			pointers_are_trusted_in_all_members_but_one, setup,
			teardown),
	};

	return run_all(tests);
}
