// SPDX-License-Identifier: GPL-2.0-only
/* opsctl: each command, in text and in JSON, and what it refuses. */
#include "lib.h"
#include "opsctl.h"

#include <errno.h>
#include <fcntl.h>
#include <pty.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <bpf/bpf.h>

#define TABLES "programs/tables.bpf.o"
#define SECOND "programs/second.bpf.o"
#define SECOND_MODULE "opsmod_second"
#define BPFFS "/sys/fs/bpf"

static struct table table;
static struct process background;

static void types_tells_where_each_lives(void **state)
{
	succeeds("types");
	said("tcp_congestion_ops ");
	said("bpf_testmod_ops ");
	said("second_other_ops ");

	json_of("types");
	assert_string_equal(
		json_text_at(json_find(json, "name", "tcp_congestion_ops"),
			     "module"),
		"vmlinux");
	assert_string_equal(
		json_text_at(json_find(json, "name", "bpf_testmod_ops"), "module"),
		MODULE_NAME);
	assert_string_equal(json_text_at(json_find(json, "name", "second_ops"),
					 "module"),
			    SECOND_MODULE);
	assert_false(json_object_get_boolean(
		json_at(json_find(json, "name", "second_ops"), "ambiguous")));
}

static void types_shows_the_members_of_one(void **state)
{
	struct json_object *members;

	succeeds("types second_ops");
	assert_string_equal(opsctl.said,
			    "struct second_ops {\t/* opsmod_second */\n"
			    "\tint (*first)(void);\n"
			    "\tint (*second)(int);\n"
			    "\t__u32 level;\t/* data */\n"
			    "\t__u64 limit;\t/* data */\n"
			    "\tchar name[8];\t/* data */\n"
			    "};\n");

	json_of("types second_ops");
	assert_int_equal(json_object_array_length(json), 1);
	members = json_at(json_object_array_get_idx(json, 0), "members");
	assert_int_equal(json_object_array_length(members), 5);
	assert_string_equal(json_text_at(json_find(members, "name", "first"),
					 "kind"),
			    "function");
	assert_string_equal(json_text_at(json_find(members, "name", "level"),
					 "kind"),
			    "data");
	assert_string_equal(json_text_at(json_find(members, "name", "name"),
					 "declaration"),
			    "char name[8]");

	fails(2, "types no_such_ops", "no struct_ops type 'no_such_ops'");
}

static void nothing_attached_is_an_empty_list(void **state)
{
	static const char none[] =
		"There is no struct_ops table in the kernel.\n";

	succeeds("list");
	assert_string_equal(opsctl.said, none);
	json_of("list");
	assert_int_equal(json_object_array_length(json), 0);
	succeeds("show");
	assert_string_equal(opsctl.said, none);

	succeeds("top --once");
	said("There is no program to show.\n");
	json_of("top --once");
	assert_int_equal(json_object_array_length(json), 0);
}

static void list_tells_what_holds_a_table(void **state)
{
	struct json_object *t, *link, *process;

	table_up(&table, TABLES, "first");
	t = listed("first");
	assert_string_equal(json_text_at(t, "type"), "bpf_testmod_ops");
	assert_string_equal(json_text_at(t, "module"), MODULE_NAME);
	assert_string_equal(json_text_at(t, "state"), "READY");
	assert_true(json_object_get_boolean(json_at(t, "attached")));
	assert_int_equal(json_object_object_length(json_at(t, "programs")), 3);
	assert_int_equal(json_object_array_length(json_at(t, "links")), 1);
	link = json_object_array_get_idx(json_at(t, "links"), 0);
	assert_int_equal(json_object_array_length(json_at(link, "pins")), 0);
	process = json_object_array_get_idx(json_at(link, "processes"), 0);
	assert_int_equal(json_number_at(process, "pid"), getpid());
	assert_string_equal(json_text_at(process, "name"), "test_opsctl");

	succeeds("list");
	said(": first  bpf_testmod_ops (" MODULE_NAME ")  attached\n");
	said("(test_opsctl)");
	said("state READY");

	/* Detached, it is still there as long as its map is. */
	assert_int_equal(bpf_link__detach(table.link), 0);
	t = listed("first");
	assert_false(json_object_get_boolean(json_at(t, "attached")));
	assert_int_equal(json_object_array_length(json_at(t, "links")), 0);
}

static void list_finds_pins(void **state)
{
	struct json_object *link;

	table_up(&table, TABLES, "first");
	assert_int_equal(bpf_link__pin(table.link, BPFFS "/a pin"), 0);
	table_free(&table);
	link = json_object_array_get_idx(json_at(listed("first"), "links"), 0);
	assert_string_equal(json_object_get_string(json_object_array_get_idx(
				    json_at(link, "pins"), 0)),
			    BPFFS "/a pin");
	assert_int_equal(json_object_array_length(json_at(link, "processes")), 0);
	/* It is the link that is pinned, not its map. */
	assert_int_equal(json_object_array_length(json_at(
				 json_find(json, "name", "first"), "pins")),
			 0);

	/* Named by the table, it is detached, and the pin goes. */
	succeeds("detach first");
	said("unlinked: " BPFFS "/a pin\n");
	assert_int_equal(access(BPFFS "/a pin", F_OK), -1);
	assert_string_equal(status("attached"), "no");
}

static void list_shows_long_paths_whole(void **state)
{
	char path[sizeof(BPFFS) + 6 * 201] = BPFFS;
	size_t depth, len;

	for (depth = 0; depth < 6; depth++) {
		len = strlen(path);
		snprintf(path + len, sizeof(path) - len, "/%0200zu", depth);
		if (depth < 5)
			assert_return_code(mkdir(path, 0700), errno);
	}
	table_up(&table, TABLES, "first");
	assert_int_equal(bpf_link__pin(table.link, path), 0);
	succeeds("list");
	said(path);

	assert_return_code(unlink(path), errno);
	while (--depth) {
		*strrchr(path, '/') = '\0';
		assert_return_code(rmdir(path), errno);
	}
}

/* Its loader is gone, and nothing but the kernel holds it. */
static void leave_a_table_without_a_link(void)
{
	start(&background, "attach " TABLES " --map without_link --no-link",
	      NULL);
	process_wait_for(&background, "attached: ");
	assert_int_equal(kill(background.pid, SIGKILL), 0);
	assert_int_equal(process_wait(&background), 256 + SIGKILL);
	assert_string_equal(status("attached"), "yes");
}

static void a_table_without_a_link_is_seen_and_removed(void **state)
{
	struct json_object *t;

	leave_a_table_without_a_link();
	t = listed("without_link");
	assert_string_equal(json_text_at(t, "state"), "INUSE");
	assert_true(json_object_get_boolean(json_at(t, "attached")));
	assert_int_equal(json_object_array_length(json_at(t, "links")), 0);
	succeeds("list");
	said("\tno link: stays until removed (opsctl remove ");

	fails(2, "detach without_link", "has no link");
	/* There is no terminal to ask at. */
	fails(1, "remove without_link", "--yes");
	assert_string_equal(status("attached"), "yes");
	succeeds("remove without_link --yes");
	said("removed: table without_link");
	assert_string_equal(status("attached"), "no");
}

static void tables_of_one_name_need_an_id(void **state)
{
	char line[64];

	start(&background, "attach " SECOND, NULL);
	process_wait_for(&background, "Ctrl-C");
	json_of("list");
	assert_int_equal(json_object_array_length(json), 4);
	snprintf(line, sizeof(line), "dump %llu",
		 (unsigned long long)json_number_at(
			 json_find(json, "map", "second_b"), "id"));
	fails(2, "dump same", "2 tables are called 'same'; take an id");
	fails(2, "detach same", "2 tables are called 'same'; take an id");
	json_of(line);
	assert_string_equal(json_text_at(json, "map"), "second_b");
}

/* Returns the line of 'complete tables' that has the id of that map. */
static const char *line_of(const char *map)
{
	static char line[16];

	snprintf(line, sizeof(line), "%llu\n",
		 (unsigned long long)json_number_at(json_find(json, "map", map),
						    "id"));
	return line;
}

static void complete_offers_what_would_be_taken(void **state)
{
	char expected[256];
	struct json_object *link;

	table_up(&table, TABLES, "first");
	start(&background, "attach " SECOND, NULL);
	process_wait_for(&background, "Ctrl-C");
	json_of("list");
	succeeds("complete tables");
	snprintf(expected, sizeof(expected), "%sfirst\n", line_of("first"));
	said(expected);
	/* Two have the name "same". */
	said(line_of("second_b"));
	assert_null(strstr(opsctl.said, "same"));

	/* Detached, it is still there; its name is no link's. */
	succeeds("complete links");
	said("first\n");
	assert_int_equal(bpf_link__detach(table.link), 0);
	succeeds("complete tables");
	said(expected);
	succeeds("complete attached");
	said(line_of("second_b"));
	assert_null(strstr(opsctl.said, "first"));
	succeeds("complete links");
	assert_null(strstr(opsctl.said, "first"));
	link = json_object_array_get_idx(
		json_at(json_find(json, "map", "second_b"), "links"), 0);
	snprintf(expected, sizeof(expected), "%llu\n",
		 (unsigned long long)json_number_at(link, "id"));
	said(expected);
	assert_null(strstr(opsctl.said, "same"));

	start(&opsctl, "complete types", become_nobody_plain);
	assert_int_equal(process_wait(&opsctl), 0);
	said("second_ops\n");
	said("tcp_congestion_ops\n");
}

/* Attaches one table of that name, and looks whether the name is offered. */
static void complete_offers_the_name(const char *name, bool offered)
{
	char line[128];

	snprintf(line, sizeof(line),
		 "attach " SECOND " --map second_a --set name=%s", name);
	start(&background, line, NULL);
	process_wait_for(&background, "Ctrl-C");
	json_of("list");
	succeeds("complete tables");
	snprintf(line, sizeof(line), "%s%s%s", line_of("second_a"),
		 offered ? name : "", offered ? "\n" : "");
	assert_string_equal(opsctl.said, line);
	kill(background.pid, SIGINT);
	assert_int_equal(process_wait(&background), 0);
}

static void complete_offers_names_that_can_be_typed(void **state)
{
	complete_offers_the_name("$(x)\\;", true);
	complete_offers_the_name("k=v", true);
	complete_offers_the_name("5x", true);
	/* These look like an id, an option, a path; and the rest is not printable. */
	complete_offers_the_name("504", false);
	complete_offers_the_name("-x", false);
	complete_offers_the_name("a/b", false);
	complete_offers_the_name("a\x1b[1m", false);
	complete_offers_the_name("a\nb", false);
	complete_offers_the_name("a\xff", false);
}

static void dump_shows_every_member(void **state)
{
	struct json_object *members, *program;
	char line[64];

	start(&background, "attach " SECOND, NULL);
	process_wait_for(&background, "Ctrl-C");
	json_of("list");
	snprintf(line, sizeof(line), "dump --all %llu",
		 (unsigned long long)json_number_at(
			 json_find(json, "map", "second_b"), "id"));
	succeeds(line);
	said("\t.second = NULL\n"
	     "\t.level = 4294967295\n"
	     "\t.limit = 18446744073709551615\n"
	     "\t.name = \"same\"\n");
	said("\t.first = prog ");

	json_of(line);
	members = json_at(json, "members");
	program = json_at(json_find(members, "name", "first"), "program");
	assert_string_equal(json_text_at(program, "name"), "first_1");
	assert_int_equal(strlen(json_text_at(program, "tag")), 16);
	assert_int_equal(json_number_at(json_find(members, "name", "level"),
					"value"),
			 0xffffffff);
	assert_true(json_number_at(json_find(members, "name", "limit"),
				   "value") == UINT64_MAX);
	assert_string_equal(json_text_at(json_find(members, "name", "name"),
					 "value"),
			    "same");
	fails(2, "dump 4000000000", "no struct_ops map");
}

static void nobody_sees_types_and_no_tables(void **state)
{
	start(&opsctl, "types bpf_testmod_ops", become_nobody_plain);
	assert_int_equal(process_wait(&opsctl), 0);
	said("int (*test_1)(void);");
	start(&opsctl, "inspect " TABLES, become_nobody_plain);
	assert_int_equal(process_wait(&opsctl), 0);
	said("table first  bpf_testmod_ops");
	said_nothing_of("cannot be loaded");
	start(&opsctl, "list", become_nobody_plain);
	assert_int_equal(process_wait(&opsctl), 2);
	said("Error: not permitted to see the BPF maps of this machine; run this as root");
	start(&opsctl, "attach " TABLES " --map first", become_nobody_plain);
	assert_int_equal(process_wait(&opsctl), 2);
	said("Error: ");
}

static void attach_stays_until_it_is_told_to_end(void **state)
{
	start(&background, "attach " TABLES " --map first", NULL);
	process_wait_for(&background, "Ctrl-C detaches");
	assert_string_equal(status("name"), "first");
	kill(background.pid, SIGINT);
	assert_int_equal(process_wait(&background), 0);
	assert_string_equal(status("attached"), "no");
}

static void attach_ends_when_another_detaches(void **state)
{
	start(&background, "attach " TABLES " --map first", NULL);
	process_wait_for(&background, "Ctrl-C detaches");
	succeeds("detach first");
	assert_int_equal(process_wait(&background), 0);
	assert_non_null(strstr(background.said, "detached by someone else"));
}

static void attach_can_pin_and_set_members(void **state)
{
	succeeds("attach " TABLES " --map first --pin " BPFFS
		 " --set name=mine --set flags=1");
	said("attached: table mine, id ");
	said(", pinned at " BPFFS "/first\n");
	assert_string_equal(status("name"), "mine");
	assert_string_equal(status("flags"), "0x1");
	succeeds("detach " BPFFS "/first");
	assert_string_equal(status("attached"), "no");
	assert_int_equal(access(BPFFS "/first", F_OK), -1);
}

static void attach_says_who_is_in_the_way(void **state)
{
	table_up(&table, TABLES, "first");
	fails(2, "attach " TABLES " --map second",
	      "the kernel refused to attach table second: File exists: table 'first', id ");
	assert_string_equal(status("name"), "first");
}

static void a_refused_program_comes_with_its_log(void **state)
{
	fails(2, "attach programs/refused.bpf.o --map table_of_write_len",
	      "cannot load programs/refused.bpf.o: Permission denied");
	said("write at off 0 with size 4 through a pointer that is trusted: programs of bpf_testmod_ops can write only the whole of bpf_testmod_event.verdict bpf_testmod_event.cookie\n");
}

static void broken_objects_are_refused(void **state)
{
	fails(2, "attach ./run", "cannot open the BPF object ./run: it is not");
	fails(2, "attach ./no_such_file",
	      "cannot open the BPF object ./no_such_file: No such file");
	fails(2, "attach programs/trace.bpf.o",
	      "programs/trace.bpf.o holds no struct_ops table");
	fails(2, "attach programs/unknown.bpf.o",
	      "cannot load programs/unknown.bpf.o");
	said("no_such_ops");
	/* The first one can be attached, but does not stay attached. */
	assert_int_equal(status_of("attach " TABLES), 2);
	said("Error: the kernel refused to attach table ");
	said("What was attached is detached again.\n");
	assert_string_equal(status("attached"), "no");
	fails(2, "attach " TABLES " --map none",
	      "holds no struct_ops table called 'none'");
	fails(2, "attach " TABLES " --map first --set none=1",
	      "no table of the object has the member of 'none=1'");
	fails(2, "attach " TABLES " --map first --set flags=x",
	      "cannot set flags=x in table first: 'x' is neither a whole number nor");
	fails(2, "attach " TABLES " --map first --set flags=4294967296",
	      "4294967296 does not fit: it can be 0 to 4294967295");
	fails(2, "attach " TABLES " --map first --set flags=-1",
	      "-1 does not fit");
	fails(2, "attach " TABLES " --map first --set name=sixteen_letters!",
	      "it has room for 15 characters");
	fails(2, "attach " TABLES " --map first --set test_1=1",
	      "it is a function, and the object has no program '1'");
	fails(2, "attach " TABLES " --map first --pin /tmp",
	      "cannot pin in /tmp: it is not in a bpf file system");
	fails(2, "attach " TABLES " --map without_link --no-link --pin " BPFFS,
	      "cannot be pinned: it has no link");
	assert_string_equal(status("attached"), "no");
}

static void swap_puts_another_in_its_place(void **state)
{
	table_up(&table, TABLES, "first");
	succeeds("swap first " TABLES " --map second --set name=new");
	said("swapped: table new, id ");
	said(", link ");
	assert_string_equal(status("name"), "new");
	assert_int_equal(status_number("swaps"), 1);
	trigger("x");
	assert_int_equal(status_number("test_1 calls"), 1);
	/* The link is still its owner's. */
	table_detach(&table);
	assert_string_equal(status("attached"), "no");
}

static void swap_refuses_what_does_not_fit(void **state)
{
	table_up(&table, TABLES, "first");
	fails(2, "swap first " SECOND " --map second_a",
	      "table second_a is of another type than table 'first'");
	fails(2, "swap first " TABLES " --map no_program",
	      "the kernel refused to take table no_program: Invalid argument");
	fails(2, "swap first " SECOND, "holds more than one table");
	fails(2, "swap second " TABLES " --map second", "'second'");
	assert_string_equal(status("name"), "first");

	start(&background, "attach " SECOND " --map other", NULL);
	process_wait_for(&background, "Ctrl-C");
	fails(2, "swap other " SECOND " --map other",
	      "tables of this type cannot be swapped; detach, then attach");
}

static void remove_takes_a_pinned_table_away(void **state)
{
	succeeds("attach " TABLES " --map first --pin " BPFFS);
	succeeds("remove first --yes");
	said("detached: link ");
	said("unlinked: " BPFFS "/first\n");
	assert_string_equal(status("attached"), "no");

	table_load(&table, TABLES, "second");
	fails(2, "remove second --yes", "is not attached");
}

/* Runs opsctl remove on a terminal, and answers its question. */
static void remove_and_answer(const char *name, const char *answer)
{
	static char said[4096];
	size_t len = 0;
	int terminal, status;
	ssize_t n;
	pid_t pid;

	pid = forkpty(&terminal, NULL, NULL, NULL);
	assert_return_code(pid, errno);
	if (!pid) {
		execl("./opsctl", "opsctl", "remove", name, NULL);
		_exit(127);
	}
	assert_int_equal(write(terminal, answer, strlen(answer)), strlen(answer));
	/* EIO: the other end is closed. */
	while ((n = read(terminal, said + len, sizeof(said) - 1 - len)) > 0)
		len += n;
	said[len] = '\0';
	close(terminal);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	snprintf(opsctl.said, sizeof(opsctl.said), "%s", said);
}

static void remove_asks_before_it_acts(void **state)
{
	succeeds("attach " TABLES " --map first --pin " BPFFS);
	remove_and_answer("first", "n\n");
	said("Table 'first' of type bpf_testmod_ops will be detached");
	said("Its pin " BPFFS "/first is unlinked.");
	said("Nothing was done.");
	assert_string_equal(status("name"), "first");
	remove_and_answer("first", "y\n");
	said("unlinked: " BPFFS "/first");
	assert_string_equal(status("attached"), "no");
}

static void remove_says_what_would_go_on(void **state)
{
	char holder[64];

	start(&background, "attach " TABLES " --map first", NULL);
	process_wait_for(&background, "attached: ");
	remove_and_answer("first", "\n");
	snprintf(holder, sizeof(holder),
		 "Process %d (opsctl) holds it, and is not told.",
		 background.pid);
	said(holder);
	assert_string_equal(status("name"), "first");
	kill(background.pid, SIGINT);
	assert_int_equal(process_wait(&background), 0);

	leave_a_table_without_a_link();
	remove_and_answer("without_link", "n\n");
	said("It has no link; its element is deleted from map ");
	assert_string_equal(status("attached"), "yes");
	succeeds("remove without_link --yes");

	table_load(&table, TABLES, "second");
	assert_int_equal(bpf_obj_pin(bpf_map__fd(table.map), BPFFS "/second"), 0);
	remove_and_answer("second", "y\n");
	said("The pin " BPFFS "/second of map ");
	assert_int_equal(access(BPFFS "/second", F_OK), -1);
}

static void wait_returns_when_it_is_detached(void **state)
{
	table_up(&table, TABLES, "first");
	start(&background, "wait first", NULL);
	process_wait_for(&background, "Waiting for link ");
	assert_int_equal(bpf_link__detach(table.link), 0);
	assert_int_equal(process_wait(&background), 0);
}

static struct process writer;

/* Checks that LINE has to wait for a program that sleeps in table "asleep". */
static void waits_and_says_for_whom(const char *line)
{
	const char *const argv[] = { "./test_sleep", "writer", NULL };
	char expected[64];

	table_up(&table, "programs/decide.bpf.o", "asleep");
	*(__u64 *)table_variable(&table, "user_string") =
		(unsigned long)MISSING_PAGE;
	process_start(&writer, argv);
	status_wait("in prepare", "1");

	start(&background, line, NULL);
	process_wait_for(&background, "is in prepare\n");
	snprintf(expected, sizeof(expected),
		 "  task %d (test_sleep) is in prepare\n", writer.pid);
	assert_non_null(strstr(background.said, expected));
	assert_int_equal(kill(writer.pid, SIGKILL), 0);
	assert_int_equal(process_wait(&writer), 256 + SIGKILL);
	assert_int_equal(process_wait(&background), 0);
}

static void detach_says_for_whom_it_waits(void **state)
{
	waits_and_says_for_whom("detach asleep");
	assert_string_equal(status("attached"), "no");
}

static void swap_says_for_whom_it_waits(void **state)
{
	waits_and_says_for_whom("swap asleep " TABLES " --map first");
	assert_string_equal(status("name"), "first");
}

static void remove_says_for_whom_it_waits(void **state)
{
	waits_and_says_for_whom("remove asleep --yes");
	assert_string_equal(status("attached"), "no");
}

static void debug_shows_the_logs(void **state)
{
	start(&background, "-d attach " TABLES " --map first", NULL);
	process_wait_for(&background, "Ctrl-C");
	assert_non_null(strstr(background.said, "libbpf: "));
	assert_non_null(strstr(background.said, "processed "));
}

static void text_of_others_is_escaped(void **state)
{
	/* A terminal's escape sequence, and a byte that is no UTF-8. */
	start(&background,
	      "attach " SECOND " --map second_a --set name=\x1b[1m\xff\\", NULL);
	process_wait_for(&background, "Ctrl-C");
	succeeds("list");
	said(": \\x1b[1m\\xff\\x5c  second_ops");
	json_of("list");
	json_find(json, "name", "\x1b[1m\xef\xbf\xbd\\");
}

static void top_counts_calls(void **state)
{
	struct json_object *row;

	table_up(&table, TABLES, "first");
	module_set_log(false);
	start(&background, "-j top --once first", NULL);
	/* It samples twice, a second apart. */
	while (process_is_silent(&background))
		trigger("x");
	assert_int_equal(process_wait(&background), 0);
	json_object_put(json);
	json = json_tokener_parse(background.said);
	assert_int_equal(json_object_array_length(json), 3);
	row = json_find(json, "member", "test_2");
	assert_string_equal(json_text_at(row, "name"), "first");
	assert_true(json_object_get_double(json_at(row, "calls_per_s")) > 0);
	assert_true(json_object_get_double(json_at(row, "mean_ns")) > 0);

	succeeds("top --once");
	said("test_3");
	fails(2, "top --once none", "no struct_ops map");
}

/* Counts the reads of this process, and of the children that it has waited for. */
static unsigned long long bytes_read(void)
{
	FILE *f = fopen("/proc/self/io", "re");
	unsigned long long n;

	assert_non_null(f);
	assert_int_equal(fscanf(f, "rchar: %llu", &n), 1);
	fclose(f);
	return n;
}

static unsigned long long bytes_read_by(const char *line)
{
	unsigned long long before = bytes_read();

	succeeds(line);
	return bytes_read() - before;
}

/* To find holders, opsctl reads fdinfo of each descriptor; top shows no holder. */
static void top_looks_at_no_descriptor(void **state)
{
	unsigned long long by_list, by_top, all;
	int fds[500];
	size_t i;

	if (access("/proc/self/io", R_OK)) {
		print_message("# no CONFIG_TASK_IO_ACCOUNTING\n");
		skip();
	}
	table_up(&table, TABLES, "first");
	by_list = bytes_read_by("list");
	by_top = bytes_read_by("top --once first");
	for (i = 0; i < ARRAY_SIZE(fds); i++) {
		fds[i] = open("/dev/null", O_RDONLY | O_CLOEXEC);
		assert_return_code(fds[i], errno);
	}
	by_list = bytes_read_by("list") - by_list;
	by_top = bytes_read_by("top --once first") - by_top;
	for (i = 0; i < ARRAY_SIZE(fds); i++)
		close(fds[i]);

	/* "pos:\t0\n" and more, of each. */
	all = ARRAY_SIZE(fds) * strlen("pos:\t0\nflags:\t00\n");
	print_message("# %zu descriptors: list read %lld bytes more, top %lld\n",
		      ARRAY_SIZE(fds), by_list, by_top);
	assert_true((long long)by_list >= (long long)all);
	assert_true((long long)by_top < (long long)all);
}

static int run_in_shell(const char *line)
{
	const char *const argv[] = { "/bin/sh", "-c", line, NULL };

	return process_run(&opsctl, argv);
}

static void bad_usage_is_told_from_refusal(void **state)
{
	fails(1, "", "unknown command ''");
	fails(1, "frobnicate", "unknown command 'frobnicate'");
	fails(1, "list x", "list takes no argument");
	fails(1, "dump", "dump takes one table");
	fails(1, "attach", "attach takes one BPF object");
	fails(1, "attach x --set flags", "--set takes MEMBER=VALUE");
	fails(1, "swap x", "swap takes a link");
	fails(1, "swap x y --pin z", "swap knows no option '--pin'");
	fails(1, "detach", "detach takes one link");
	fails(1, "remove", "remove takes one table");
	fails(1, "wait", "wait takes one link");
	fails(1, "detach --yes", "detach knows no option '--yes'");
	fails(1, "types -j",
	      "types knows no option '-j'; options for all go before the command");
	fails(1, "list \x1b[1m", "list takes no argument");
	fails(1, "list --\x1b[1m", "list knows no option '--\\x1b[1m'");
	fails(1, "attach x --map", "option '--map' requires an argument");
	fails(1, "help x", "unknown command 'x'");
	fails(1, "top --twice", "top knows no option '--twice'");
	assert_int_equal(status_of("--nonsense"), 1);
	succeeds("help");
	succeeds("-h");
	succeeds("--version");
	assert_int_equal(run_in_shell("./opsctl"), 1);
	said("Error: no command");
}

static void what_cannot_be_written_is_an_error(void **state)
{
	assert_int_equal(run_in_shell("./opsctl types >/dev/full"), 2);
	said("Error: cannot write what was asked for: No space left on device\n");
	/* It would go on for ever. */
	table_up(&table, TABLES, "first");
	assert_int_equal(run_in_shell("./opsctl top >/dev/full"), 2);
	said("Error: cannot write what was asked for: No space left on device\n");
}

static void top_goes_on_until_its_table_is_gone(void **state)
{
	table_up(&table, TABLES, "first");
	start(&background, "top first", NULL);
	process_wait_for(&background, "test_3");
	table_free(&table);
	assert_int_equal(process_wait(&background), 2);
	assert_non_null(strstr(background.said, "no struct_ops map"));
}

/* Each member of an object is on a line of its own. */
static void pretty_output_is_json_too(void **state)
{
	table_up(&table, TABLES, "first");
	succeeds("-p list");
	said("\n    \"name\":\"first\",\n");
	json = json_of_text(opsctl.said);
	assert_true(json_object_get_boolean(
		json_at(json_find(json, "name", "first"), "attached")));
}

/* With --help a command does nothing else, whatever the other words are. */
static void each_command_says_what_it_takes(void **state)
{
	table_up(&table, TABLES, "first");
	succeeds("detach --help");
	assert_string_equal(opsctl.said,
			    "Usage: opsctl detach LINK\n"
			    "Detach a table, and unlink its pins.\n"
			    "It takes one link: its id, its pin, or its table's name.\n"
			    "\n"
			    "  -h, --help           print this help\n");
	succeeds("remove first --yes --help");
	said("Usage: opsctl remove TABLE [--yes]\n");
	said("\n  -y, --yes            do not ask\n");
	succeeds("help attach");
	said("Usage: opsctl attach OBJ [--map NAME] [--pin DIR] [--set MEMBER=VALUE]...\n                 [--var NAME=VALUE]... [--no-link] [--dry-run]\n");
	said("\n  --set MEMBER=VALUE   write VALUE into that member, or put that program there\n");
	assert_string_equal(status("name"), "first");

	/* A name may begin as an option does. */
	fails(2, "dump -- -x", "no struct_ops map with the id or the name '-x'");
}

static int both_setup(void **state)
{
	int err = module_load(SECOND_MODULE ".ko", "");

	return err && err != EEXIST ? err : module_setup(state);
}

static int both_teardown(void **state)
{
	json_end();
	/* A test that failed may have left these. */
	status_of("remove without_link --yes");
	status_of("remove first --yes");
	module_teardown(state);
	module_unload_named_soon(SECOND_MODULE);
	return 0;
}

#define both_test(f) \
	cmocka_unit_test_setup_teardown(f, both_setup, both_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		both_test(types_tells_where_each_lives),
		both_test(types_shows_the_members_of_one),
		both_test(nothing_attached_is_an_empty_list),
		both_test(list_tells_what_holds_a_table),
		both_test(list_finds_pins),
		both_test(list_shows_long_paths_whole),
		both_test(a_table_without_a_link_is_seen_and_removed),
		both_test(tables_of_one_name_need_an_id),
		both_test(complete_offers_what_would_be_taken),
		both_test(complete_offers_names_that_can_be_typed),
		both_test(dump_shows_every_member),
		both_test(nobody_sees_types_and_no_tables),
		both_test(attach_stays_until_it_is_told_to_end),
		both_test(attach_ends_when_another_detaches),
		both_test(attach_can_pin_and_set_members),
		both_test(attach_says_who_is_in_the_way),
		both_test(a_refused_program_comes_with_its_log),
		both_test(broken_objects_are_refused),
		both_test(swap_puts_another_in_its_place),
		both_test(swap_refuses_what_does_not_fit),
		both_test(remove_takes_a_pinned_table_away),
		both_test(remove_asks_before_it_acts),
		both_test(remove_says_what_would_go_on),
		both_test(wait_returns_when_it_is_detached),
		both_test(detach_says_for_whom_it_waits),
		both_test(swap_says_for_whom_it_waits),
		both_test(remove_says_for_whom_it_waits),
		both_test(debug_shows_the_logs),
		both_test(text_of_others_is_escaped),
		both_test(top_counts_calls),
		both_test(top_looks_at_no_descriptor),
		both_test(bad_usage_is_told_from_refusal),
		both_test(what_cannot_be_written_is_an_error),
		both_test(top_goes_on_until_its_table_is_gone),
		both_test(pretty_output_is_json_too),
		both_test(each_command_says_what_it_takes),
	};

	return run_all(tests);
}
