// SPDX-License-Identifier: GPL-2.0-only
/*
 * A kfunc that one member of one type may call: what keeps it from all others, and
 * does not hide from the verifier that it sleeps. Nothing is ever run here.
 */
#include "lib.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <bpf/btf.h>
#include <bpf/libbpf.h>

#include "modules/second/opsmod_permit.h"
#include "insns.h"
#include "rawbpf.h"

#define NAME "opsmod_permit"
#define NAMESAKE "opsmod_permix"
#define PERMIT "programs/permit.bpf.o"
#define NOT_ALLOWED "calling kernel function permit_nap is not allowed"
#define MUST_BE_SLEEPABLE \
	"program must be sleepable to call sleepable kfunc permit_nap"

static struct table table;

static int load_with(const char *params)
{
	/* A test that failed may have left them loaded. */
	module_unload_named(NAMESAKE);
	module_unload_named(NAME);
	return module_load(NAME ".ko", params);
}

static int setup(void **state)
{
	return module_setup(state) || load_with("") ? -1 : 0;
}

static int teardown(void **state)
{
	table_free_all();
	module_unload_named_soon(NAME);
	return module_teardown(state);
}

#define permit_test(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

static int load(const char *program)
{
	return table_try(&table, PERMIT, program);
}

static void accepts(const char *program)
{
	table_must_load(&table, PERMIT, program);
}

static void refuses(const char *program, const char *line, int err)
{
	assert_int_equal(load(program), err);
	verifier_must_say(program, table.log, line);
}

static int parameter(const char *name)
{
	char path[128];
	FILE *f;
	int n;

	snprintf(path, sizeof(path), "/sys/module/" NAME "/parameters/%s", name);
	f = fopen(path, "r");
	assert_non_null(f);
	assert_int_equal(fscanf(f, "%d", &n), 1);
	fclose(f);
	return n;
}

static void one_member_may_call_it(void **state)
{
	accepts("granted_naps");
	refuses("denied_naps", NOT_ALLOWED, EACCES);
}

static void the_other_type_of_the_module_may_not(void **state)
{
	accepts("granted_naps");
	refuses("second_naps", NOT_ALLOWED, EACCES);
	refuses("first_naps", NOT_ALLOWED, EACCES);
}

static void the_type_of_another_module_may_not(void **state)
{
	accepts("granted_naps");
	refuses("prepare_naps", NOT_ALLOWED, EACCES);
}

static __u32 nap_id(void)
{
	struct btf *vmlinux = btf__load_vmlinux_btf();
	struct btf *btf = btf__load_module_btf(NAME, vmlinux);
	int id;

	assert_non_null(btf);
	id = btf__find_by_name_kind(btf, "permit_nap", BTF_KIND_FUNC);
	assert_true(id > 0);
	btf__free(btf);
	btf__free(vmlinux);
	return id;
}

/* Loads granted_naps for a type of the given module: libbpf would take the first. */
static int naps_for(const struct raw_type *type, int kfunc_btf, __u32 kfunc)
{
	const struct bpf_insn insns[] = {
		KFUNC(1, kfunc),
		EXIT,
	};
	const int btfs[] = { 0, kfunc_btf };

	return -raw_try(type,
			offsetof(struct permit_ops, granted) / sizeof(void *),
			BPF_F_SLEEPABLE, insns, ARRAY_SIZE(insns), btfs,
			table.log, sizeof(table.log));
}

/* All but the BTF is the same. */
static void the_type_with_the_same_id_may_not(void **state)
{
	struct raw_type ours, theirs;
	__u32 kfunc = nap_id();

	module_rename(NAME, NAMESAKE, "/tmp/" NAMESAKE ".ko");
	assert_int_equal(module_load("/tmp/" NAMESAKE ".ko", "filter=none"), 0);
	raw_type_find(&ours, NAME, "permit_ops");
	raw_type_find(&theirs, NAMESAKE, "permit_ops");
	assert_int_equal(ours.id, theirs.id);

	if (naps_for(&ours, ours.btf_fd, kfunc))
		fail_msg("the same by hand was refused: %s", table.log);
	assert_int_equal(naps_for(&theirs, ours.btf_fd, kfunc), EACCES);
	verifier_must_say("the namesake's", table.log, NOT_ALLOWED);

	close(theirs.btf_fd);
	close(ours.btf_fd);
	module_unload_named_soon(NAMESAKE);
}

static void accepts_alone(const char *program)
{
	if (table_try_program(&table, PERMIT, program))
		fail_msg("%s was refused: %s", program, table.log);
}

static void refuses_alone(const char *program, const char *line, int err)
{
	assert_int_equal(table_try_program(&table, PERMIT, program), err);
	verifier_must_say(program, table.log, line);
}

static void programs_of_other_types_may_not(void **state)
{
	accepts_alone("socket_stays_awake");
	refuses_alone("socket_naps", NOT_ALLOWED, EACCES);
	accepts_alone("tracer_stays_awake");
	refuses_alone("tracer_naps", NOT_ALLOWED, EACCES);
	accepts_alone("syscall_stays_awake");
	refuses_alone("syscall_naps", NOT_ALLOWED, EACCES);
}

/* The module must know its ids before the first valid program. */
static void the_first_program_may_not(void **state)
{
	accepts("granted_naps");
	module_unload_named_soon(NAME);
	assert_int_equal(load_with(""), 0);
	refuses("second_naps", NOT_ALLOWED, EACCES);
}

static void a_program_that_must_not_sleep_may_not(void **state)
{
	accepts("granted_naps");
	refuses("granted_awake_naps", MUST_BE_SLEEPABLE, EACCES);
}

/* Whether the kernel lets a global function sleep here: docs/upstream.md, 3. */
static bool global_functions_sleep_under_rcu(void)
{
	assert_int_equal(table_try_program(&table, "programs/holes.bpf.o",
					   "take_under_rcu"),
			 0);
	return !table_try_program(&table, "programs/holes.bpf.o",
				  "fetch_under_rcu");
}

static void the_verifier_knows_that_it_sleeps(void **state)
{
	accepts("naps_after_rcu");
	if (global_functions_sleep_under_rcu()) {
		print_message("# this kernel lets every global function sleep\n");
		assert_int_equal(load("naps_under_rcu"), 0);
		return;
	}
	refuses("naps_under_rcu",
		"sleepable global function naps() called in rcu_read_lock region",
		EINVAL);
}

/*
 * The first question comes before there is an st_ops, and the answer takes the mark
 * that the kfunc sleeps from the function that calls it. 7.2 then lets it be called
 * where nobody may sleep. 7.3 looks at the function once more for such a caller, so
 * it finds the call, in other words than with the mark.
 */
static void by_st_ops_alone_the_verifier_does_not(void **state)
{
	int err;

	module_unload_named_soon(NAME);
	err = load_with("filter=naive");
	if (err) {
		assert_int_equal(err, EOPNOTSUPP);
		print_message("# programs have no st_ops before 6.16\n");
		assert_int_equal(load_with(""), 0);
		skip();
	}

	accepts("granted_naps");
	refuses("second_naps", NOT_ALLOWED, EACCES);
	accepts("naps_after_rcu");
	if (!load("naps_under_rcu")) {
		print_message("# what sleeps is loaded, under RCU\n");
		return;
	}
	refuses("naps_under_rcu", MUST_BE_SLEEPABLE, EACCES);
	print_message("# without its mark it was refused all the same\n");
}

/* A trap for a filter that looks into its own set, as the kernel's filters do. */
static void the_modules_own_set_has_other_ids(void **state)
{
	assert_int_equal(parameter("id_in_set"), -1);
	accepts("granted_naps");
	assert_int_equal(parameter("id_in_set"), 0);
	assert_int_equal(parameter("moved_id_in_set"), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		permit_test(one_member_may_call_it),
		permit_test(the_other_type_of_the_module_may_not),
		permit_test(the_type_of_another_module_may_not),
		permit_test(the_type_with_the_same_id_may_not),
		permit_test(programs_of_other_types_may_not),
		permit_test(the_first_program_may_not),
		permit_test(a_program_that_must_not_sleep_may_not),
		permit_test(the_verifier_knows_that_it_sleeps),
		permit_test(by_st_ops_alone_the_verifier_does_not),
		permit_test(the_modules_own_set_has_other_ids),
	};

	return run_all(tests);
}
