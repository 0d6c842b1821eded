// SPDX-License-Identifier: GPL-2.0-only
/*
 * opsctl tells the truth of tables of the kernel's own types and of the examples: who is in
 * the way, what this kernel lacks, and what became of a table after it was attached.
 */
#include "lib.h"
#include "opsctl.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <pty.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <bpf/bpf.h>

#define TRUTH "programs/truth.bpf.o"
#define TWINS "programs/twins.bpf.o"
#define MIXED "programs/mixed.bpf.o"
#define KFUNC "programs/kfunc.bpf.o"
#define TABLES "programs/tables.bpf.o"
#define TCP "programs/tcp.bpf.o"
#define REFUSED "programs/refused.bpf.o"
#define BPFFS "/sys/fs/bpf"
#define PIN " --pin " BPFFS
#define SCHED_EXT "/sys/kernel/sched_ext/state"
#define BTF_FILE "/sys/kernel/btf/" MODULE_NAME

static struct process background;
static struct table table;

static bool has_sched_ext(void)
{
	return access(SCHED_EXT, F_OK) == 0;
}

static void need_sched_ext(void)
{
	if (has_sched_ext())
		return;
	print_message("# no CONFIG_SCHED_CLASS_EXT\n");
	skip();
}

static void write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	assert_return_code(fd, errno);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

static void wait_for_state(const char *expected)
{
	char state[32] = "";
	int i;

	for (i = 0; i < 3000 && strcmp(state, expected); i++) {
		FILE *f = fopen(SCHED_EXT, "re");

		assert_non_null(f);
		assert_int_equal(fscanf(f, "%31s", state), 1);
		fclose(f);
		usleep(10000);
	}
	assert_string_equal(state, expected);
}

/* What an administrator does whose machine hangs; the link stays. */
static void throw_the_scheduler_out(void)
{
	write_file("/proc/sysrq-trigger", "S");
	wait_for_state("disabled");
}

static void a_scheduler_that_fails_is_not_attached(void **state)
{
	need_sched_ext();
	fails_at_once(2, "attach " TRUTH " --map no_init" PIN,
		      "ops.init() failed (-22)");
	fails_at_once(2, "attach " TRUTH " --map lost" PIN,
		      "table lost was attached, and ended at once");
	said("invalid CPU 1048576 from ops.select_cpu()");
	assert_int_equal(access(BPFFS "/no_init", F_OK), -1);
	assert_int_equal(access(BPFFS "/lost", F_OK), -1);

	/* Its twin sets no function. */
	succeeds("attach " TRUTH " --map plain" PIN);
	wait_for_state("enabled");
	succeeds("detach plain");
	wait_for_state("disabled");
}

static void a_scheduler_that_was_thrown_out_has_ended(void **state)
{
	need_sched_ext();
	succeeds("attach " TRUTH " --map plain" PIN);
	assert_true(json_object_get_boolean(json_at(listed("plain"), "attached")));
	assert_null(json_at(listed("plain"), "ended"));
	start(&background, "wait plain", NULL);
	process_wait_for(&background, "Waiting for link ");
	throw_the_scheduler_out();
	assert_int_equal(process_wait(&background), 0);
	assert_non_null(strstr(background.said, "disabled by sysrq-S"));

	assert_false(
		json_object_get_boolean(json_at(listed("plain"), "attached")));
	assert_non_null(
		strstr(json_text_at(json_find(json, "name", "plain"), "ended"),
		       "disabled by sysrq-S"));
	succeeds("list");
	said(": plain  sched_ext_ops (vmlinux)  ended\n");
	succeeds("wait plain");

	/* A second one runs in its place, under its name, and is the one that is meant. */
	succeeds("attach " TRUTH " --map other --set name=plain" PIN);
	json_of("dump plain");
	assert_string_equal(json_text_at(json, "map"), "other");
	succeeds("detach plain");
	said("unlinked: " BPFFS "/other\n");
	succeeds("detach plain");
	said("unlinked: " BPFFS "/plain\n");
	fails(2, "detach plain", "no struct_ops map");
}

static void a_waiting_attach_ends_with_its_scheduler(void **state)
{
	need_sched_ext();
	start(&background, "attach " TRUTH " --map plain", NULL);
	process_wait_for(&background, "Ctrl-C");
	throw_the_scheduler_out();
	assert_int_equal(process_wait(&background), 2);
	assert_non_null(strstr(
		background.said,
		"Error: table plain was ended: the kernel disabled it (disabled by sysrq-S)\n"));
}

static void who_has_the_only_place_is_named(void **state)
{
	char line[128];

	need_sched_ext();
	succeeds("attach " TRUTH " --map plain" PIN);
	snprintf(line, sizeof(line),
		 "Device or resource busy: table 'plain', id %llu, is in its place",
		 (unsigned long long)json_number_at(listed("plain"), "id"));
	fails_at_once(2, "attach " TRUTH " --map other", line);

	/* One that was thrown out is in nobody's way. */
	throw_the_scheduler_out();
	succeeds("attach " TRUTH " --map other" PIN);
	fails_at_once(2, "attach " TRUTH " --map no_init",
		      "busy: table 'other', id ");
	succeeds("detach other");
	succeeds("detach plain");
}

static void a_type_that_is_not_there_is_named(void **state)
{
	if (!has_sched_ext())
		fails_at_once(
			2, "attach " TRUTH " --map plain",
			"no struct_ops type sched_ext_ops in this kernel or a loaded module; it takes CONFIG_SCHED_CLASS_EXT");
	fails_at_once(
		2, "attach programs/scribe.bpf.o",
		"no struct_ops type scribe_ops in this kernel or a loaded module; load the module that has it");
	assert_int_equal(module_load("scribe.ko", ""), 0);
	succeeds("attach programs/scribe.bpf.o --map shouting" PIN);
	succeeds("detach shouting");
}

static void a_member_that_is_not_there_is_named_and_left_out(void **state)
{
	fails_at_once(
		2, "attach " TRUTH " --map newer",
		"this kernel's tcp_congestion_ops has no member of_the_future");
	said_nothing_of("libbpf");
	succeeds("attach " TRUTH " --map newer --set of_the_future=" PIN);
	succeeds("detach newer");
}

static void a_kfunc_that_is_not_there_is_named(void **state)
{
	fails_at_once(2, "attach " KFUNC,
		      "this kernel and its modules have no kfunc no_such_kfunc");
}

static void a_member_that_no_program_can_be_is_named(void **state)
{
	fails_at_once(
		2, "attach " TCP " --map with_get_info",
		"its type lets no program be this member: get_info of struct tcp_congestion_ops");
	said_nothing_of("newer kernel");
}

static void the_jit_that_is_off_is_named(void **state)
{
	int status;

	if (!jit_set(false)) {
		print_message("# the JIT cannot be switched off\n");
		skip();
	}
	status = status_of("attach programs/tcp_reno.bpf.o" PIN);
	jit_set(true);
	assert_int_equal(status, 2);
	said("Error: cannot load programs/tcp_reno.bpf.o: Operation not supported (ENOTSUPP): the BPF JIT is off; switch it on: ");
}

static void the_verifiers_reason_is_in_the_first_line(void **state)
{
	fails_at_once(2, "attach " REFUSED " --map table_of_tail_call",
		      "program of this type cannot use helper bpf_tail_call#12");
	/* An unreleased one; Linux 7.2 ends with what that would lead to. */
	fails_at_once(2, "attach " REFUSED " --map table_of_keeps_its_record",
		      " reference ");
}

static void an_innocent_table_is_not_blamed(void **state)
{
	succeeds("attach " TRUTH " --map a_map_of_long_name" PIN);
	fails_at_once(
		2, "attach " TRUTH " --map cubic",
		"File exists: the kernel or a module has one of that name, 'cubic'");
	said_nothing_of("own_tcp");
	/* Its twin has the name of the attached one. */
	fails_at_once(2, "attach " TRUTH " --map cubic --set name=own_tcp",
		      "File exists: table 'own_tcp', id ");
	succeeds("detach own_tcp");
}

static void two_tables_of_one_file_are_in_each_others_way(void **state)
{
	assert_int_equal(status_of("attach " TWINS), 2);
	said("Error: the kernel refused to attach table twin_b: File exists: table 'twin' of the same file is in its place; choose one with --map\n");
	said_nothing_of("opsctl remove");
	succeeds("attach " TWINS " --map twin_b" PIN);
	succeeds("detach twin");
}

static void the_modules_reason_is_in_the_first_line(void **state)
{
	fails_at_once(2, "attach " TABLES " --map lowest_unknown_flag",
		      "Invalid argument: " MODULE_NAME
		      ": table refused: unknown flags 0x2");
	succeeds("attach " TRUTH " --map a_map_of_long_name" PIN);
	fails_at_once(
		2, "swap own_tcp " TRUTH " --map cubic",
		"Invalid argument: TCP: cubic not registered or non-unique key");
	succeeds("detach own_tcp");
}

/* HID says EINVAL for whatever is wrong, and logs nothing. */
static void values_that_a_type_may_refuse_are_named(void **state)
{
	static const char cause[] =
		"Invalid argument: the type may refuse a value: hid_id = 4711, flags = 0";

	if (status_of("types hid_bpf_ops")) {
		fails_at_once(2, "attach " TRUTH " --map no_device",
			      "no struct_ops type hid_bpf_ops in this kernel");
		return;
	}
	fails_at_once(2, "attach " TRUTH " --map no_device", cause);
}

static void one_bad_table_of_several_is_named_with_the_way_out(void **state)
{
	assert_int_equal(status_of("attach " TWINS), 2);
	said("It is one of several tables; --map NAME takes one alone: twin_a twin_b\n");
	assert_int_equal(status_of("attach " TWINS " --map twin_a" PIN), 0);
	assert_int_equal(status_of("attach " TWINS " --map twin_b"), 2);
	said_nothing_of("--map");
	succeeds("detach twin");
}

static void what_is_no_file_is_not_opened(void **state)
{
	assert_return_code(mkfifo("/tmp/fifo", 0600), errno);
	fails_at_once(2, "attach /tmp/fifo", "it is no regular file");
	fails_at_once(2, "attach /tmp", "it is no regular file");
	unlink("/tmp/fifo");
}

/* A table's own name, its map's, long or cut, and its id all mean the same table. */
static void every_name_of_a_table_is_taken(void **state)
{
	static const char *const names[] = {
		"own_tcp",
		"a_map_of_long_name",
		"a_map_of_long_n",
	};
	char line[128];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		succeeds("attach " TRUTH " --map a_map_of_long_name" PIN);
		said("attached: table own_tcp, id ");
		said(", pinned at " BPFFS "/a_map_of_long_name\n");
		snprintf(line, sizeof(line), "dump %s", names[i]);
		json_of(line);
		assert_string_equal(json_text_at(json, "name"), "own_tcp");
		snprintf(line, sizeof(line), "detach %s", names[i]);
		succeeds(line);
	}
	fails(2, "dump a_map_of_long_x", "no struct_ops map");
}

static void attach_and_swap_print_what_others_take(void **state)
{
	struct json_object *row;
	char line[128];

	json_of("attach " TRUTH " --map a_map_of_long_name" PIN);
	row = json_object_array_get_idx(json, 0);
	assert_string_equal(json_text_at(row, "name"), "own_tcp");
	assert_string_equal(json_text_at(row, "pin"),
			    BPFFS "/a_map_of_long_name");
	snprintf(line, sizeof(line),
		 "swap %llu " TRUTH " --map cubic --set name=own_tcp",
		 (unsigned long long)json_number_at(row, "link"));
	json_of(line);
	snprintf(line, sizeof(line), "dump %llu",
		 (unsigned long long)json_number_at(json, "id"));
	json_of(line);
	assert_string_equal(json_text_at(json, "map"), "cubic");
	succeeds("detach own_tcp");
}

/* TCP wants a swapped table to keep the name, and a socket keeps the old table. */
static void after_a_swap_the_name_means_the_new_table(void **state)
{
	table_up(&table, TRUTH, "a_map_of_long_name");
	/* The old map stays, as this process has it open. */
	succeeds("swap own_tcp " TRUTH " --map cubic --set name=own_tcp");
	json_of("list");
	assert_int_equal(json_object_array_length(json), 2);
	json_of("dump own_tcp");
	assert_string_equal(json_text_at(json, "map"), "cubic");
	succeeds("detach own_tcp");
	table_free(&table);
}

/* The gate goes, and takes its rule along: the link of that stays, with its pin. */
static void a_link_whose_type_let_go_is_listed_and_unpinned(void **state)
{
	struct json_object *row;
	char line[64];

	assert_int_equal(module_load("turnstile.ko", ""), 0);
	write_file("/proc/turnstile", "add 1");
	json_of("attach programs/turnstile.bpf.o --map banned" PIN);
	row = json_object_array_get_idx(json, 0);
	snprintf(line, sizeof(line),
		 "link %llu: its table was detached\n\tpinned at " BPFFS
		 "/banned\n",
		 (unsigned long long)json_number_at(row, "link"));
	succeeds("list");
	said_nothing_of(line);
	write_file("/proc/turnstile", "remove 1");
	succeeds("list");
	said(line);
	succeeds("detach " BPFFS "/banned");
	said("unlinked: " BPFFS "/banned\n");
	assert_int_equal(access(BPFFS "/banned", F_OK), -1);
}

/* Another file is in the place of one module's BTF. */
static void one_bad_btf_spoils_nothing_else(void **state)
{
	int fd = open("/tmp/junk", O_CREAT | O_WRONLY | O_CLOEXEC, 0600);

	assert_return_code(fd, errno);
	assert_int_equal(write(fd, "junk", 4), 4);
	close(fd);
	assert_return_code(mount("/tmp/junk", BTF_FILE, NULL, MS_BIND, NULL),
			   errno);
	succeeds("types");
	said("tcp_congestion_ops ");
	said("Warning: the BTF of these modules cannot be read, their types are left out: " MODULE_NAME
	     "\n");
	assert_int_equal(status_of("doctor --module " MODULE_NAME), 2);
	said("the BTF of module " MODULE_NAME " cannot be read");
	/* The kernel has the BTF all the same. */
	succeeds("attach " TABLES " --map first" PIN);
	succeeds("list");
	said(": first  bpf_testmod_ops (" MODULE_NAME ")  attached\n");
	succeeds("detach first");
	assert_return_code(umount(BTF_FILE), errno);
	succeeds("types");
	said_nothing_of("Warning");
	unlink("/tmp/junk");
}

static void inspect_says_what_is_missing(void **state)
{
	struct json_object *t;

	succeeds("inspect " TRUTH);
	said("table newer  tcp_congestion_ops");
	said("\tcannot be loaded: this kernel's tcp_congestion_ops has no member of_the_future");
	said("\t.ssthresh = program ssthresh\n");
	json_of("inspect " TRUTH);
	t = json_find(json_at(json, "tables"), "name", "own_tcp");
	assert_null(json_at(t, "problem"));
	assert_string_equal(json_text_at(t, "map"), "a_map_of_long_name");
	succeeds("inspect " KFUNC);
	said("kfunc no_such_kfunc: this kernel and its modules lack it\n");
	succeeds("inspect programs/trace.bpf.o");
	said(": attach does not load it\n");
	json_of("list");
	assert_int_equal(json_object_array_length(json), 0);
}

static void a_dry_run_attaches_nothing(void **state)
{
	succeeds("attach " TABLES " --map first --dry-run");
	assert_string_equal(opsctl.said, "loaded, not attached: table first\n");
	assert_string_equal(status("attached"), "no");
	fails(2, "attach " REFUSED " --map table_of_tail_call --dry-run",
	      "cannot load");
}

static void list_shows_what_is_set(void **state)
{
	succeeds("attach " TABLES " --map quiet" PIN);
	succeeds("list");
	said("\tflags = 1\n");
	succeeds("attach " TRUTH " --map a_map_of_long_name" PIN);
	succeeds("list");
	said("    ID TABLE ");
	succeeds("dump own_tcp");
	said("\tfunctions without a program: ");
	said_nothing_of("NULL");
	succeeds("dump own_tcp --all");
	said("\t.set_state = NULL\n");
	succeeds("detach own_tcp");
	succeeds("detach quiet");
}

static int connection_with(const char *name)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_return_code(fd, errno);
	assert_return_code(setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, name,
				      strlen(name)),
			   errno);
	return fd;
}

/* A connection keeps what it began with. */
static void a_table_that_is_detached_and_used_says_so(void **state)
{
	int fd;

	succeeds("attach " TRUTH " --map a_map_of_long_name" PIN);
	assert_false(json_object_get_boolean(
		json_at(listed("own_tcp"), "still_used")));
	fd = connection_with("own_tcp");
	succeeds("detach own_tcp");
	said("is still used, by 1: its programs run until those let go\n");
	said("connections let go as they are closed; ");
	said("net.ipv4.tcp_congestion_control, with another value\n");
	assert_true(json_object_get_boolean(
		json_at(listed("own_tcp"), "still_used")));
	succeeds("list");
	said(": own_tcp  tcp_congestion_ops (vmlinux)  not attached, still used\n");
	succeeds("top --once");
	said("own_tcp");

	close(fd);
	json_of("list");
	assert_int_equal(json_object_array_length(json), 0);
	/* Its twin is used by nobody. */
	succeeds("attach " TRUTH " --map a_map_of_long_name" PIN);
	succeeds("detach own_tcp");
	said_nothing_of("still used");
}

static void programs_that_are_not_attached_are_named(void **state)
{
	succeeds("attach " MIXED PIN);
	said("Warning: program tracer (raw_tp/sys_enter) is no struct_ops: it is not loaded, attached or run\n");
	succeeds("detach mixed");
	succeeds("attach " TWINS " --map twin_a" PIN);
	said_nothing_of("Warning");
	succeeds("detach twin");
}

static void fewer_rights_do_for_a_type_of_the_kernel(void **state)
{
	start(&background, "attach " TRUTH " --map a_map_of_long_name",
	      become_nobody_with_bpf);
	process_wait_for(&background, "Ctrl-C");
	json_of("dump own_tcp");
	assert_int_equal(kill(background.pid, SIGINT), 0);
	assert_int_equal(process_wait(&background), 0);
	assert_null(strstr(background.said, "Error"));
	json_of("list");
	assert_int_equal(json_object_array_length(json), 0);
}

/* Runs opsctl list on a terminal of so many columns. */
static void list_on_a_terminal(unsigned short columns)
{
	struct winsize size = { .ws_row = 24, .ws_col = columns };
	int terminal, status;
	ssize_t n;
	pid_t pid;

	pid = forkpty(&terminal, NULL, NULL, &size);
	assert_return_code(pid, errno);
	if (!pid) {
		execl("./opsctl", "opsctl", "list", NULL);
		_exit(127);
	}
	opsctl.len = 0;
	/* EIO: the other end is closed. */
	while ((n = read(terminal, opsctl.said + opsctl.len,
			 sizeof(opsctl.said) - 1 - opsctl.len)) > 0)
		opsctl.len += n;
	opsctl.said[opsctl.len] = '\0';
	close(terminal);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static size_t longest_indented_line(void)
{
	size_t len, longest = 0;
	const char *line;

	for (line = opsctl.said; *line; line += len + !!line[len]) {
		len = strcspn(line, "\r\n");
		/* The tab takes eight columns. */
		if (*line == '\t' && len + 7 > longest)
			longest = len + 7;
	}
	return longest;
}

static void list_wraps_at_the_terminals_width(void **state)
{
	succeeds("attach " TABLES " --map first" PIN);
	list_on_a_terminal(200);
	assert_in_range(longest_indented_line(), 45, 200);
	list_on_a_terminal(44);
	assert_in_range(longest_indented_line(), 1, 44);
	said("test_3 prog ");
	succeeds("detach first");
}

/* A test that failed may have left pins. */
static void unlink_pins(void)
{
	DIR *dir = opendir(BPFFS);
	struct dirent *entry;

	assert_non_null(dir);
	while ((entry = readdir(dir))) {
		if (*entry->d_name != '.')
			unlinkat(dirfd(dir), entry->d_name, 0);
	}
	closedir(dir);
}

static void unload_if_loaded(const char *name)
{
	char path[64];

	snprintf(path, sizeof(path), "/sys/module/%s", name);
	if (access(path, F_OK) == 0)
		module_unload_named_soon(name);
}

static int teardown(void **state)
{
	json_end();
	jit_set(true);
	umount(BTF_FILE);
	unlink_pins();
	module_teardown(state);
	unload_if_loaded("scribe");
	unload_if_loaded("turnstile");
	return 0;
}

#define truth_test(f) cmocka_unit_test_setup_teardown(f, module_setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		truth_test(a_scheduler_that_fails_is_not_attached),
		truth_test(a_scheduler_that_was_thrown_out_has_ended),
		truth_test(a_waiting_attach_ends_with_its_scheduler),
		truth_test(who_has_the_only_place_is_named),
		truth_test(a_type_that_is_not_there_is_named),
		truth_test(a_member_that_is_not_there_is_named_and_left_out),
		truth_test(a_kfunc_that_is_not_there_is_named),
		truth_test(a_member_that_no_program_can_be_is_named),
		truth_test(the_jit_that_is_off_is_named),
		truth_test(the_verifiers_reason_is_in_the_first_line),
		truth_test(an_innocent_table_is_not_blamed),
		truth_test(two_tables_of_one_file_are_in_each_others_way),
		truth_test(the_modules_reason_is_in_the_first_line),
		truth_test(values_that_a_type_may_refuse_are_named),
		truth_test(one_bad_table_of_several_is_named_with_the_way_out),
		truth_test(what_is_no_file_is_not_opened),
		truth_test(every_name_of_a_table_is_taken),
		truth_test(attach_and_swap_print_what_others_take),
		truth_test(after_a_swap_the_name_means_the_new_table),
		truth_test(a_link_whose_type_let_go_is_listed_and_unpinned),
		truth_test(one_bad_btf_spoils_nothing_else),
		truth_test(inspect_says_what_is_missing),
		truth_test(a_dry_run_attaches_nothing),
		truth_test(list_shows_what_is_set),
		truth_test(list_wraps_at_the_terminals_width),
		truth_test(a_table_that_is_detached_and_used_says_so),
		truth_test(programs_that_are_not_attached_are_named),
		truth_test(fewer_rights_do_for_a_type_of_the_kernel),
	};

	return run_all(tests);
}
