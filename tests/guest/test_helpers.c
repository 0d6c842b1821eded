// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every helper that the running kernel knows, called by a program that does nothing
 * else. The verifier asks the module before it looks at the arguments, and has words
 * of its own for a helper that the module does not offer: so arguments that are
 * wrong, as they are here, do not matter.
 */
#include "lib.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/btf.h>

#include "bpf_testmod.h"
#include "modules/second/opsmod_second.h"
#include "insns.h"
#include "rawbpf.h"

#define SECOND "opsmod_second"

/* A program names its member by an index. Only pointers come before these members. */
#define MEMBER(type, name) (offsetof(struct type, name) / sizeof(void *))

/**
 * struct helper - a helper of the running kernel
 * @name: as programs call it
 * @id: as the verifier knows it
 * @any: docs/ops.md has it on its list
 * @awake: the same, or docs/ops.md has it for programs that may not sleep
 * @base: the kernel offers it to programs of all types
 */
struct helper {
	char name[64];
	int id;
	bool any;
	bool awake;
	bool base;
};

static struct helper helpers[512];
static size_t nr_helpers;

static struct raw_type ours, second;

/* Whether the module, or the kernel in its name, offers the helper. */
static bool offered(const struct helper *helper, const struct raw_type *type,
		    int member, __u32 flags)
{
	const struct bpf_insn insns[] = {
		HELPER(helper->id),
		EXIT,
	};
	char call[128], refusal[128];
	static char log[65536];

	if (!raw_try(type, member, flags, insns, ARRAY_SIZE(insns), NULL, log,
		     sizeof(log)))
		return true;

	/* Was the program refused because of its call, not for another reason? */
	snprintf(call, sizeof(call), "0: (85) call %s#%d", helper->name,
		 helper->id);
	if (!verifier_said(log, call))
		fail_msg("%s: the verifier did not get to the call: %s",
			 helper->name, log);

	snprintf(refusal, sizeof(refusal),
		 "program of this type cannot use helper %s#%d", helper->name,
		 helper->id);
	return !verifier_said(log, refusal);
}

static bool is_offered(const struct helper *helper)
{
	return offered(helper, &ours, MEMBER(bpf_testmod_ops, filter), 0);
}

static bool is_offered_to_sleepers(const struct helper *helper)
{
	return offered(helper, &ours, MEMBER(bpf_testmod_ops, prepare),
		       BPF_F_SLEEPABLE);
}

static struct helper *find_helper(const char *name)
{
	size_t i;

	for (i = 0; i < nr_helpers; i++) {
		if (!strcmp(helpers[i].name, name))
			return &helpers[i];
	}
	return NULL;
}

/* All but the last one, which is their number. */
static void read_helpers_of_the_kernel(void)
{
	struct btf *btf = btf__load_vmlinux_btf();
	const struct btf_type *t;
	const struct btf_enum *e;
	int i, id;

	assert_non_null(btf);
	id = btf__find_by_name_kind(btf, "bpf_func_id", BTF_KIND_ENUM);
	assert_true(id > 0);
	t = btf__type_by_id(btf, id);
	e = btf_enum(t);
	assert_in_range(btf_vlen(t), 2, ARRAY_SIZE(helpers));

	nr_helpers = 0;
	for (i = 0; i < btf_vlen(t); i++, e++) {
		const char *name = btf__name_by_offset(btf, e->name_off);
		struct helper *helper = &helpers[nr_helpers];

		if (!strcmp(name, "__BPF_FUNC_MAX_ID"))
			continue;
		assert_memory_equal(name, "BPF_FUNC_", strlen("BPF_FUNC_"));
		snprintf(helper->name, sizeof(helper->name), "bpf_%s",
			 name + strlen("BPF_FUNC_"));
		helper->id = e->val;
		nr_helpers++;
	}
	btf__free(btf);
}

/* Reads the list that tests/host/helpers.awk took from docs/ops.md. */
static void read_the_list(void)
{
	FILE *f = fopen("programs/helpers.list", "r");
	char name[64], who[8];

	assert_non_null(f);
	while (fscanf(f, "%63s %7s", name, who) == 2) {
		struct helper *helper = find_helper(name);

		if (!helper)
			fail_msg("docs/ops.md: no kernel has a %s", name);
		helper->awake = true;
		helper->any = !strcmp(who, "any");
	}
	assert_true(feof(f));
	fclose(f);
}

static int setup(void **state)
{
	size_t i;

	if (module_setup(state))
		return -1;
	module_unload_named(SECOND);
	if (module_load(SECOND ".ko", ""))
		return -1;
	raw_type_find(&ours, MODULE_NAME, "bpf_testmod_ops");
	raw_type_find(&second, SECOND, "second_ops");

	read_helpers_of_the_kernel();
	read_the_list();

	/* For this type get_func_proto is the kernel's own bpf_base_func_proto(). */
	for (i = 0; i < nr_helpers; i++)
		helpers[i].base = offered(&helpers[i], &second,
					  MEMBER(second_ops, first), 0);
	return 0;
}

static int teardown(void **state)
{
	close(ours.btf_fd);
	close(second.btf_fd);
	module_unload_named_soon(SECOND);
	return module_teardown(state);
}

#define helpers_test(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

/* Names them all, and fails if there is one. */
static void expect(bool (*is_offered)(const struct helper *),
		   bool (*should_be)(const struct helper *))
{
	char *wrong = NULL;
	size_t i, size;
	FILE *out = open_memstream(&wrong, &size);

	assert_non_null(out);
	for (i = 0; i < nr_helpers; i++) {
		bool is = is_offered(&helpers[i]);

		if (is != should_be(&helpers[i]))
			fprintf(out, "%s %s; ", helpers[i].name,
				is ? "is offered" : "is not offered");
	}
	fclose(out);
	assert_string_equal(wrong, "");
	free(wrong);
}

static bool should_be(const struct helper *helper)
{
	return helper->awake && helper->base;
}

static bool should_be_for_sleepers(const struct helper *helper)
{
	return helper->any && helper->base;
}

static void programs_call_what_the_list_has(void **state)
{
	expect(is_offered, should_be);
}

static void programs_that_may_sleep_call_no_timers(void **state)
{
	expect(is_offered_to_sleepers, should_be_for_sleepers);
	assert_true(is_offered(find_helper("bpf_timer_init")));
	assert_false(is_offered_to_sleepers(find_helper("bpf_timer_init")));
}

static bool should_be_on_this_kernel(const struct helper *helper)
{
	/* This file exists only with CONFIG_CGROUPS. */
	if (strstr(helper->name, "cgroup") || strstr(helper->name, "cgrp"))
		return helper->awake && !access("/proc/self/cgroup", F_OK);
	return helper->awake;
}

static bool is_on_the_list_and_in_the_base_set(const struct helper *helper)
{
	return helper->awake && helper->base;
}

static void the_kernel_has_all_of_the_list(void **state)
{
	expect(is_on_the_list_and_in_the_base_set, should_be_on_this_kernel);
}

/* Without a list these would have been offered. */
static void the_kernel_has_more_than_the_list(void **state)
{
	const struct helper *signal;
	size_t i;

	print_message("# %zu helpers, beyond the list:", nr_helpers);
	for (i = 0; i < nr_helpers; i++) {
		if (helpers[i].base && !helpers[i].awake)
			print_message(" %s", helpers[i].name);
	}
	print_message("\n");

	assert_true(find_helper("bpf_tail_call")->base);
	assert_false(is_offered(find_helper("bpf_tail_call")));

	/* This is in the base set of 7.3; it would kill the writer. */
	signal = find_helper("bpf_send_signal");
	assert_non_null(signal);
	assert_false(is_offered(signal));
	assert_false(is_offered_to_sleepers(signal));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		helpers_test(programs_call_what_the_list_has),
		helpers_test(programs_that_may_sleep_call_no_timers),
		helpers_test(the_kernel_has_all_of_the_list),
		helpers_test(the_kernel_has_more_than_the_list),
	};

	return run_all(tests);
}
