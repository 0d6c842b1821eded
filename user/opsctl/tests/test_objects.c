// SPDX-License-Identifier: GPL-2.0-only
/*
 * Objects as people have them: tables without a link, variables that a loader sets,
 * programs in the place of others, and objects within programs.
 */
#include "lib.h"
#include "opsctl.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <bpf/bpf.h>

#define OBJECTS "programs/objects.bpf.o"
#define BADLY "programs/badly.bpf.o"
#define MIXED "programs/mixed.bpf.o"
#define TABLES "programs/tables.bpf.o"
#define BPFFS "/sys/fs/bpf"
#define PIN " --pin " BPFFS
#define VARIABLES "attach " OBJECTS " --map variables"

static struct process background;
static struct table table;

/* What test_1 of the attached table returns: the module logs it. */
static int picked(void)
{
	static const char says[] = "test_1() returned: ";
	char *log, *line;
	int value;

	klog_mark();
	trigger("x");
	log = klog_take(MODULE_NAME ": ");
	line = strstr(log, says);
	assert_non_null(line);
	value = atoi(line + strlen(says));
	free(log);
	return value;
}

/* Attaches with these options; programs see VALUE in the variable that WHICH names. */
static void is_picked(const char *which, const char *options, int value)
{
	char line[256];
	int seen;

	snprintf(line, sizeof(line), VARIABLES PIN " --var which=WHICH_%s%s",
		 which, options);
	succeeds(line);
	seen = picked();
	succeeds("detach variables");
	if (seen != value)
		fail_msg("%s: %d", line, seen);
}

static void a_variable_is_refused(const char *var, const char *text)
{
	char line[256];

	snprintf(line, sizeof(line), VARIABLES " --var %s", var);
	fails_at_once(2, line, text);
}

/* Each least and most value reaches the programs, and one more is refused. */
static void numbers_of_every_size_are_set(void **state)
{
	is_picked("U8", " --var a_u8=255", 255);
	a_variable_is_refused("a_u8=256", "256 does not fit: it can be 0 to 255");
	a_variable_is_refused("a_u8=-1", "-1 does not fit: it can be 0 to 255");
	is_picked("S8", " --var a_s8=127", 127);
	is_picked("S8", " --var a_s8=-128", -128);
	a_variable_is_refused("a_s8=128", "it can be -128 to 127");
	a_variable_is_refused("a_s8=-129", "it can be -128 to 127");
	is_picked("U16", " --var a_u16=0xffff", 65535);
	a_variable_is_refused("a_u16=65536", "it can be 0 to 65535");
	is_picked("S16", " --var a_s16=-32768", -32768);
	a_variable_is_refused("a_s16=32768", "it can be -32768 to 32767");
	is_picked("U32", " --var a_u32=2147483647", 2147483647);
	a_variable_is_refused("a_u32=4294967296", "it can be 0 to 4294967295");
	is_picked("S32", " --var a_s32=-2147483648", -2147483648);
	a_variable_is_refused("a_s32=2147483648",
			      "it can be -2147483648 to 2147483647");
	is_picked("U64", " --var a_u64=0x7fffffffffffffff", 2147483647);
	a_variable_is_refused("a_u64=18446744073709551616",
			      "does not fit into 64 bits");
	a_variable_is_refused("a_u64=-1", "it can be 0 to 18446744073709551615");
	is_picked("S64", " --var a_s64=-9223372036854775808", -2147483648);
	a_variable_is_refused(
		"a_s64=9223372036854775808",
		"it can be -9223372036854775808 to 9223372036854775807");
}

static void other_values_are_set(void **state)
{
	is_picked("FLAG", " --var a_flag=true", 1);
	is_picked("FLAG", " --var a_flag=1 --var a_flag=false", 0);
	a_variable_is_refused("a_flag=2", "it can be 0 to 1");
	is_picked("TEXT", " --var a_text=1234567", '1' << 8 | '2');
	a_variable_is_refused("a_text=12345678", "it has room for 7 characters");
	is_picked("DATA", "", 5);
	is_picked("DATA", " --var in_data=6", 6);
	is_picked("BSS", " --var in_bss=7", 7);
	is_picked("MEMBER", "", 3);
	is_picked("MEMBER", " --var a_config.level=-4", -4);
	is_picked("ELEMENT", " --var a_config.inner.sizes[2]=77", 77);
	is_picked("ELEMENT", " --var a_config.inner.sizes[1]=77", 0);
	/* The kernel's: enum tcp_ca_state has had them since Linux 2.6. */
	is_picked("U8", " --var a_u8=TCP_CA_Loss", 4);
	is_picked("U8", " --var a_u8=TCP_CA_CWR|TCP_CA_Disorder|8", 2 | 1 | 8);
}

static void what_is_no_variable_is_refused(void **state)
{
	fails_at_once(2, VARIABLES " --var a_u23=1",
		      "the object has no variable 'a_u23'; is it ");
	said("a_u32");
	a_variable_is_refused("nothing_like_it=1",
			      "'opsctl inspect' shows those that it has");
	a_variable_is_refused("a_u8=x", "'x' is neither a whole number nor");
	a_variable_is_refused("a_u8=TCP_CA_Los",
			      "is it one of these: TCP_CA_Loss");
	a_variable_is_refused("a_u8=", "'' is no whole number");
	a_variable_is_refused("a_u8=1x", "'1x' is no whole number");
	a_variable_is_refused("a_u8=012", "begins with 0");
	a_variable_is_refused("a_u8.x=1", "variable a_u8 has no .x");
	a_variable_is_refused("a_config.none=1",
			      "variable a_config has no .none");
	a_variable_is_refused("a_config.inner.sizes[4]=1", "has no [4]");
	a_variable_is_refused("a_config=1", "it is a struct or union");
	a_variable_is_refused("a_config.inner.sizes=1", "it is an array");
	a_variable_is_refused("a_double=1", "it is a floating-point number");
	fails(1, VARIABLES " --var a_u8", "--var takes NAME=VALUE, not 'a_u8'");
	assert_string_equal(status("attached"), "no");
}

/* They cannot be set once they are loaded; swap loads a table as attach does. */
static void swap_sets_variables_too(void **state)
{
	succeeds(VARIABLES PIN " --var which=WHICH_U8 --var a_u8=11");
	assert_int_equal(picked(), 11);
	succeeds("swap variables " OBJECTS
		 " --map variables --var which=WHICH_U8 --var a_u8=22");
	assert_int_equal(picked(), 22);
	succeeds("detach variables");
}

static void the_kernels_numbers_are_filled_in(void **state)
{
	struct json_object *all;

	is_picked("FILLED", "", 4);
	is_picked("NARROW", "", 0);
	is_picked("WRITABLE", "", 0);
	/* What was asked for is not overwritten. */
	is_picked("FILLED", " --var __TCP_CA_Loss=9", 9);

	json_of("inspect " OBJECTS);
	all = json_at(json, "variables");
	assert_true(json_object_get_boolean(
		json_at(json_find(all, "name", "__TCP_CA_Loss"), "filled")));
	assert_string_equal(
		json_text_at(json_find(all, "name", "__TCP_CA_Loss"), "value"),
		"4");
	assert_false(json_object_get_boolean(
		json_at(json_find(all, "name", "__TCP_CA_Recovery"), "filled")));
}

static void inspect_lists_what_can_be_set(void **state)
{
	succeeds("inspect " OBJECTS);
	said("variable volatile const __u8 a_u8 = 0  .rodata\n");
	said("variable volatile int in_data = 5  .data\n");
	said("variable volatile const __u64 __TCP_CA_Loss = 4  .rodata, filled in from the kernel\n");
	said("variable volatile struct { int level; struct { __u16 sizes[4]; } inner; } a_config = {3,{[0,0,0,0,],},}  .data\n");
	said_nothing_of("a_double");
	said("\t.name = \"variables\"\n");
	said("\t.flags = 0\n");
	said("\t.test_1 = program pick\n");
	said_nothing_of("without a link");
}

static void a_member_takes_another_program(void **state)
{
	succeeds(VARIABLES PIN " --set test_1=another");
	assert_int_equal(picked(), 1234);
	succeeds("detach variables");
	/* Its twin. */
	is_picked("DATA", "", 5);

	/* One that had no program gets one, and one that had one is left out. */
	succeeds("attach " OBJECTS " --map pair --set test_2=" PIN);
	json_of("dump pair --all");
	assert_null(json_at(json_find(json_at(json, "members"), "name", "test_2"),
			    "program"));
	succeeds("detach pair");
	succeeds(VARIABLES " --set test_1= --set test_2=second" PIN);
	json_of("dump variables --all");
	assert_null(json_at(json_find(json_at(json, "members"), "name", "test_1"),
			    "program"));
	assert_string_equal(
		json_text_at(json_at(json_find(json_at(json, "members"), "name",
					       "test_2"),
				     "program"),
			     "name"),
		"second");
	succeeds("detach variables");
}

static void programs_that_do_not_fit_a_member_are_refused(void **state)
{
	fails_at_once(2, VARIABLES " --set test_1=anothr",
		      "the object has no program 'anothr'; is it another?");
	fails_at_once(2,
		      "attach " BADLY " --map good --set ssthresh=refused_tracer",
		      "that program is no struct_ops");
	fails_at_once(
		2, "attach " OBJECTS " --map pair --set test_1=second",
		"program second cannot be test_2 of table pair: it is test_1 of table pair already");
	/* The verifier takes it for what it is in: test_1 has no arguments. */
	fails_at_once(2, VARIABLES " --set test_1=second",
		      "invalid bpf_context access off=0 size=8");
	fails_at_once(
		2, VARIABLES " --set test_4=another",
		"has the member of 'test_4=another'; is it one of these: test_1");
}

static void members_take_names_of_numbers(void **state)
{
	succeeds(VARIABLES PIN " --set flags=BPF_TESTMOD_F_QUIET");
	assert_string_equal(status("flags"), "0x1");
	succeeds("detach variables");
	fails_at_once(2, VARIABLES " --set flags=012", "begins with 0");
}

/* TCP's well-known objects are declared so. */
static void a_table_without_a_link_gets_one(void **state)
{
	struct json_object *row;

	json_of("attach " OBJECTS " --map old_tcp" PIN);
	row = json_object_array_get_idx(json, 0);
	assert_true(json_number_at(row, "link") > 0);
	assert_int_equal(
		json_object_array_length(json_at(listed("linkless"), "links")),
		1);
	succeeds("swap linkless " OBJECTS " --map new_tcp");
	json_of("dump linkless");
	assert_string_equal(json_text_at(json, "map"), "new_tcp");
	fails_at_once(2,
		      "swap linkless " OBJECTS " --map new_tcp --set name=other",
		      "TCP: other not registered or non-unique key");
	succeeds("detach linkless");
	assert_int_equal(access(BPFFS "/old_tcp", F_OK), -1);
	json_of("list");
	assert_int_equal(json_object_array_length(json), 0);
}

/* Its loader is killed: with a link it goes, and its twin without one stays. */
static void a_link_ends_with_its_loader(void **state)
{
	static const char *const options[] = { "", " --no-link" };
	char line[128];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(options); i++) {
		snprintf(line, sizeof(line),
			 "attach " OBJECTS " --map old_tcp%s", options[i]);
		start(&background, line, NULL);
		process_wait_for(&background, "Ctrl-C");
		assert_int_equal(kill(background.pid, SIGKILL), 0);
		assert_int_equal(process_wait(&background), 256 + SIGKILL);
		if (i)
			break;
		wait_until((json_of("list"), !json_object_array_length(json)));
	}
	assert_int_equal(
		json_object_array_length(json_at(listed("linkless"), "links")),
		0);
	fails(2, "attach " OBJECTS " --map new_tcp --no-link" PIN,
	      "table new_tcp cannot be pinned: it has no link");
	succeeds("remove linkless --yes");
}

static void the_refused_table_is_named_with_the_way_out(void **state)
{
	fails_at_once(2, "attach " BADLY, "invalid mem access 'scalar'");
	said("\nProgram reads_anywhere was refused: ssthresh of table bad.\n");
	said("--map NAME takes one alone: ");
	succeeds("attach " BADLY " --map good" PIN);
	said_nothing_of("Error");
	succeeds("detach good");
	/* A program of one's own choice does, too. */
	succeeds("attach " BADLY " --map bad --set ssthresh=ssthresh" PIN);
	succeeds("detach bad");
}

/* A tracer that the verifier would refuse stays out, and the table is attached. */
static void other_programs_are_left_out(void **state)
{
	succeeds("attach " BADLY " --map good" PIN);
	said("Warning: program refused_tracer (raw_tp/sys_enter) is no struct_ops: it is not loaded, attached or run\n");
	succeeds("detach good");
}

/* Each of these is a program with a skeleton: bpftool has put an object into it. */
static void objects_within_programs_are_found(void **state)
{
	struct json_object *t;

	json_of("inspect loader");
	assert_true(json_number_at(json, "offset") > 0);
	t = json_find(json_at(json, "tables"), "name", "testmod");
	assert_string_equal(json_text_at(t, "type"), "bpf_testmod_ops");
	succeeds("attach loader" PIN);
	assert_string_equal(status("name"), "testmod");
	succeeds("detach testmod");
	/* It is the table that its author wrote, not one that the loader has changed. */
	succeeds("attach loader --set flags=BPF_TESTMOD_F_QUIET" PIN);
	assert_string_equal(status("flags"), "0x1");
	succeeds("detach testmod");
	fails_at_once(2, "attach opsctl", "opsctl holds no struct_ops table");
}

static void append(FILE *to, const char *from)
{
	FILE *in = fopen(from, "re");
	int c;

	assert_non_null(in);
	while ((c = getc(in)) != EOF)
		putc(c, to);
	fclose(in);
}

/* Writes a program with one object more, and with data that only begins like one. */
static void write_program_with(const char *program, const char *object)
{
	FILE *to = fopen("/tmp/program", "we");

	assert_non_null(to);
	append(to, program);
	fputs("\177ELF and other data", to);
	append(to, object);
	assert_false(ferror(to));
	fclose(to);
}

static void of_several_objects_one_is_chosen(void **state)
{
	struct stat st;

	/* opsctl's own two have no tables. */
	write_program_with("opsctl", BADLY);
	json_of("inspect /tmp/program");
	assert_int_equal(json_object_array_length(json), 3);
	succeeds("inspect /tmp/program");
	said("BPF object of ");
	said("\ntable good  tcp_congestion_ops\n");
	succeeds("attach /tmp/program --map good" PIN);
	succeeds("detach good");

	write_program_with("loader", BADLY);
	fails_at_once(2, "attach /tmp/program",
		      "holds more than one BPF object with tables");
	succeeds("attach /tmp/program --map good" PIN);
	succeeds("detach good");
	succeeds("attach /tmp/program --map testmod" PIN);
	succeeds("detach testmod");

	/* One that is cut off is none. */
	write_program_with("run", BADLY);
	succeeds("inspect /tmp/program");
	assert_return_code(stat("/tmp/program", &st), errno);
	assert_return_code(truncate("/tmp/program", st.st_size - 1), errno);
	fails_at_once(2, "inspect /tmp/program", "none is within it");
	unlink("/tmp/program");
}

/* The pin of a map keeps the module in use, whether or not the table is attached. */
static void remove_unlinks_the_pins_of_a_map(void **state)
{
	table_up(&table, TABLES, "first");
	assert_int_equal(bpf_map__pin(table.map, BPFFS "/a_map"), 0);
	table_free(&table);
	assert_int_equal(module_unload(), EAGAIN);
	assert_false(
		json_object_get_boolean(json_at(listed("first"), "attached")));
	succeeds("remove first --yes");
	assert_string_equal(opsctl.said, "unlinked: " BPFFS "/a_map\n");
	module_unload_soon();
	assert_int_equal(module_load(MODULE_FILE, ""), 0);

	table_up(&table, TABLES, "first");
	assert_int_equal(bpf_map__pin(table.map, BPFFS "/a_map"), 0);
	assert_int_equal(bpf_link__pin(table.link, BPFFS "/a_link"), 0);
	succeeds("remove first --yes");
	said("unlinked: " BPFFS "/a_map\n");
	said("unlinked: " BPFFS "/a_link\n");
	assert_string_equal(status("attached"), "no");
	/* Only this process has it now. */
	fails(2, "remove first --yes",
	      "is not attached, and its map is not pinned");
	table_free(&table);
}

/* A test that failed may have left pins. */
static int teardown(void **state)
{
	DIR *dir = opendir(BPFFS);
	struct dirent *entry;

	json_end();
	assert_non_null(dir);
	while ((entry = readdir(dir))) {
		if (*entry->d_name != '.')
			unlinkat(dirfd(dir), entry->d_name, 0);
	}
	closedir(dir);
	status_of("remove linkless --yes");
	return module_teardown(state);
}

#define objects_test(f) \
	cmocka_unit_test_setup_teardown(f, module_setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		objects_test(numbers_of_every_size_are_set),
		objects_test(other_values_are_set),
		objects_test(what_is_no_variable_is_refused),
		objects_test(swap_sets_variables_too),
		objects_test(the_kernels_numbers_are_filled_in),
		objects_test(inspect_lists_what_can_be_set),
		objects_test(a_member_takes_another_program),
		objects_test(programs_that_do_not_fit_a_member_are_refused),
		objects_test(members_take_names_of_numbers),
		objects_test(a_table_without_a_link_gets_one),
		objects_test(a_link_ends_with_its_loader),
		objects_test(the_refused_table_is_named_with_the_way_out),
		objects_test(other_programs_are_left_out),
		objects_test(objects_within_programs_are_found),
		objects_test(of_several_objects_one_is_chosen),
		objects_test(remove_unlinks_the_pins_of_a_map),
	};

	return run_all(tests);
}
