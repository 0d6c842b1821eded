// SPDX-License-Identifier: GPL-2.0-only
/* The loader, as its users call it. */
#include "lib.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/personality.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"

#define LOADER "./loader"
#define PIN "/sys/fs/bpf/loader"

#define RUN(p, ...) \
	process_run(p, (const char *const[]){ LOADER, __VA_ARGS__, NULL })
#define START(p, ...) \
	process_start(p, (const char *const[]){ LOADER, __VA_ARGS__, NULL })

static struct process loader, other;
static struct table table;

static void said(const struct process *p, const char *text)
{
	if (!strstr(p->said, text))
		fail_msg("expected '%s' in: %s", text, p->said);
}

static void once_attaches_triggers_and_detaches(void **state)
{
	klog_mark();
	assert_int_equal(RUN(&loader, "--once", "--message", "hello"), 0);
	assert_string_equal(
		loader.said,
		"attached: table \"testmod\"\n"
		"What the module logs is in dmesg; what the programs saw is here:\n"
		"trigger: \"hello\" > " TRIGGER "\n"
		"  test_1() = 42\n"
		"  test_2(10, 20) = 30\n"
		"  test_3(\"hello\", 5) = 5\n"
		"detached\n");
	klog_expect("bpf_testmod_ops registered: testmod\n"
		    "Calling struct_ops callbacks:\n"
		    "test_1() returned: 42\n"
		    "test_2(10, 20) returned: 30\n"
		    "test_3() called with buffer\n"
		    "bpf_testmod_ops unregistered: testmod\n");
}

/* What the programs print goes to the kernel's trace, as in any BPF tutorial. */
static void programs_print_to_the_trace(void **state)
{
	char *traced;

	trace_clear();
	assert_int_equal(RUN(&loader, "--once", "--message", "hello"), 0);
	traced = trace_take("bpf_trace_printk");
	assert_string_equal(
		traced, "bpf_trace_printk: BPF test_1 called!\n"
			"bpf_trace_printk: BPF test_2 called: 10 + 20 = 30\n"
			"bpf_trace_printk: BPF test_3 called with buffer length 5\n"
			"bpf_trace_printk: Full buffer: hello\n");
	free(traced);
}

/* 256 KiB of records that nobody reads: the programs go on, and count the rest. */
static void a_full_ring_buffer_loses_records_and_says_so(void **state)
{
	unsigned long shown = 0, lost = 0;
	const char *at;
	char *traced;
	int i;

	module_set_log(false);
	START(&loader, "--interval", "0");
	process_wait_for(&loader, "attached: ");
	assert_return_code(kill(loader.pid, SIGSTOP), errno);
	for (i = 0; i < 1500; i++)
		trigger("x");
	trace_clear();
	trigger("unrecorded");
	traced = trace_take("bpf_trace_printk: Full buffer");
	assert_string_equal(traced,
			    "bpf_trace_printk: Full buffer: unrecorded\n");
	free(traced);
	assert_int_equal(status_number("test_3 calls"), 1501);

	kill(loader.pid, SIGCONT);
	kill(loader.pid, SIGINT);
	assert_int_equal(process_wait(&loader), 0);
	for (at = loader.said; (at = strstr(at, "\n  test_")); at++)
		shown++;
	at = strstr(loader.said, "Warning: ");
	assert_non_null(at);
	assert_int_equal(sscanf(at, "Warning: %lu records lost", &lost), 1);
	said(&loader, " records lost: the ring buffer was full\n");
	assert_in_range(shown, 1, 3 * 1501 - 1);
	assert_int_equal(shown + lost, 3 * 1501);
}

static void what_it_was_given_is_shown_safely(void **state)
{
	assert_int_equal(RUN(&loader, "--once", "--name", "say \"a\"",
			     "--message", "\x1b[2J\"\\"),
			 0);
	said(&loader, "attached: table \"say \\x22a\\x22\"\n");
	said(&loader, "trigger: \"\\x1b[2J\\x22\\x5c\" > " TRIGGER "\n");

	assert_int_equal(RUN(&loader, "--once", "--pin", PIN "\x1b[2J"), 0);
	said(&loader, ", pinned at " PIN "\\x1b[2J\n");
	said(&loader, "To detach it: rm " PIN "\\x1b[2J\n");
	assert_int_equal(unlink(PIN "\x1b[2J"), 0);
	status_wait("attached", "no");
}

/* Two waits of two seconds; that they take longer on a slow machine is no fault. */
static void count_and_interval_repeat_the_trigger(void **state)
{
	double start = clock_seconds();

	assert_int_equal(RUN(&loader, "-c", "3", "-i", "2"), 0);
	assert_int_equal(status_number("test_1 calls"), 3);
	assert_true(clock_seconds() - start >= 3);
}

static void name_and_quiet_set_the_table(void **state)
{
	klog_mark();
	START(&loader, "--quiet", "--name", "fifteen letters");
	process_wait_for(&loader, "test_3(");
	assert_string_equal(status("name"), "fifteen letters");
	assert_string_equal(status("flags"), "0x1");
	kill(loader.pid, SIGTERM);
	assert_int_equal(process_wait(&loader), 0);
	klog_expect("bpf_testmod_ops registered: fifteen letters\n"
		    "bpf_testmod_ops unregistered: fifteen letters\n");
}

static void ends_at(int signal)
{
	START(&loader, "--interval", "3600");
	process_wait_for(&loader, "test_3(");
	assert_string_equal(status("attached"), "yes");
	kill(loader.pid, signal);
	assert_int_equal(process_wait(&loader), 0);
	said(&loader, "\ndetached\n");
	assert_string_equal(status("attached"), "no");
}

static void detaches_at_each_signal_that_asks_to(void **state)
{
	ends_at(SIGINT);
	ends_at(SIGTERM);
	ends_at(SIGHUP);
}

static void become_nohup(void)
{
	signal(SIGHUP, SIG_IGN);
}

/* A terminal that goes takes no loader along that nohup(1) started. */
static void stays_at_a_hangup_that_is_ignored(void **state)
{
	static const char *const argv[] = { LOADER, "--interval", "0", NULL };

	process_start_as(&loader, argv, become_nohup);
	process_wait_for(&loader, "attached: ");
	kill(loader.pid, SIGHUP);
	trigger("still here");
	process_wait_for(&loader, "still here");
	kill(loader.pid, SIGTERM);
	assert_int_equal(process_wait(&loader), 0);
	assert_string_equal(status("attached"), "no");
}

static void a_killed_loader_leaves_nothing(void **state)
{
	START(&loader, "--interval", "3600");
	process_wait_for(&loader, "test_3(");
	kill(loader.pid, SIGKILL);
	assert_int_equal(process_wait(&loader), 256 + SIGKILL);
	status_wait("attached", "no");
}

static void shows_what_others_trigger(void **state)
{
	START(&loader, "--interval", "0");
	process_wait_for(&loader, "attached: ");
	trigger("from \"others\"\x1b[31m\xff");
	process_wait_for(
		&loader,
		"  test_3(\"from \\x22others\\x22\\x1b[31m\\xff\", 19) = 19\n");
	kill(loader.pid, SIGINT);
	assert_int_equal(process_wait(&loader), 0);
}

static void verbose_shows_the_logs(void **state)
{
	assert_int_equal(RUN(&loader, "--once"), 0);
	assert_null(strstr(loader.said, "libbpf: "));
	assert_int_equal(RUN(&loader, "--once", "--verbose"), 0);
	said(&loader, "libbpf: struct_ops");
	said(&loader, "libbpf: prog 'test_2': -- BEGIN PROG LOAD LOG --\n");
	said(&loader, "processed ");
}

static void pin_leaves_the_table_attached(void **state)
{
	assert_int_equal(
		RUN(&loader, "--once", "--pin", PIN, "--name", "pinned"), 0);
	said(&loader, "attached: table \"pinned\", pinned at " PIN "\n");
	said(&loader, "The table stays attached. To detach it: rm " PIN "\n");
	assert_string_equal(status("name"), "pinned");

	assert_int_equal(module_unload(), EAGAIN);

	assert_int_equal(unlink(PIN), 0);
	status_wait("attached", "no");
}

static void bad_pin_paths_are_refused_before_anything_is_attached(void **state)
{
	klog_mark();
	assert_int_equal(RUN(&loader, "--once", "--pin", "/tmp/not-bpf"), 2);
	said(&loader,
	     "Error: cannot pin the link at /tmp/not-bpf: it is not in a bpf file system; mount one: mount -t bpf bpf /sys/fs/bpf\n");
	assert_int_equal(RUN(&loader, "--once", "--pin", "/sys/fs/bpf/no/p"), 2);
	said(&loader,
	     "Error: cannot pin the link at /sys/fs/bpf/no/p: the directory cannot be reached; make it first\n");
	assert_int_equal(access("/sys/fs/bpf/no", F_OK), -1);

	assert_int_equal(mkdir(PIN, 0700), 0);
	assert_int_equal(RUN(&loader, "--once", "--pin", PIN), 2);
	said(&loader,
	     "Error: cannot pin the link at " PIN
	     ": something is there already; choose another path, or remove it\n");
	assert_int_equal(rmdir(PIN), 0);
	klog_expect("");
}

/* The kernel keeps such names to itself (bpf_lookup()). */
static void a_pin_that_the_kernel_refuses_leaves_nothing(void **state)
{
	assert_int_equal(RUN(&loader, "--once", "--pin", PIN ".dot"), 2);
	said(&loader, "Error: cannot pin the link at " PIN
		      ".dot: Operation not permitted; choose another path\n");
	assert_string_equal(status("attached"), "no");
}

static void names_the_table_that_is_in_the_way(void **state)
{
	table_up(&table, "programs/tables.bpf.o", "first");
	assert_int_equal(RUN(&loader, "--once"), 2);
	said(&loader,
	     "Error: cannot attach the table: File exists\n"
	     "The table attached now: first\n"
	     "One table can be attached at a time. Stop its loader; or find it with 'opsctl list' and remove it with 'opsctl remove ID'\n");
	assert_string_equal(status("name"), "first");
}

/* A pin would only be in the way of the next loader then. */
static void notices_that_it_was_detached(void **state)
{
	START(&loader, "--interval", "3600", "--pin", PIN);
	process_wait_for(&loader, "test_3(");
	/* There is one link: bpftool finds it as a person would. */
	assert_int_equal(
		process_run(&other,
			    (const char *const[]){
				    "/bin/sh", "-c",
				    "/opsmod/bpftool link detach id $(/opsmod/bpftool link list | sed -n 's/^\\([0-9]*\\): struct_ops.*/\\1/p')",
				    NULL }),
		0);
	assert_int_equal(process_wait(&loader), 2);
	said(&loader, "Error: the table was detached by someone else\n");
	assert_int_equal(access(PIN, F_OK), -1);
	assert_string_equal(status("attached"), "no");
}

static void needs_the_module(void **state)
{
	assert_int_equal(RUN(&loader, "--once"), 2);
	assert_string_equal(loader.said,
			    "Error: module " MODULE_NAME
			    " is not loaded: load it with 'insmod " MODULE_NAME
			    ".ko' or 'make load'\n");
}

static int run_as(void (*become)(void), const char *const argv[])
{
	process_start_as(&loader, argv, become);
	return process_wait(&loader);
}

static void asks_for_a_capability_not_for_root(void **state)
{
	static const char *const argv[] = { LOADER, "--interval", "0", NULL };

	assert_int_equal(run_as(become_nobody_plain, argv), 2);
	said(&loader, "Error: not permitted: ");
	assert_int_equal(run_as(become_nobody_with_bpf, argv), 2);
	said(&loader, "Error: not permitted: ");

	process_start_as(&loader, argv, become_nobody_with_sys_admin);
	process_wait_for(&loader, "attached: ");
	process_wait_for(&loader,
			 "Warning: cannot open " TRIGGER
			 ": Permission denied; it is root's: run this as root\n"
			 "Waiting for others to trigger.\n");
	trigger("from root");
	process_wait_for(&loader, "test_3(\"from root\", 9) = 9\n");
	kill(loader.pid, SIGINT);
	assert_int_equal(process_wait(&loader), 0);
}

/* uname(2) then says 2.6: the only old kernel that a test can have. */
static void become_old_kernel(void)
{
	if (personality(UNAME26) < 0)
		_exit(126);
}

static void says_that_the_kernel_is_too_old(void **state)
{
	assert_int_equal(run_as(become_old_kernel,
				(const char *const[]){ LOADER, "--once", NULL }),
			 2);
	said(&loader, " is too old: " MODULE_NAME " needs Linux 6.12 or newer\n");
}

static void become_without_sysfs(void)
{
	if (unshare(CLONE_NEWNS) ||
	    mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    umount2("/sys", MNT_DETACH))
		_exit(126);
}

static void says_that_there_is_no_btf(void **state)
{
	assert_int_equal(run_as(become_without_sysfs,
				(const char *const[]){ LOADER, "--once", NULL }),
			 2);
	assert_string_equal(
		loader.said,
		"Error: this kernel has no BTF: it must be built with CONFIG_DEBUG_INFO_BTF=y\n");
}

static int jit_on(void **state)
{
	jit_set(true);
	return module_teardown(state);
}

static void warns_that_the_jit_is_off(void **state)
{
	if (!jit_set(false)) {
		print_message("# CONFIG_BPF_JIT_ALWAYS_ON: it stays on\n");
		skip();
	}
	RUN(&loader, "--once");
	said(&loader,
	     "Warning: the BPF JIT is off: programs run slowly, and on riscv64 the module refuses them; turn it on with: sysctl net.core.bpf_jit_enable=1\n");
	jit_set(true);
	assert_int_equal(RUN(&loader, "--once"), 0);
	assert_null(strstr(loader.said, "Warning"));
}

static void become_user_of_old_libbpf(void)
{
	setenv("LD_PRELOAD", "./old_libbpf.so", 1);
}

static void says_that_libbpf_is_too_old(void **state)
{
	assert_int_equal(run_as(become_user_of_old_libbpf,
				(const char *const[]){ LOADER, "--once", NULL }),
			 2);
	assert_string_equal(
		loader.said,
		"Error: libbpf v1.3 is too old: struct_ops types in modules need libbpf 1.4 or newer\n");
}

static void bad_usage_is_status_1(void **state)
{
	static const struct {
		const char *argv[4];
		const char *error;
	} cases[] = {
		{ { LOADER, "--nonsense" }, "unrecognized option '--nonsense'\n" },
		{ { LOADER, "--count" },
		  "option '--count' requires an argument\n" },
		{ { LOADER, "--count", "0" },
		  "Error: --count takes a whole number from 1 to 1000000000, not '0'\n" },
		{ { LOADER, "--interval", "2s" },
		  "Error: --interval takes a whole number from 0 to 86400, not '2s'\n" },
		{ { LOADER, "--interval", "" },
		  "Error: --interval takes a whole number from 0 to 86400, not ''\n" },
		{ { LOADER, "--name", "sixteen letters!" },
		  "Error: the name 'sixteen letters!' has 16 characters, the most is 15\n" },
		{ { LOADER, "--once", "--interval=0" },
		  "Error: --interval 0 never triggers, so --count and --once cannot be met\n" },
		{ { LOADER, "stray" }, "Error: unexpected argument 'stray'\n" },
	};
	static char long_message[4096 + 1];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_int_equal(process_run(&loader, cases[i].argv), 1);
		said(&loader, cases[i].error);
	}

	memset(long_message, 'x', 4096);
	assert_int_equal(RUN(&loader, "--once", "-m", long_message), 1);
	said(&loader, "Error: the message has 4096 bytes, the most is 4095\n");
}

static void help_and_version_are_status_0(void **state)
{
	assert_int_equal(RUN(&loader, "--help"), 0);
	said(&loader, "Usage: loader [OPTION]...\n");
	said(&loader,
	     "Exit status: 0 on success, 1 for bad usage, 2 if the kernel refused");
	assert_int_equal(RUN(&loader, "--version"), 0);
	said(&loader, "loader " OPSMOD_VERSION ", libbpf v1.");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		module_test(once_attaches_triggers_and_detaches),
		module_test(programs_print_to_the_trace),
		module_test(a_full_ring_buffer_loses_records_and_says_so),
		module_test(what_it_was_given_is_shown_safely),
		module_test(count_and_interval_repeat_the_trigger),
		module_test(name_and_quiet_set_the_table),
		module_test(detaches_at_each_signal_that_asks_to),
		module_test(stays_at_a_hangup_that_is_ignored),
		module_test(a_killed_loader_leaves_nothing),
		module_test(shows_what_others_trigger),
		module_test(verbose_shows_the_logs),
		module_test(pin_leaves_the_table_attached),
		module_test(bad_pin_paths_are_refused_before_anything_is_attached),
		module_test(a_pin_that_the_kernel_refuses_leaves_nothing),
		module_test(names_the_table_that_is_in_the_way),
		module_test(notices_that_it_was_detached),
		cmocka_unit_test(needs_the_module),
		module_test(asks_for_a_capability_not_for_root),
		module_test(says_that_the_kernel_is_too_old),
		module_test(says_that_there_is_no_btf),
		module_test(says_that_libbpf_is_too_old),
		cmocka_unit_test_setup_teardown(warns_that_the_jit_is_off,
						module_setup, jit_on),
		cmocka_unit_test(bad_usage_is_status_1),
		cmocka_unit_test(help_and_version_are_status_0),
	};

	return run_all(tests);
}
