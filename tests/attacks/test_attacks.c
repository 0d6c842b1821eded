// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tries each way into the kernel past the module, and checks who stops it; if nobody
 * does, in what state it leaves the message, write(2)'s result and the heap. --table
 * prints the table below in the form of docs/attacks.md.
 */
#include "lib.h"

#include <errno.h>
#include <linux/version.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>

#include "bpf_testmod.h"

/* This is the message of attack.h. */
#define MESSAGE "12345678"

/* The module as it would be if the verifier checked what global functions write. */
#define OPEN_MODULE "open/" MODULE_FILE

enum outcome {
	UNSET, /* the row does not say */
	MODULE, /* the module refuses the program */
	VERIFIER, /* the verifier does */
	EITHER, /* the verifier, or the module where that asks it */
	NOTHING, /* it runs, and does no harm */
	REFUSED_OR_NOTHING, /* the verifier refuses it, or it does no harm */
	DAMAGE, /* it runs, and does what it is meant to: the kernel's own fault */
	LOADED, /* it loads, and would do harm: it is not run */
};

static const char *const outcome_names[] = {
	[MODULE] = "this module",
	[VERIFIER] = "the verifier",
	[EITHER] = "the verifier, or this module",
	[NOTHING] = "harmless",
	[REFUSED_OR_NOTHING] = "the verifier, or harmless",
	[DAMAGE] = "**nobody**",
	[LOADED] = "**nobody** (not run)",
};

/**
 * struct attack - one way in
 * @file: where its programs are, without ".bpf.o"
 * @name: its program; the twin, if there is one, is called NAME_twin
 * @tried: what it does, for a reader
 * @before: the outcome on kernels before @mended
 * @open: the same, in a module that does not refuse global functions
 * @mended: KERNEL_VERSION() from which on the kernel's part of it is mended
 * @after: the outcome from then on
 * @says: texts of which the refusal must have one
 * @err: what write(2) must fail with, where it runs; test_3 is not called then
 * @without_twin: there is none
 * @traced: a program on the tracepoint must be told the message's length
 * @looked: what else is looked at, for a reader
 * @run: loads and runs it, if it is not a table of its own
 * @damaged: what else is looked at, where it runs: has it done harm?
 */
struct attack {
	const char *file;
	const char *name;
	const char *tried;
	enum outcome before;
	enum outcome open;
	unsigned int mended;
	enum outcome after;
	const char *says[4];
	int err;
	bool without_twin;
	bool traced;
	const char *looked;
	enum outcome (*run)(const struct attack *attack);
	bool (*damaged)(void);
};

static struct table table, twin;

/* The last refusal: the verifier's log, and what the module said in dmesg. */
static const char *refusal;
static char *module_said;

static __u64 number(struct table *t, const char *variable)
{
	return *(__u32 *)table_variable(t, variable);
}

static __u64 symbol(const char *name)
{
	char line[256], found[128], type;
	unsigned long long address = 0;
	FILE *f = fopen("/proc/kallsyms", "re");

	assert_non_null(f);
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%llx %c %127s", &address, &type, found) == 3 &&
		    !strcmp(found, name))
			break;
		address = 0;
	}
	fclose(f);
	assert_int_not_equal(address, 0);
	return address;
}

/* The words in which this module refuses, and no other part of the kernel. */
static bool module_refused(void)
{
	static const char *const words[] = {
		"programs of bpf_testmod_ops can write only the whole of",
		"attach to unsupported member",
		"is past the arguments, which end at",
		"cannot use helper",
		"calling kernel function bpf_testmod_event_data is not allowed",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(words); i++) {
		if (strstr(refusal, words[i]))
			return true;
	}
	return false;
}

static enum outcome refused(const char *log)
{
	free(module_said);
	module_said = klog_take(MODULE_NAME ": ");
	refusal = log;
	return module_refused() ? MODULE : VERIFIER;
}

/* Checks that a write of the message leaves everything as it should. */
static bool message_damaged(const struct attack *attack, struct table *t)
{
	static const char *const message = MESSAGE;
	int err = trigger_write(message, strlen(message));

	if (err != attack->err) {
		print_message("# write(2): errno %d, not %d\n", err, attack->err);
		return true;
	}
	if (number(t, "beyond")) {
		print_message("# the kfunc gave what is not the message\n");
		return true;
	}
	if (err)
		return false;
	if (number(t, "seen_len") != strlen(message)) {
		print_message("# test_3: a message of %llu bytes\n",
			      number(t, "seen_len"));
		return true;
	}
	return false;
}

/* Later messages, of sizes from either end, reach a later table unchanged. */
static bool heap_damaged(void)
{
	static const size_t sizes[] = { 0, 1, 127, 128, 2047, 4095 };
	static char message[BPF_TESTMOD_MSG_MAX];
	size_t i, round;

	memset(message, '1', sizeof(message));
	table_up(&twin, "attacks/direct.bpf.o", "len_directly_twin_table");
	for (round = 0; round < 3; round++) {
		for (i = 0; i < ARRAY_SIZE(sizes); i++) {
			char *seen = table_variable(&twin, "seen");

			assert_int_equal(trigger_write(message, sizes[i]), 0);
			if (number(&twin, "seen_len") != sizes[i] ||
			    memcmp(seen, message, sizes[i]))
				return true;
		}
	}
	table_free(&twin);
	return false;
}

static void file_of(const struct attack *attack, char *path, size_t size)
{
	snprintf(path, size, "attacks/%s.bpf.o", attack->file);
}

static void load_table(struct table *t, const struct attack *attack,
		       const char *suffix)
{
	char path[64], name[96];

	file_of(attack, path, sizeof(path));
	snprintf(name, sizeof(name), "%s%s_table", attack->name, suffix);
	table_load(t, path, name);
}

static struct table tracer;

/* Loads a program that is in no table. TARGET is the program that it traces, or -1. */
static int load_tracer(const struct attack *attack, const char *suffix, int target)
{
	char path[64], name[96];

	file_of(attack, path, sizeof(path));
	snprintf(name, sizeof(name), "%s%s", attack->name, suffix);
	program_open(&tracer, path, name);
	if (target >= 0)
		assert_int_equal(bpf_program__set_attach_target(
					 tracer.prog, target, "victim"),
				 0);
	return program_load(&tracer);
}

/* A harmless program on the tracepoint: the test checks what it is told. */
static const struct attack reader = { .file = "tracing",
				      .name = "tracer_reads_the_message" };

static void reader_up(void)
{
	assert_int_equal(load_tracer(&reader, "", -1), 0);
	assert_int_equal(program_attach(&tracer), 0);
}

static bool reader_was_misled(void)
{
	assert_int_not_equal(number(&tracer, "done"), 0);
	return number(&tracer, "seen_len") != strlen(MESSAGE);
}

/* An attack by a table, in its own filter or prepare. */
static enum outcome by_table(const struct attack *attack)
{
	bool damaged;

	load_table(&table, attack, "");
	if (table.err)
		return refused(table.log);
	if (attack->after == LOADED || attack->before == LOADED ||
	    attack->open == LOADED) {
		table_free(&table);
		return LOADED;
	}

	*(__u64 *)table_variable(&table, "target") = symbol("linux_banner");
	assert_int_equal(table_attach(&table), 0);
	if (attack->traced)
		reader_up();
	damaged = message_damaged(attack, &table);
	assert_int_not_equal(number(&table, "done"), 0);
	if (attack->traced)
		damaged |= reader_was_misled();
	/* The second write finds what the program kept of the first. */
	damaged |= message_damaged(attack, &table);
	if (attack->damaged)
		damaged |= attack->damaged();
	if (!attack->err && strcmp(table_variable(&table, "seen"), MESSAGE)) {
		print_message("# test_3: \"%s\"\n",
			      (char *)table_variable(&table, "seen"));
		damaged = true;
	}
	table_free(&table);
	damaged |= heap_damaged();
	return damaged ? DAMAGE : NOTHING;
}

static bool writer_is_renamed(void)
{
	char comm[16] = "", before[16] = "test_attacks";

	prctl(PR_GET_NAME, comm);
	prctl(PR_SET_NAME, before);
	return strcmp(comm, before);
}

/* The attack itself has looked, and put back what it wrote. */
static bool it_landed(void)
{
	return number(&table, "landed");
}

static bool fired_without_harm(void)
{
	wait_until(number(&table, "fired"));
	return false;
}

/* Test_3 must see what the attack wrote: that is what the kfunc is for. */
static bool message_was_changed(void)
{
	char *seen = table_variable(&table, "seen");
	bool changed = !strcmp(seen, "1xxxxxxx");

	/* by_table() compares it with the message next. */
	strcpy(seen, MESSAGE);
	return !changed;
}

static void victim_up(const struct attack *attack)
{
	char path[64];

	file_of(attack, path, sizeof(path));
	table_up(&table, path, "victim_table");
}

/* An attack by a program of another type, on a table that does no harm. */
static enum outcome by_tracer(const struct attack *attack)
{
	char *modules_lines;
	bool damaged;

	victim_up(attack);
	if (!attack->without_twin) {
		assert_int_equal(load_tracer(attack, "_twin", -1), 0);
		assert_int_equal(program_attach(&tracer), 0);
		assert_false(message_damaged(attack, &table));
		table_free(&tracer);
	}

	if (load_tracer(attack, "", -1)) {
		table_free(&tracer);
		return refused(tracer.log);
	}
	assert_int_equal(program_attach(&tracer), 0);
	module_set_log(true);
	klog_mark();
	damaged = message_damaged(attack, &table);
	assert_int_not_equal(number(&tracer, "done"), 0);
	damaged |= strcmp(table_variable(&table, "seen"), MESSAGE) != 0;

	/* Checks that the log is true, too. */
	modules_lines = klog_take(MODULE_NAME ": ");
	if (strcmp(modules_lines, "Calling struct_ops callbacks:\n"
				  "filter() returned: 0\n"
				  "test_3() called with buffer\n")) {
		print_message("# the log: %s\n", modules_lines);
		damaged = true;
	}
	free(modules_lines);
	table_free(&tracer);
	table_free(&table);
	damaged |= heap_damaged();
	return damaged ? DAMAGE : NOTHING;
}

/* An attack on a tracepoint of tables: attach, detach or swap. */
static enum outcome by_table_tracer(const struct attack *attack)
{
	victim_up(attack);
	assert_int_equal(load_tracer(attack, "_twin", -1), 0);
	table_free(&tracer);
	if (load_tracer(attack, "", -1)) {
		table_free(&tracer);
		return refused(tracer.log);
	}
	return DAMAGE;
}

/* The tracer finds the whole message where it lies, of any size. */
static enum outcome by_reading_tracer(const struct attack *attack)
{
	static const size_t sizes[] = { 1, 100, 127, 128, 200, 1000, 4000, 4095 };
	static char message[BPF_TESTMOD_MSG_MAX];
	enum outcome outcome = NOTHING;
	size_t i;

	memset(message, 'A', sizeof(message));
	victim_up(attack);
	assert_int_equal(load_tracer(attack, "", -1), 0);
	assert_int_equal(program_attach(&tracer), 0);
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		memset(table_variable(&tracer, "seen"), 0, sizeof(message));
		assert_int_equal(trigger_write(message, sizes[i]), 0);
		if (number(&tracer, "seen_len") != sizes[i] ||
		    memcmp(table_variable(&tracer, "seen"), message, sizes[i]))
			outcome = DAMAGE;
	}
	assert_int_equal(number(&tracer, "done"), ARRAY_SIZE(sizes));
	table_free(&tracer);
	return outcome;
}

static int victims_fd(void)
{
	return bpf_program__fd(
		bpf_object__find_program_by_name(table.obj, "victim"));
}

/* An attack on the table's own program, by one that is put in its place or before it. */
static enum outcome on_program(const struct attack *attack)
{
	bool damaged;

	victim_up(attack);
	if (load_tracer(attack, "", victims_fd())) {
		table_free(&tracer);
		return refused(tracer.log);
	}
	if (program_attach(&tracer)) {
		table_free(&tracer);
		return refused("not attached");
	}
	damaged = message_damaged(attack, &table);
	table_free(&tracer);
	return damaged ? DAMAGE : NOTHING;
}

/* Attaches one table by two links at once: the slot takes one of them. */
static enum outcome by_two_links(const struct attack *attack)
{
	struct bpf_link *second;
	bool damaged;

	victim_up(attack);
	second = bpf_map__attach_struct_ops(table.map);
	damaged = second || errno != EEXIST;
	bpf_link__destroy(second);
	damaged |= message_damaged(attack, &table);
	table_detach(&table);
	assert_string_equal(status("attached"), "no");
	return damaged ? DAMAGE : NOTHING;
}

/* Puts one program in two tables, which are attached in turn, and swapped. */
static enum outcome by_two_tables(const struct attack *attack)
{
	static struct table other;
	bool damaged;

	load_table(&table, attack, "");
	load_table(&other, attack, "");
	table_must_be_loaded(&table);
	table_must_be_loaded(&other);
	assert_int_equal(table_attach(&table), 0);
	damaged = table_attach(&other) != EEXIST;
	assert_int_equal(bpf_link__update_map(table.link, other.map), 0);
	damaged |= message_damaged(attack, &other);
	table_free(&table);
	table_free(&other);
	damaged |= heap_damaged();
	return damaged ? DAMAGE : NOTHING;
}

#define V(major, minor) KERNEL_VERSION(major, minor, 0)

/* Is it refused by the rule that compat.h turns off if the verifier checks this? */
#define BY_GLOBAL(of_open, then, ...)                                        \
	.before = MODULE, .open = of_open, .mended = V(7, 2), .after = then, \
	.says = { "refused: it has a global function", __VA_ARGS__ }

static const struct attack attacks[] = {
#include "rows.h"
};

#define NR_ATTACKS ARRAY_SIZE(attacks)

/**
 * struct instance - an attack on one of the two modules
 * @attack: the way in
 * @open: on the module that does not refuse global functions
 */
struct instance {
	const struct attack *attack;
	bool open;
};

static enum outcome expected(const struct instance *instance)
{
	const struct attack *attack = instance->attack;

	if (attack->mended && kernel_version() >= attack->mended)
		return attack->after;
	return instance->open ? attack->open : attack->before;
}

/* The refusal is the one that is meant, in the words of one kernel or another. */
static bool said(const struct attack *attack)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(attack->says); i++) {
		if (attack->says[i] && (strstr(refusal, attack->says[i]) ||
					strstr(module_said, attack->says[i])))
			return true;
	}
	return false;
}

/* The twin is the same program without the deed, and it loads. */
static void twin_loads(const struct attack *attack)
{
	load_table(&twin, attack, "_twin");
	if (twin.err == EOPNOTSUPP) {
		print_message("# %s: PREEMPT_RT has no timers for programs\n",
			      attack->name);
		skip();
	}
	if (twin.err)
		fail_msg("%s_twin is refused: %s", attack->name, twin.log);
	table_free(&twin);
}

static void is_stopped(void **state)
{
	const struct instance *instance = *state;
	const struct attack *attack = instance->attack;
	enum outcome outcome, wanted = expected(instance);

	klog_mark();
	if (!attack->run && !attack->without_twin)
		twin_loads(attack);
	outcome = attack->run ? attack->run(attack) : by_table(attack);

	/* A fault of the kernel's own may be mended earlier than we know. */
	if (outcome == VERIFIER && (wanted == DAMAGE || wanted == LOADED)) {
		print_message("# %s: this kernel refuses it already\n",
			      attack->name);
		return;
	}
	if ((wanted == EITHER && (outcome == MODULE || outcome == VERIFIER)) ||
	    (wanted == REFUSED_OR_NOTHING &&
	     (outcome == VERIFIER || outcome == NOTHING)))
		wanted = outcome;
	if (outcome != wanted)
		fail_msg("%s: %s, not %s; %s", attack->name,
			 outcome_names[outcome], outcome_names[wanted],
			 outcome == MODULE || outcome == VERIFIER ? refusal : "");
	if ((outcome == MODULE || outcome == VERIFIER) && !said(attack))
		fail_msg("%s: refused, but the log is: %s%s", attack->name,
			 refusal, module_said);
}

static int setup(void **state)
{
	const struct instance *instance = *state;

	prctl(PR_SET_NAME, "test_attacks");
	return instance->open ? module_load(OPEN_MODULE, "")
			      : module_setup(state);
}

static int teardown(void **state)
{
	table_free(&tracer);
	free(module_said);
	module_said = NULL;
	return module_teardown(state);
}

static bool runs(enum outcome outcome)
{
	return outcome == NOTHING || outcome == REFUSED_OR_NOTHING ||
	       outcome == DAMAGE;
}

/* Rows of docs/attacks.md. */
static void print_table(void)
{
	size_t i;

	for (i = 0; i < NR_ATTACKS; i++) {
		const struct attack *a = &attacks[i];

		printf("| `%s` | %s | %s", a->name, a->tried,
		       outcome_names[a->before]);
		if (a->open)
			printf("; without our rule: %s", outcome_names[a->open]);
		if (a->mended)
			printf("; from %u.%u on: %s", a->mended >> 16,
			       a->mended >> 8 & 255, outcome_names[a->after]);
		if (runs(a->before) || runs(a->open) || runs(a->after))
			printf(" | message, result, heap%s%s |\n",
			       a->looked ? ", " : "", a->looked ?: "");
		else
			printf(" | what the refusal says |\n");
	}
}

int main(int argc, char **argv)
{
	static struct CMUnitTest tests[2 * NR_ATTACKS];
	static struct instance instances[2 * NR_ATTACKS];
	static char names[2 * NR_ATTACKS][128];
	size_t i, n = 0;

	if (argc > 1 && !strcmp(argv[1], "--table")) {
		print_table();
		return 0;
	}
	if (argc > 1)
		cmocka_set_test_filter(argv[1]);

	for (i = 0; i < 2 * NR_ATTACKS; i++) {
		const struct attack *attack = &attacks[i % NR_ATTACKS];
		bool open = i >= NR_ATTACKS;

		if (open && !attack->open)
			continue;
		snprintf(names[n], sizeof(names[n]), "%s%s", attack->name,
			 open ? "_without_our_rule" : "");
		instances[n] = (struct instance){ attack, open };
		tests[n] = (struct CMUnitTest){ names[n], is_stopped, setup,
						teardown, &instances[n] };
		n++;
	}

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return _cmocka_run_group_tests("attacks", tests, n, NULL, NULL) ? 1 : 0;
}
