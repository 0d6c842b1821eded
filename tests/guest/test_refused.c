// SPDX-License-Identifier: GPL-2.0-only
/* Programs that the verifier must refuse, each with a twin that loads. */
#include "lib.h"

#include <errno.h>
#include <string.h>
#include <sys/utsname.h>

#define WINDOWS \
	"programs of bpf_testmod_ops can write only the whole of bpf_testmod_event.verdict bpf_testmod_event.cookie"
#define REFUSED "programs/refused.bpf.o"

static struct table table;

static void accepts(const char *program)
{
	char name[64];

	snprintf(name, sizeof(name), "table_of_%s", program);
	table_up(&table, REFUSED, name);
	table_free(&table);
}

static bool is_refused(const char *program, int err, const char *line)
{
	assert_int_equal(table_try(&table, REFUSED, program), err);
	return verifier_said(table.log, line);
}

static void refuses(const char *program, const char *line, int err)
{
	if (!is_refused(program, err, line))
		verifier_must_say(program, table.log, line);
}

/* Newer kernels, and other architectures, word some of it differently. */
static void refuses_either(const char *program, const char *line,
			   const char *newer_line, int err)
{
	if (!is_refused(program, err, newer_line))
		refuses(program, line, err);
}

static void reading_past_the_arguments(void **state)
{
	accepts("read_last_argument");
	refuses("read_past_arguments",
		"func 'test_2' doesn't have 3-th argument", EACCES);
}

static void reading_the_context_misaligned(void **state)
{
	accepts("read_aligned");
	refuses_either("read_misaligned",
		       "invalid bpf_context access off=4 size=8",
		       "misaligned context access off 0+0+4 size 8", EACCES);
}

static void writing_into_the_context(void **state)
{
	accepts("write_elsewhere");
	refuses("write_first_argument",
		"invalid bpf_context access off=0 size=8", EACCES);
}

static void writing_past_the_context(void **state)
{
	accepts("write_elsewhere");
	refuses("write_past_arguments",
		"invalid bpf_context access off=32 size=8", EACCES);
}

static void more_arguments_than_the_member_has(void **state)
{
	accepts("one_argument_of_none_unused");
	refuses("one_argument_of_none",
		"func 'test_1' doesn't have 1-th argument", EACCES);
	accepts("three_arguments_of_two_unused");
	refuses("three_arguments_of_two",
		"func 'test_3' doesn't have 3-th argument", EACCES);
}

static void a_sleepable_program(void **state)
{
	accepts("awake");
	klog_mark();
	refuses("sleepable",
		"attach to unsupported member test_1 of struct bpf_testmod_ops",
		EINVAL);
	klog_expect(
		"program sleepable for test_1 of bpf_testmod_ops refused: it may sleep, and its member may not\n");
}

static void a_tail_call(void **state)
{
	accepts("no_tail_call");
	refuses("tail_call",
		"program of this type cannot use helper bpf_tail_call#12",
		EINVAL);
}

static void a_helper_outside_the_base_set(void **state)
{
	accepts("base_helper");
	refuses("foreign_helper",
		"program of this type cannot use helper bpf_get_hash_recalc#34",
		EINVAL);
}

static void writing_what_is_read_only(void **state)
{
	accepts("write_verdict");
	refuses("write_len",
		"write at off 0 with size 4 through a pointer that is trusted: " WINDOWS,
		EACCES);
	refuses("write_data",
		"write at off 16 with size 8 through a pointer that is trusted: " WINDOWS,
		EACCES);
	refuses("write_half_a_cookie",
		"write at off 8 with size 4 through a pointer that is trusted: " WINDOWS,
		EACCES);
}

static void writing_to_another_struct(void **state)
{
	accepts("write_verdict");
	refuses("write_task",
		"write at off 0 with size 8 through a pointer that is trusted: " WINDOWS,
		EACCES);
}

static void writing_an_event_that_was_kept(void **state)
{
	accepts("read_kept_event");
	/* Some kernels refuse it before they ask the module. */
	refuses_either(
		"write_kept_event",
		"write at off 8 with size 8 through a pointer that is not trusted: " WINDOWS,
		"only read is supported", EACCES);
}

static void a_sleepable_filter(void **state)
{
	accepts("sleepable_prepare");
	klog_mark();
	refuses("sleepable_filter",
		"attach to unsupported member filter of struct bpf_testmod_ops",
		EINVAL);
	klog_expect(
		"program sleepable_filte for filter of bpf_testmod_ops refused: it may sleep, and its member may not\n");
}

static void bytes_past_what_the_kfunc_gave(void **state)
{
	accepts("read_last_byte");
	refuses("read_past_last_byte",
		"invalid access to memory, mem_size=8 off=8 size=1", EACCES);
}

static void the_kfuncs_result_unchecked(void **state)
{
	accepts("read_last_byte");
	refuses("read_unchecked", "R0 invalid mem access 'mem_or_null'", EACCES);
}

static void a_size_that_the_verifier_cannot_follow(void **state)
{
	accepts("read_last_byte");
	refuses("size_not_constant", "R3 is not a const", EINVAL);
}

/* The filter turns 8 bytes that end in '8' into this. */
static int filters(const char *name)
{
	int err;

	table_up(&table, REFUSED, name);
	err = trigger_write("12345678", 8);
	table_free(&table);
	return err;
}

/* As late as 6.12.107 the verifier looks at half of it; the module does not. */
static void a_size_past_32_bits(void **state)
{
	assert_int_equal(filters("table_of_read_last_byte"), EINVAL);
	table_load(&table, REFUSED, "table_of_size_too_large");
	if (!table.err) {
		table_free(&table);
		assert_int_equal(filters("table_of_size_too_large"), 0);
		return;
	}
	refuses_either("size_too_large",
		       "R3 rdonly/rdwr_buf_size exceeds u32 max",
		       "R3 allocation size exceeds u32 max", EINVAL);
}

static void writing_where_no_bytes_were_asked_for(void **state)
{
	accepts("write_one_byte");
	refuses_either("write_no_bytes", "R0 cannot write into rdonly_mem",
		       "invalid access to memory, mem_size=0 off=0 size=1",
		       EACCES);
}

static void the_data_of_what_is_no_event(void **state)
{
	accepts("read_last_byte");
	refuses_either(
		"data_of_a_task",
		"kernel function bpf_testmod_event_data args#0 expected pointer to STRUCT bpf_testmod_event but R1 has a pointer to STRUCT task_struct",
		"kernel function bpf_testmod_event_data R1 expected pointer to STRUCT bpf_testmod_event but R1 has a pointer to STRUCT task_struct",
		EINVAL);
	refuses_either(
		"data_of_half_an_event",
		"kernel function bpf_testmod_event_data args#0 expected pointer to STRUCT bpf_testmod_event but R1 has a pointer to STRUCT bpf_testmod_event",
		"kernel function bpf_testmod_event_data R1 expected pointer to STRUCT bpf_testmod_event but R1 has a pointer to STRUCT bpf_testmod_event",
		EINVAL);
}

static void the_data_of_an_event_that_was_kept(void **state)
{
	accepts("read_kept_event");
	refuses("data_of_kept_event", "R1 must be referenced or trusted", EINVAL);
}

/* Accepts the words of 7.2, of 7.3 and of 6.12. */
#define MUST_BE_SCALAR \
	"pointer type STRUCT bpf_testmod_event must point to scalar, or struct with scalar"

static void refuses_forged(const char *program, const char *newer_line)
{
	if (!is_refused(program, EINVAL, "R1 " MUST_BE_SCALAR))
		refuses_either(program, "arg#0 " MUST_BE_SCALAR, newer_line,
			       EINVAL);
}

/* A struct of numbers could be any memory of the program's own. */
static void the_data_of_a_forged_event(void **state)
{
	accepts("read_last_byte");
	refuses_forged("data_of_a_map_value",
		       "R1 is map_value expected STRUCT bpf_testmod_event");
	refuses_forged("data_of_the_stack",
		       "R1 is fp expected STRUCT bpf_testmod_event");
	refuses_forged("data_of_the_context",
		       "R1 is ctx expected STRUCT bpf_testmod_event");
	refuses_forged("data_of_a_number",
		       "R1 is scalar expected STRUCT bpf_testmod_event");
	refuses_either("data_of_nothing",
		       "Possibly NULL pointer passed to trusted arg0",
		       "Possibly NULL pointer passed to trusted R1", EACCES);
}

static void the_kfunc_in_programs_of_other_types(void **state)
{
	static const char *const types[] = { "socket", "tracing", "syscall" };
	char name[64];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(types); i++) {
		snprintf(name, sizeof(name), "%s_without_data", types[i]);
		assert_int_equal(table_try_program(&table, REFUSED, name), 0);
		snprintf(name, sizeof(name), "%s_with_data", types[i]);
		assert_int_equal(table_try_program(&table, REFUSED, name),
				 EACCES);
		verifier_must_say(
			name, table.log,
			"calling kernel function bpf_testmod_event_data is not allowed");
	}
}

static void loops_without_end_or_bound(void **state)
{
	accepts("loop_that_ends");
	refuses("loop_without_end", "infinite loop detected at insn 1", EINVAL);
	accepts("loop_with_a_bound");
	/* The errno is ENOSPC, not E2BIG: the log is longer than our buffer. */
	refuses("loop_without_a_bound",
		"The sequence of 8193 jumps is too complex.", ENOSPC);
}

static void returning_nothing(void **state)
{
	accepts("a_result");
	refuses("no_result", "R0 !read_ok", EACCES);
}

/* The verifier lets it pass: a user who may load it may read pointers. */
static void a_pointer_that_is_returned_refuses_the_message(void **state)
{
	table_up(&table, REFUSED, "table_of_a_pointer_as_result");
	assert_int_equal(trigger_write("x", 1), EINVAL);
	assert_int_equal(status_number("filter rejections"), 1);
}

static void returning_with_something_held(void **state)
{
	accepts("discards_its_record");
	refuses("keeps_its_record", "Unreleased reference id=2 alloc_insn=4",
		EINVAL);
	accepts("unlocks");
	refuses_either(
		"stays_locked", "bpf_spin_unlock is missing",
		"BPF_EXIT instruction in main prog cannot be used inside bpf_spin_lock-ed region",
		EINVAL);
	accepts("leaves_rcu");
	refuses_either(
		"stays_in_rcu", "bpf_rcu_read_unlock is missing",
		"BPF_EXIT instruction in main prog cannot be used inside bpf_rcu_read_lock-ed region",
		EINVAL);
	accepts("turns_preemption_on");
	refuses_either(
		"leaves_preemption_off", "1 bpf_preempt_enable is missing",
		"BPF_EXIT instruction in main prog cannot be used inside bpf_preempt_disable-ed region",
		EINVAL);
}

static void numbers_as_pointers(void **state)
{
	accepts("probes_the_message");
	refuses("reads_the_message", "R1 invalid mem access 'scalar'", EACCES);
	accepts("reads_its_pointer");
	refuses_either("writes_through_its_pointer",
		       "R1 invalid mem access 'scalar'",
		       "R1 cannot write into rdonly_untrusted_mem", EACCES);
}

static void pointers_out_of_the_event(void **state)
{
	accepts("read_last_of_the_cookie");
	refuses("read_behind_event",
		"access beyond struct bpf_testmod_event at off 24 size 4",
		EACCES);
	refuses("read_before_event",
		"R1 is ptr_bpf_testmod_event invalid negative access: off=-4",
		EACCES);
	refuses("read_somewhere_in_event",
		"R1 is ptr_bpf_testmod_event invalid variable offset: off=0, var_off=(0x0; 0x7)",
		EACCES);
}

static void a_pointer_past_a_map_value(void **state)
{
	accepts("read_in_map_value");
	refuses("read_behind_map_value",
		"invalid access to map value, value_size=8 off=15 size=1",
		EACCES);
}

static void the_kfunc_in_a_member_without_an_event(void **state)
{
	accepts("data_from_no_test_2");
	refuses("data_from_test_2",
		"calling kernel function bpf_testmod_event_data is not allowed",
		EACCES);
}

static void the_kfunc_in_another_struct_ops_type(void **state)
{
	accepts("data_from_no_tcp");
	refuses("data_from_tcp",
		"calling kernel function bpf_testmod_event_data is not allowed",
		EACCES);
}

static int jit_on(void **state)
{
	jit_set(true);
	return module_teardown(state);
}

/* The twin that loads is the same program, with the JIT on, or elsewhere. */
static void any_program_where_results_would_be_lost(void **state)
{
	struct utsname uts;

	accepts("awake");
	if (!jit_set(false)) {
		print_message("# CONFIG_BPF_JIT_ALWAYS_ON: it stays on\n");
		skip();
	}
	assert_return_code(uname(&uts), errno);
	if (strcmp(uts.machine, "riscv64")) {
		accepts("awake");
		return;
	}
	klog_mark();
	refuses("awake",
		"attach to unsupported member test_1 of struct bpf_testmod_ops",
		EINVAL);
	klog_expect(
		"program awake for test_1 of bpf_testmod_ops refused: the BPF JIT is off; sysctl net.core.bpf_jit_enable=1 turns it on\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		module_test(reading_past_the_arguments),
		module_test(reading_the_context_misaligned),
		module_test(writing_into_the_context),
		module_test(writing_past_the_context),
		module_test(more_arguments_than_the_member_has),
		module_test(a_sleepable_program),
		module_test(writing_what_is_read_only),
		module_test(writing_to_another_struct),
		module_test(writing_an_event_that_was_kept),
		module_test(a_sleepable_filter),
		module_test(bytes_past_what_the_kfunc_gave),
		module_test(the_kfuncs_result_unchecked),
		module_test(a_size_that_the_verifier_cannot_follow),
		module_test(a_size_past_32_bits),
		module_test(writing_where_no_bytes_were_asked_for),
		module_test(the_data_of_what_is_no_event),
		module_test(the_data_of_an_event_that_was_kept),
		module_test(the_data_of_a_forged_event),
		module_test(the_kfunc_in_a_member_without_an_event),
		module_test(the_kfunc_in_another_struct_ops_type),
		module_test(the_kfunc_in_programs_of_other_types),
		module_test(loops_without_end_or_bound),
		module_test(returning_nothing),
		module_test(a_pointer_that_is_returned_refuses_the_message),
		module_test(returning_with_something_held),
		module_test(numbers_as_pointers),
		module_test(pointers_out_of_the_event),
		module_test(a_pointer_past_a_map_value),
		module_test(a_tail_call),
		module_test(a_helper_outside_the_base_set),
		cmocka_unit_test_setup_teardown(
			any_program_where_results_would_be_lost, module_setup,
			jit_on),
	};

	return run_all(tests);
}
