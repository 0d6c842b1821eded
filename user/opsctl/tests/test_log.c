// SPDX-License-Identifier: GPL-2.0-only
/* opsctl log shows what a table's programs print, and nothing that others print. */
#include "lib.h"
#include "opsctl.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/tcp.h>
#include <net/if.h>
#include <netinet/in.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define PRINTING "programs/printing.bpf.o"
#define KPTR_RESTRICT "/proc/sys/kernel/kptr_restrict"

static struct process log;
static struct table table;
static struct table inner, outer;

static void write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC | O_TRUNC);

	assert_return_code(fd, errno);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

static void log_begins(const char *line)
{
	start(&log, line, NULL);
	process_wait_for(&log, "Ctrl-C ends this.\n");
}

static void log_ends(int sig)
{
	assert_int_equal(kill(log.pid, sig), 0);
	assert_int_equal(process_wait(&log), 0);
}

static void programs_and_their_functions_are_shown(void **state)
{
	table_up(&table, PRINTING, "printing");
	trigger("before");
	log_begins("log printing");
	trigger("x");
	process_wait_for(&log, "test_2: below: 10\n");
	log_ends(SIGINT);
	/* What came before is not shown. */
	assert_string_equal(strchr(log.said, '\n') + 1, "test_1: test_1 says\n"
							"test_1: two lines\n"
							"test_2: below: 10\n");
}

static void each_line_is_an_object(void **state)
{
	char *lines;

	table_up(&table, PRINTING, "printing");
	log_begins("-j log printing");
	trigger("x");
	process_wait_for(&log, "below: 10\"}\n");
	log_ends(SIGTERM);
	lines = strchr(log.said, '\n') + 1;
	*strchr(lines, '\n') = '\0';
	json = json_of_text(lines);
	assert_string_equal(json_text_at(json, "member"), "test_1");
	assert_string_equal(json_text_at(json, "source"), "printk");
	assert_string_equal(json_text_at(json, "text"), "test_1 says");
	assert_true(json_number_at(json, "program") > 0);
}

/* Attaches a program that prints, of no table. */
static void attach_another(struct table *t, const char *name, int target)
{
	program_open(t, PRINTING, name);
	if (target >= 0)
		assert_int_equal(bpf_program__set_attach_target(t->prog, target,
								"says_1"),
				 0);
	assert_int_equal(program_load(t), 0);
	assert_int_equal(program_attach(t), 0);
}

/* They print on the same CPU, in the same task, and one of them on the same stack. */
static void what_others_print_is_not_shown(void **state)
{
	struct bpf_program *says_1;

	table_up(&table, PRINTING, "printing");
	says_1 = bpf_object__find_program_by_name(table.obj, "says_1");
	attach_another(&inner, "inner", bpf_program__fd(says_1));
	attach_another(&outer, "outer", -1);
	log_begins("log printing");
	trigger("x");
	process_wait_for(&log, "test_2: below: 10\n");
	log_ends(SIGINT);
	assert_null(strstr(log.said, "another"));
	assert_true(*(int *)table_variable(&inner, "printed_inside") > 0);
	assert_true(*(int *)table_variable(&outer, "printed_outside") > 0);
}

static void log_ends_with_its_table(void **state)
{
	table_up(&table, PRINTING, "printing");
	log_begins("log printing");
	trigger("x");
	table_free(&table);
	assert_int_equal(process_wait(&log), 0);
	assert_non_null(strstr(log.said, "test_2: below: 10\n"));
	assert_non_null(strstr(log.said, " is gone.\n"));
}

static void switch_on_loopback(void)
{
	struct ifreq lo = { .ifr_name = "lo" };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	assert_return_code(fd, errno);
	lo.ifr_flags = IFF_UP;
	assert_return_code(ioctl(fd, SIOCSIFFLAGS, &lo), errno);
	close(fd);
}

/* Connects to ourselves with that congestion control, which is so begun. */
static void connect_with(const char *name)
{
	struct sockaddr_in addr = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	socklen_t len = sizeof(addr);
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_return_code(bind(listener, (void *)&addr, len), errno);
	assert_return_code(listen(listener, 1), errno);
	assert_return_code(getsockname(listener, (void *)&addr, &len), errno);
	assert_return_code(setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, name,
				      strlen(name)),
			   errno);
	assert_return_code(connect(fd, (void *)&addr, len), errno);
	close(fd);
	close(listener);
}

static void streams_are_shown_where_there_are_some(void **state)
{
	table_load(&table, PRINTING, "streaming");
	if (table.err) {
		print_message("# no bpf_stream_vprintk\n");
		skip();
	}
	assert_int_equal(table_attach(&table), 0);
	switch_on_loopback();
	/* What nobody has read yet is shown, too. */
	connect_with("streaming");
	/* kmalloc_nolock(), mm/slub.c: where no instruction swaps two words. */
	if (*(int *)table_variable(&table, "streamed") == -ENOMEM) {
		print_message("# no memory for streams on this architecture\n");
		skip();
	}
	log_begins("log streaming");
	process_wait_for(&log, "init: to stdout: 7\n");
	process_wait_for(&log, "init (stderr): to stderr: 7, and no newline\n");
	assert_null(strstr(log.said, "not in a stream"));
	connect_with("streaming");
	process_wait_for(&log, "init: not in a stream\n");
	log_ends(SIGINT);

	log_begins("-j log streaming");
	connect_with("streaming");
	process_wait_for(
		&log, "\"source\":\"printk\",\"text\":\"not in a stream\"}\n");
	process_wait_for(&log,
			 "\"source\":\"stdout\",\"text\":\"to stdout: 7\"}\n");
	process_wait_for(&log, "\"source\":\"stderr\",");
	log_ends(SIGINT);
}

/* Then nothing tells a program by its address. */
static void hidden_addresses_are_named(void **state)
{
	table_up(&table, PRINTING, "printing");
	write_file(KPTR_RESTRICT, "2");
	start(&log, "log printing", NULL);
	process_wait_for(&log, "sysctl kernel.kptr_restrict=1\n");
	write_file(KPTR_RESTRICT, "0");
	/* A kernel without streams has nothing else to show. */
	kill(log.pid, SIGINT);
	if (process_wait(&log))
		assert_non_null(strstr(
			log.said,
			"Error: nothing that table 'printing' prints can be shown\n"));
}

static void log_wants_a_table_that_is_there(void **state)
{
	fails(2, "log nothing", "no struct_ops map");
	fails(1, "log", "one table");
}

static int teardown(void **state)
{
	json_end();
	write_file(KPTR_RESTRICT, "0");
	return module_teardown(state);
}

#define log_test(f) cmocka_unit_test_setup_teardown(f, module_setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		log_test(programs_and_their_functions_are_shown),
		log_test(each_line_is_an_object),
		log_test(what_others_print_is_not_shown),
		log_test(log_ends_with_its_table),
		log_test(streams_are_shown_where_there_are_some),
		log_test(hidden_addresses_are_named),
		log_test(log_wants_a_table_that_is_there),
	};

	return run_all(tests);
}
