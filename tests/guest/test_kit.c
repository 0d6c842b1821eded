// SPDX-License-Identifier: GPL-2.0-only
/*
 * A module made of the kit: six types, each with its own table, rules and kfuncs, and
 * what stops a program from leaving them. Each program that must be refused has a twin
 * that loads.
 */
#include "lib.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/version.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>

#include "insns.h"
#include "rawbpf.h"
#include "task.h"

#define NAME "opsmod_kit"
#define NAMESAKE "opsmod_kix"
#define KIT "programs/kit.bpf.o"
#define RUN "/proc/" NAME

/* The module as it would be if the verifier checked what global functions write. */
#define OPEN_KIT "open/" NAME ".ko"

/* The module as a pahole would make it that does not see which types are the kernel's. */
#define TWICE_KIT "twice/" NAME ".ko"

static struct table table, other;

static int load_module(const char *file)
{
	/* A test that failed may have left them loaded. */
	module_unload_named(NAMESAKE);
	module_unload_named(NAME);
	klog_mark();
	return module_load(file, "");
}

static int setup(void **state)
{
	return load_module(NAME ".ko");
}

static int setup_open(void **state)
{
	return load_module(OPEN_KIT);
}

static int setup_twice(void **state)
{
	return load_module(TWICE_KIT);
}

static int teardown(void **state)
{
	table_free_all();
	module_unload_named_soon(NAME);
	return 0;
}

#define kit_test(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

/* From 7.2 on it does, and then the kit does not refuse them. */
static bool verifier_checks_global_functions(void)
{
	return kernel_version() >= KERNEL_VERSION(7, 2, 0);
}

static void klog_is(const char *lines)
{
	char *seen = klog_take(NAME ": ");

	assert_string_equal(seen, lines);
	free(seen);
}

/* What all types did with a number, as the module tells it. */
static void runs(const char *number, const char *expected)
{
	int fd = open(RUN, O_RDWR | O_CLOEXEC);
	char result[512] = "";

	assert_return_code(fd, errno);
	assert_int_equal(write(fd, number, strlen(number)), strlen(number));
	assert_return_code(read(fd, result, sizeof(result) - 1), errno);
	assert_string_equal(result, expected);
	close(fd);
}

static int load(const char *program)
{
	return table_try(&table, KIT, program);
}

static void accepts(const char *program)
{
	table_must_load(&table, KIT, program);
}

static bool is_refused(const char *program, int err, const char *line)
{
	int got = load(program);

	if (got != err)
		fail_msg("%s: %d, not %d; the log is: %s", program, got, err,
			 table.log);
	return verifier_said(table.log, line);
}

static void refuses(const char *program, const char *line, int err)
{
	if (!is_refused(program, err, line))
		verifier_must_say(program, table.log, line);
}

/* Some kernels have other words, or refuse it before they ask the module. */
static void refuses_either(const char *program, const char *line,
			   const char *other_line, int err)
{
	if (!is_refused(program, err, other_line))
		refuses(program, line, err);
}

static void is_not_attached(const char *name, int err, const char *line)
{
	table_load(&other, KIT, name);
	table_must_be_loaded(&other);
	klog_mark();
	assert_int_equal(table_attach(&other), err);
	klog_is(line);
	table_free(&other);
}

static void up(struct table *t, const char *program)
{
	char name[64];

	snprintf(name, sizeof(name), "table_of_%s", program);
	table_up(t, KIT, name);
}

#define NO_GATE "gate -: admit 71, pair 72, nap 73, uses 0\n"
#define NO_NOTE "note: look 81, mark 82, task 83\n"
#define NO_SIDES "left 0, right 0\n"
#define UNTOUCHED "verdict 0, cookie 0; note: mark 0\n"

static void stubs_are_called_where_there_is_no_program(void **state)
{
	runs("3", NO_GATE NO_NOTE NO_SIDES "event: len 3, " UNTOUCHED);
	table_up(&table, KIT, "plain");
	runs("3", "gate plain: admit 1, pair 72, nap 73, uses 1\n" NO_NOTE NO_SIDES
		  "event: len 3, " UNTOUCHED);
	table_free(&table);
	runs("3", NO_GATE NO_NOTE NO_SIDES "event: len 3, " UNTOUCHED);
}

static void all_of_a_table_is_called(void **state)
{
	table_up(&table, KIT, "whole");
	runs("5",
	     "gate whole: admit 5010, pair 10, nap 1, uses 1\n" NO_NOTE NO_SIDES
	     "event: len 5, verdict -4, cookie 1099511627776; note: mark 9\n");
	/* Without a note, as the number is even. */
	runs("4",
	     "gate whole: admit 4008, pair -1, nap 1, uses 2\n" NO_NOTE NO_SIDES
	     "event: len 4, verdict -4, cookie 1099511627776; note: mark 0\n");
}

static void types_are_attached_apart(void **state)
{
	static struct table left, right;

	klog_mark();
	table_up(&table, KIT, "plain");
	up(&other, "marks");
	up(&left, "left_decides");
	up(&right, "right_decides");
	klog_is("kit_gate_ops registered: plain\n"
		"kit_note_ops registered: (unnamed)\n"
		"kit_left_ops registered: (unnamed)\n"
		"kit_right_ops registered: (unnamed)\n");
	runs("2", "gate plain: admit 1, pair 72, nap 73, uses 1\n"
		  "note: look 81, mark 4, task 83\n"
		  "left 91, right 92\n"
		  "event: len 2, verdict 0, cookie 0; note: mark 3\n");

	table_free(&table);
	table_free(&left);
	runs("2", NO_GATE "note: look 81, mark 4, task 83\n"
			  "left 0, right 92\n"
			  "event: len 2, verdict 0, cookie 0; note: mark 3\n");
}

/* In BTF these two differ only in their names, which the kernel does not tell. */
static void types_of_one_shape_are_told_apart(void **state)
{
	/* The same program twice: only their tables differ. */
	accepts("right_decides");
	accepts("left_decides");
	assert_true(is_refused("right_calls_left", EACCES,
			       "calling kernel function kit_left is not allowed"));
}

static void a_table_holds_its_own_type_only(void **state)
{
	table_up(&table, KIT, "plain");
	is_not_attached(
		"whole", EEXIST,
		"table \"whole\" refused: \"plain\" is attached; detach that one first\n");
	table_free(&table);

	up(&table, "marks");
	is_not_attached(
		"table_of_looks", EEXIST,
		"table \"(unnamed)\" refused: \"(unnamed)\" is attached; detach that one first\n");
}

static void a_model_without_replace_has_no_swap(void **state)
{
	up(&table, "right_decides");
	table_load(&other, KIT, "table_of_right_decides");
	table_must_be_loaded(&other);
	assert_int_equal(bpf_link__update_map(table.link, other.map),
			 -EOPNOTSUPP);
	runs("2", NO_GATE NO_NOTE
	     "left 0, right 92\n"
	     "event: len 2, verdict 0, cookie 0; note: mark 0\n");
}

static void a_swap_goes_from_one_table_to_the_other(void **state)
{
	table_up(&table, KIT, "plain");
	up(&other, "marks");
	runs("2", "gate plain: admit 1, pair 72, nap 73, uses 1\n"
		  "note: look 81, mark 4, task 83\n" NO_SIDES
		  "event: len 2, verdict 0, cookie 0; note: mark 3\n");
	/* Not for a table of the other type. */
	assert_int_equal(bpf_link__update_map(table.link, other.map), -EINVAL);
	table_free(&other);

	table_load(&other, KIT, "whole");
	klog_mark();
	assert_int_equal(bpf_link__update_map(table.link, other.map), 0);
	klog_is("kit_gate_ops swapped: whole for plain\n");
	runs("2",
	     "gate whole: admit 2004, pair -1, nap 1, uses 1\n" NO_NOTE NO_SIDES
	     "event: len 2, verdict -4, cookie 1099511627776; note: mark 0\n");
}

static void a_mandatory_member_is_not_left_out(void **state)
{
	table_up(&table, KIT, "plain");
	table_free(&table);
	is_not_attached("without_admit", EINVAL,
			"table \"blind\" refused: it has no program for admit\n");
	is_not_attached(
		"empty", EINVAL,
		"table \"(unnamed)\" refused: it has no program for any member\n");
}

static void data_is_checked(void **state)
{
	table_up(&table, KIT, "whole");
	table_free(&table);
	is_not_attached("limit_exceeded", ERANGE,
			"table refused: its limit 65 is above 64\n");
}

static void a_name_is_fit_for_the_log(void **state)
{
	table_up(&table, KIT, "longest_name");
	table_free(&table);
	is_not_attached(
		"name_without_nul", EINVAL,
		"table refused: its name is not printable ASCII that a NUL ends\n");
	is_not_attached(
		"name_with_tab", EINVAL,
		"table refused: its name is not printable ASCII that a NUL ends\n");
	is_not_attached(
		"name_with_latin_1", EINVAL,
		"table refused: its name is not printable ASCII that a NUL ends\n");
}

static void a_private_member_is_the_modules(void **state)
{
	unsigned char *uses;
	struct raw_table t;
	int link;

	raw_table_make(&t, NAME, "kit_gate_ops", "admit", 0, 6, BPF_F_LINK);
	uses = raw_table_at(&t, "uses");

	klog_mark();
	uses[3] = 1;
	assert_int_equal(raw_update(t.map, 0, t.value, 0), -EINVAL);
	klog_is("table refused: its uses is not for user space\n");
	uses[3] = 0;
	assert_int_equal(raw_update(t.map, 0, t.value, 0), 0);
	link = raw_link_create(t.map);
	assert_true(link > 0);
	runs("1", "gate : admit 6, pair 72, nap 73, uses 1\n" NO_NOTE NO_SIDES
		  "event: len 1, " UNTOUCHED);
	runs("1", "gate : admit 6, pair 72, nap 73, uses 2\n" NO_NOTE NO_SIDES
		  "event: len 1, " UNTOUCHED);
	close(link);
	raw_table_close(&t);
}

static void who_may_not_sleep_does_not(void **state)
{
	accepts("admits");
	klog_mark();
	refuses("admits_asleep",
		"attach to unsupported member admit of struct kit_gate_ops",
		EINVAL);
	klog_is("program admits_asleep for admit of kit_gate_ops refused: it may sleep, and its member may not\n");
}

static void what_sleeps_is_for_who_may(void **state)
{
	accepts("naps");
	refuses("naps_awake",
		"program must be sleepable to call sleepable kfunc kit_nap",
		EACCES);
	accepts("naps_after_rcu");
	refuses("naps_under_rcu",
		"kernel func kit_nap is sleepable within rcu_read_lock region",
		EACCES);
}

#define A_WRITE(off, size)                       \
	"write at off " #off " with size " #size \
	" through a pointer that is trusted: programs of "
#define OF_GATE                                                                        \
	"kit_gate_ops can write only the whole of kit_event.verdict kit_event.cookie " \
	"kit_note.mark"
#define OF_NOTE "kit_note_ops can write only the whole of kit_note.mark"
#define OF_LEFT "kit_left_ops can write nothing"

static void windows_are_of_one_struct(void **state)
{
	accepts("writes_verdict");
	refuses("writes_len", A_WRITE(0, 4) OF_GATE, EACCES);
	refuses("writes_data", A_WRITE(16, 8) OF_GATE, EACCES);
	refuses("writes_half_a_cookie", A_WRITE(8, 4) OF_GATE, EACCES);
	refuses("writes_past_event", A_WRITE(24, 4) OF_GATE, EACCES);
	refuses_either("writes_past_verdict", A_WRITE(4, 8) OF_GATE,
		       "misaligned access off 0+0+4 size 8", EACCES);
	accepts("writes_mark");
	refuses("writes_lines", A_WRITE(4, 4) OF_GATE, EACCES);
	refuses("writes_text", A_WRITE(8, 8) OF_GATE, EACCES);
}

static void windows_are_of_one_type(void **state)
{
	accepts("writes_verdict");
	accepts("reads_verdict");
	refuses("look_writes_verdict", A_WRITE(4, 4) OF_NOTE, EACCES);
	accepts("left_reads_verdict");
	refuses("left_writes_verdict", A_WRITE(4, 4) OF_LEFT, EACCES);
}

static void an_event_that_was_kept_is_not_written(void **state)
{
	accepts("reads_kept_event");
	/* Some kernels refuse it before they ask the module. */
	refuses_either(
		"writes_kept_event",
		"write at off 4 with size 4 through a pointer that is not trusted: programs of " OF_GATE,
		"only read is supported", EACCES);
	refuses("len_of_kept_event", "R1 must be referenced or trusted", EINVAL);
}

static void an_event_that_a_struct_points_at_is_not_written(void **state)
{
	accepts("reads_event_of_note");
	/* As above. */
	refuses_either(
		"writes_event_of_note",
		"write at off 4 with size 4 through a pointer that is not trusted: programs of " OF_GATE,
		"only read is supported", EACCES);
}

static void a_kfunc_is_for_one_member(void **state)
{
	accepts("len_in_admit");
	refuses("len_in_pair",
		"calling kernel function kit_event_len is not allowed", EACCES);
}

static void a_kfunc_is_for_some_types(void **state)
{
	accepts("looks");
	accepts("twice_in_admit");
	refuses("twice_in_left",
		"calling kernel function kit_event_twice is not allowed", EACCES);
	accepts("len_in_admit");
	refuses("len_in_look",
		"calling kernel function kit_event_len is not allowed", EACCES);
}

/* The module has seen no program: it knows only what it learnt when it was loaded. */
static void the_first_program_is_refused_too(void **state)
{
	static const char *const programs[] = { "len_in_pair", "len_in_look",
						"right_calls_left" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(programs); i++) {
		assert_int_equal(load(programs[i]), EACCES);
		assert_non_null(strstr(table.log, "is not allowed\n"));
		teardown(state);
		assert_int_equal(setup(state), 0);
	}
	accepts("len_in_admit");
}

static void a_struct_of_the_kernel_is_the_kernels(void **state)
{
	assert_int_equal(module_structs_twice(NAME), 0);
	accepts("takes_task");
}

#define TAKES(argument)                                        \
	"kernel function bpf_task_acquire " argument           \
	" expected pointer to STRUCT task_struct but R1 has a" \
	" pointer to STRUCT task_struct"

/* scripts/build/need-btf warns of such a module. */
static void a_struct_that_is_there_twice_is_the_modules(void **state)
{
	assert_true(module_structs_twice(NAME) > 0);
	accepts("takes_task_of_pid");
	refuses_either("takes_task", TAKES("args#0"), TAKES("R1"), EINVAL);
}

static __u32 id_of(const char *module, const char *name, int kind)
{
	struct btf *vmlinux = btf__load_vmlinux_btf();
	struct btf *btf = btf__load_module_btf(module, vmlinux);
	int id;

	assert_non_null(btf);
	id = btf__find_by_name_kind(btf, name, kind);
	assert_true(id > 0);
	btf__free(btf);
	btf__free(vmlinux);
	return id;
}

/* r1 = the event; call KFUNC of BTF_FD; exit */
static int call_for_member(const struct raw_type *type, __u32 member,
			   int btf_fd, __u32 kfunc)
{
	const struct bpf_insn insns[] = {
		READ(BPF_DW, 1, 1, 0),
		KFUNC(1, kfunc),
		EXIT,
	};
	const int btfs[] = { 0, btf_fd };

	return raw_try(type, member, 0, insns, ARRAY_SIZE(insns), btfs,
		       table.log, sizeof(table.log));
}

/* The kit is asked about kfuncs before anybody has looked at the member's number. */
static void a_member_that_is_none_has_no_kfunc(void **state)
{
	static const __u32 members[] = { 1, 5, 6, 64, 1000, 1U << 31, ~0U };
	__u32 kfunc = id_of(NAME, "kit_event_len", BTF_KIND_FUNC);
	struct raw_type gate;
	size_t i;

	raw_type_find(&gate, NAME, "kit_gate_ops");
	if (call_for_member(&gate, 0, gate.btf_fd, kfunc))
		fail_msg("admit's was refused: %s", table.log);
	for (i = 0; i < ARRAY_SIZE(members); i++) {
		int err = call_for_member(&gate, members[i], gate.btf_fd, kfunc);

		if (err != -EINVAL && err != -EACCES)
			fail_msg("member %u: %d; %s", members[i], err, table.log);
	}
	close(gate.btf_fd);
}

/* Types, functions and ids are the same in the BTF of the namesake. */
static void load_namesake(void)
{
	module_rename(NAME, NAMESAKE, "/tmp/" NAMESAKE ".ko");
	assert_int_equal(module_load("/tmp/" NAMESAKE ".ko", "lends=1"), 0);
}

static void a_kfunc_is_not_for_the_type_with_the_same_id(void **state)
{
	__u32 kfunc = id_of(NAME, "kit_left", BTF_KIND_FUNC);
	struct raw_type ours, theirs;

	load_namesake();
	raw_type_find(&ours, NAME, "kit_left_ops");
	raw_type_find(&theirs, NAMESAKE, "kit_left_ops");
	assert_int_equal(ours.id, theirs.id);
	if (call_for_member(&ours, 0, ours.btf_fd, kfunc))
		fail_msg("our own was refused: %s", table.log);
	assert_int_equal(call_for_member(&theirs, 0, ours.btf_fd, kfunc),
			 -EACCES);
	verifier_must_say("the namesake's", table.log,
			  "calling kernel function kit_left is not allowed");
	close(ours.btf_fd);
	close(theirs.btf_fd);
}

/* Only iterators and arguments are trusted before 7.0. */
static void a_window_is_not_of_the_struct_with_the_same_id(void **state)
{
	module_unload_named_soon(NAME);
	assert_int_equal(module_load(NAME ".ko", "lends=1"), 0);
	load_namesake();
	assert_int_equal(id_of(NAME, "kit_event", BTF_KIND_STRUCT),
			 id_of(NAMESAKE, "kit_event", BTF_KIND_STRUCT));
	accepts("writes_lent");
	refuses("writes_namesakes", A_WRITE(4, 4) OF_GATE, EACCES);
}

static int teardown_both(void **state)
{
	table_free_all();
	module_unload_named_soon(NAMESAKE);
	return teardown(state);
}

#define MUST_BE_SCALAR \
	"pointer type STRUCT kit_event must point to scalar, or struct with scalar\n"

/* Kernels have different words for it, which differ in how they begin. */
static void refuses_in_part(const char *program, const char *part,
			    const char *newer_part)
{
	assert_int_equal(load(program), EINVAL);
	if (!strstr(table.log, part) &&
	    !(newer_part && strstr(table.log, newer_part)))
		fail_msg("%s: expected '%s', the log is: %s", program, part,
			 table.log);
}

static void what_is_no_event_is_not_taken_for_one(void **state)
{
	accepts("len_in_admit");
	refuses_in_part("len_of_a_map_value", MUST_BE_SCALAR,
			"expected STRUCT kit_event");
	refuses_in_part("len_of_the_data", MUST_BE_SCALAR,
			"expected STRUCT kit_event");
	refuses_in_part(
		"len_of_a_task",
		"expected pointer to STRUCT kit_event but R1 has a pointer to STRUCT task_struct\n",
		NULL);
	accepts("reads_width");
	refuses_in_part(
		"twice_of_a_note",
		"expected pointer to STRUCT kit_event but R1 has a pointer to STRUCT kit_note\n",
		NULL);
}

static void arguments_are_checked(void **state)
{
	accepts("checks_note");
	refuses("believes_note", "R1 invalid mem access 'trusted_ptr_or_null_'",
		EACCES);
	accepts("reads_second");
	refuses("reads_third", "func 'pair' doesn't have 3-th argument", EACCES);
}

static void helpers_are_listed(void **state)
{
	accepts("admit_asks_pid");
	refuses("sends_signal",
		"program of this type cannot use helper bpf_send_signal#109",
		EINVAL);
	accepts("no_tail_call");
	refuses("tail_call",
		"program of this type cannot use helper bpf_tail_call#12",
		EINVAL);
}

static void a_type_has_helpers_of_its_own(void **state)
{
	accepts("admit_asks_pid");
	accepts("look_asks_time");
	refuses("look_asks_pid",
		"program of this type cannot use helper bpf_get_current_pid_tgid#14",
		EINVAL);
}

#define HAS_GLOBAL                                                              \
	"refused: it has a global function, whose writes this kernel does not " \
	"check; make it static\n"

static void refuses_global(const char *program, const char *member)
{
	char said[256], line[128];

	snprintf(line, sizeof(line),
		 "attach to unsupported member %s of struct kit_gate_ops",
		 member);
	klog_mark();
	refuses(program, line, EINVAL);
	/* The kernel keeps 15 letters of a program's name. */
	snprintf(said, sizeof(said),
		 "program %.15s for %s of kit_gate_ops " HAS_GLOBAL, program,
		 member);
	klog_is(said);
}

static void what_global_functions_write_is_checked_or_they_are_refused(void **state)
{
	bool checks = verifier_checks_global_functions();

	accepts("peeks_at_len");
	if (checks)
		refuses("pokes_len", A_WRITE(0, 4) OF_GATE, EINVAL);
	else
		refuses_global("pokes_len", "admit");
	accepts("peeks_at_private_len");
	if (checks)
		refuses("pokes_private_len", "only read is supported", EINVAL);
	else
		refuses_global("pokes_private_len", "admit");
}

/* There the verifier has to know that the kfunc sleeps: kfunc_filter() tells how. */
static void that_global_functions_sleep_is_known_or_they_are_refused(void **state)
{
	if (!verifier_checks_global_functions()) {
		accepts("naps");
		refuses_global("naps_globally", "nap");
		accepts("naps_after_rcu");
		refuses_global("global_naps_after_rcu", "nap");
		return;
	}
	accepts("naps_globally");
	accepts("global_naps_after_rcu");
	refuses("global_naps_under_rcu",
		"sleepable global function nap_global() called in rcu_read_lock region",
		EINVAL);
}

/* Without that rule: what the module goes by is beyond a pointer to the event. */
static void what_a_global_function_writes_is_not_believed(void **state)
{
	accepts("peeks_at_len");
	if (verifier_checks_global_functions()) {
		refuses("pokes_len", A_WRITE(0, 4) OF_GATE, EINVAL);
		return;
	}
	up(&table, "pokes_len");
	runs("3", "gate : admit 4096006, pair 72, nap 73, uses 1\n" NO_NOTE NO_SIDES
		  "event: len 4096, " UNTOUCHED);
}

static int run_asleep(const void *arg)
{
	runs("2", "gate asleep: admit 1, pair 72, nap 7, uses 1\n" NO_NOTE NO_SIDES
		  "event: len 2, " UNTOUCHED);
	return 0;
}

static int detach_asleep(const void *arg)
{
	table_detach(&table);
	return 0;
}

/* Other operations that end meanwhile prove that it waits, not a clock. */
static void a_sleeper_holds_up_its_own_type_alone(void **state)
{
	static struct task sleeper, detacher;
	volatile __u32 *napping;

	table_up(&table, KIT, "asleep");
	*(__u64 *)table_variable(&table, "user_string") =
		(unsigned long)MISSING_PAGE;
	napping = table_variable(&table, "napping");
	task_start(&sleeper, run_asleep, NULL);
	wait_until(*napping == 1);

	klog_mark();
	task_start(&detacher, detach_asleep, NULL);
	klog_wait_for(NAME ": ", "kit_gate_ops unregistered: asleep\n");
	up(&other, "marks");
	table_free(&other);
	up(&other, "left_decides");
	table_free(&other);
	assert_false(sleeper.done);
	assert_false(detacher.done);
	/* The module cannot go either while the sleeper is inside. */
	assert_int_equal(module_unload_named(NAME), EAGAIN);

	missing_page_fill();
	tasks_join();
}

static int setup_with_page(void **state)
{
	missing_page_setup();
	return setup(state);
}

static int teardown_with_page(void **state)
{
	missing_page_teardown();
	tasks_join();
	return teardown(state);
}

static void without_btf_it_is_not_loaded(void **state)
{
	module_unload_named(NAME);
	klog_mark();
	assert_int_equal(module_load(NAME "-nobtf.ko", ""), ENODATA);
	klog_is("no BTF, or BTF that this kernel rejected: build the module against this kernel's own headers, with vmlinux among them\n");
}

/* The line of LINES that has TEXT, or NULL. */
static char *line_with(char *lines, const char *text)
{
	char *line;

	while ((line = strsep(&lines, "\n"))) {
		if (strstr(line, text))
			return line;
	}
	return NULL;
}

/* One line of the list: see tests/modules/kit/forgotten. */
static void is_named(const char *name, const char *where, const char *text)
{
	char file[128], *lines, *line;
	bool at_insmod = !strcmp(where, "insmod");

	snprintf(file, sizeof(file), "forgotten/%s.ko", name);
	module_unload_named(NAME);
	klog_mark();
	assert_int_equal(module_load(file, ""), at_insmod ? EINVAL : 0);
	lines = klog_take(NAME ": ");
	if (!at_insmod)
		assert_int_equal(load("left_decides"), EACCES);
	line = line_with(at_insmod ? lines : table.log, text);
	if (!line)
		fail_msg("%s: nothing says '%s'", name, text);
	print_message("# %s | %s | %s\n", name, where, line);
	free(lines);
}

static void what_was_forgotten_is_named(void **state)
{
	FILE *f = fopen("forgotten/list", "re");
	char name[64], where[64], text[256];
	size_t size = 0, seen = 0;
	char *line = NULL;

	assert_non_null(f);
	while (getline(&line, &size, f) > 0) {
		if (sscanf(line, "%63s | %63s | %255[^|]", name, where, text) !=
			    3 ||
		    *name == '#' || !strcmp(where, "build"))
			continue;
		text[strlen(text) - 1] = '\0';
		is_named(name, where, text);
		seen++;
	}
	free(line);
	fclose(f);
	assert_true(seen >= 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		kit_test(stubs_are_called_where_there_is_no_program),
		kit_test(all_of_a_table_is_called),
		kit_test(types_are_attached_apart),
		kit_test(types_of_one_shape_are_told_apart),
		kit_test(a_table_holds_its_own_type_only),
		kit_test(a_swap_goes_from_one_table_to_the_other),
		kit_test(a_model_without_replace_has_no_swap),
		kit_test(a_mandatory_member_is_not_left_out),
		kit_test(data_is_checked),
		kit_test(a_name_is_fit_for_the_log),
		kit_test(a_private_member_is_the_modules),
		kit_test(who_may_not_sleep_does_not),
		kit_test(what_sleeps_is_for_who_may),
		kit_test(windows_are_of_one_struct),
		kit_test(windows_are_of_one_type),
		kit_test(an_event_that_was_kept_is_not_written),
		kit_test(an_event_that_a_struct_points_at_is_not_written),
		kit_test(a_kfunc_is_for_one_member),
		kit_test(a_kfunc_is_for_some_types),
		kit_test(the_first_program_is_refused_too),
		kit_test(a_member_that_is_none_has_no_kfunc),
		cmocka_unit_test_setup_teardown(
			a_kfunc_is_not_for_the_type_with_the_same_id, setup,
			teardown_both),
		cmocka_unit_test_setup_teardown(
			a_window_is_not_of_the_struct_with_the_same_id, setup,
			teardown_both),
		kit_test(what_is_no_event_is_not_taken_for_one),
		kit_test(a_struct_of_the_kernel_is_the_kernels),
		cmocka_unit_test_setup_teardown(
			a_struct_that_is_there_twice_is_the_modules,
			setup_twice, teardown),
		kit_test(arguments_are_checked),
		kit_test(helpers_are_listed),
		kit_test(a_type_has_helpers_of_its_own),
		kit_test(what_global_functions_write_is_checked_or_they_are_refused),
		kit_test(that_global_functions_sleep_is_known_or_they_are_refused),
		cmocka_unit_test_setup_teardown(
			what_a_global_function_writes_is_not_believed,
			setup_open, teardown),
		cmocka_unit_test_setup_teardown(
			a_sleeper_holds_up_its_own_type_alone, setup_with_page,
			teardown_with_page),
		cmocka_unit_test(without_btf_it_is_not_loaded),
		kit_test(what_was_forgotten_is_named),
	};

	return run_all(tests);
}
