// SPDX-License-Identifier: GPL-2.0-only
/*
 * The example for a type of the kernel's own, TCP's, and tables that TCP refuses. The
 * module is not loaded. EXAMPLES is as in test_examples.
 */
#include "from_json.h"
#include "lib.h"

#include <errno.h>
#include <linux/tcp.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <bpf/bpf.h>

#define TABLES "programs/tcp.bpf.o"
#define NAME "bpf_reno"

#define PATIENCE 60 /* seconds */
#define CHUNK (32 * 1024)
#define MIB (1024 * 1024)

static struct table table;
static int sender = -1, receiver = -1;

static void reno_up(void)
{
	const char *dir = getenv("EXAMPLES") ?: "programs";
	char file[128];

	snprintf(file, sizeof(file), "%s/tcp_reno.bpf.o", dir);
	table_up(&table, file, "tcp_reno");
}

static __u64 calls(const char *counter)
{
	return *(volatile __u64 *)table_variable(&table, counter);
}

static int tcp_socket(void)
{
	struct timeval patience = { .tv_sec = PATIENCE };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_return_code(fd, errno);
	assert_return_code(setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience,
				      sizeof(patience)),
			   errno);
	return fd;
}

/* Returns 0, or the errno. */
static int choose(int fd, const char *name)
{
	if (setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, name, strlen(name)))
		return errno;
	return 0;
}

static int choose_for_new_socket(const char *name)
{
	int fd = tcp_socket();
	int err = choose(fd, name);

	close(fd);
	return err;
}

static void expect_chosen(int fd, const char *name)
{
	char chosen[16] = "";
	socklen_t len = sizeof(chosen);

	assert_return_code(
		getsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, chosen, &len), errno);
	assert_string_equal(chosen, name);
}

/* A connection whose sender uses bpf_reno. */
static void connect_both(void)
{
	struct sockaddr_in addr = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	struct timeval patience = { .tv_sec = PATIENCE };
	socklen_t len = sizeof(addr);
	int listener = tcp_socket();
	int mss = 1000;

	assert_return_code(bind(listener, (void *)&addr, len), errno);
	assert_return_code(listen(listener, 1), errno);
	assert_return_code(getsockname(listener, (void *)&addr, &len), errno);

	sender = tcp_socket();
	assert_int_equal(choose(sender, NAME), 0);
	/* With lo's segments of 64 KiB the first window would be enough. */
	assert_return_code(setsockopt(sender, IPPROTO_TCP, TCP_MAXSEG, &mss,
				      sizeof(mss)),
			   errno);
	assert_return_code(connect(sender, (void *)&addr, len), errno);
	receiver = accept(listener, NULL, NULL);
	assert_return_code(receiver, errno);
	assert_return_code(setsockopt(receiver, SOL_SOCKET, SO_RCVTIMEO,
				      &patience, sizeof(patience)),
			   errno);
	close(listener);
}

static struct tcp_info info(void)
{
	struct tcp_info info;
	socklen_t len = sizeof(info);

	assert_return_code(
		getsockopt(sender, IPPROTO_TCP, TCP_INFO, &info, &len), errno);
	return info;
}

/* Sends LEN bytes, no two chunks of them alike; all must arrive. */
static void move(size_t len)
{
	static char sent[CHUNK], arrived[CHUNK];
	size_t done, i;

	for (done = 0; done < len; done += CHUNK) {
		for (i = 0; i < CHUNK; i++)
			sent[i] = i * 7 + done / CHUNK;
		memset(arrived, 0, CHUNK);
		assert_int_equal(send(sender, sent, CHUNK, 0), CHUNK);
		assert_int_equal(recv(receiver, arrived, CHUNK, MSG_WAITALL),
				 CHUNK);
		assert_memory_equal(arrived, sent, CHUNK);
	}
}

static void a_mebibyte_is_moved(void **state)
{
	__u32 window;

	reno_up();
	connect_both();
	expect_chosen(sender, NAME);
	/* The other end chooses for itself. */
	assert_int_equal(choose(receiver, "reno"), 0);
	expect_chosen(receiver, "reno");

	window = info().tcpi_snd_cwnd;
	move(MIB);
	expect_chosen(sender, NAME);
	assert_true(calls("cong_avoid_calls") > 0);
	/* The kfunc was called, and not only our counter moved. */
	assert_true(info().tcpi_snd_cwnd > window);
}

/* The guest's network is as the kernel leaves it: down. */
static struct process opsctl;

static int run_opsctl(const char *command, const char *argument,
		      const char *option, const char *value)
{
	const char *const argv[] = { "./opsctl", "-j",	command, argument,
				     option,	 value, NULL };

	return process_run(&opsctl, argv);
}

static __u64 run_count(const char *member)
{
	struct json_object *dump, *m;
	__u64 n;

	assert_int_equal(run_opsctl("dump", NAME, NULL, NULL), 0);
	dump = json_of_text(opsctl.said);
	m = json_find(json_at(dump, "members"), "name", member);
	n = json_number_at(json_at(m, "program"), "run_count");
	json_object_put(dump);
	return n;
}

/* The same tool serves a type of the kernel as well as a module's. */
static void opsctl_attaches_watches_and_detaches_it(void **state)
{
	int stats = bpf_enable_stats(BPF_STATS_RUN_TIME);

	assert_return_code(stats, errno);
	assert_int_equal(run_opsctl("attach", "programs/tcp_reno.bpf.o",
				    "--pin", "/sys/fs/bpf"),
			 0);
	connect_both();
	move(MIB);
	assert_in_range(run_count("cong_avoid"), 1, UINT32_MAX);
	close(stats);

	assert_int_equal(
		run_opsctl("attach", "programs/tcp_reno.bpf.o", NULL, NULL), 2);
	assert_non_null(strstr(opsctl.said,
			       "refused to attach table tcp_reno: File exists"));
	assert_non_null(strstr(opsctl.said, "File exists: table '" NAME "', id "));
	/* The twin of the two that are refused. */
	table_up(&table, TABLES, "complete");
	assert_int_equal(choose_for_new_socket("complete"), 0);
	assert_int_equal(run_opsctl("attach", TABLES, "--map", "no_ssthresh"), 2);
	assert_non_null(
		strstr(opsctl.said, "table no_ssthresh: Invalid argument"));
	assert_int_equal(run_opsctl("attach", TABLES, "--map", "with_get_info"),
			 2);
	assert_non_null(strstr(
		opsctl.said,
		"attach to unsupported member get_info of struct tcp_congestion_ops"));

	assert_int_equal(run_opsctl("detach", NAME, NULL, NULL), 0);
	assert_int_equal(choose_for_new_socket(NAME), ENOENT);

	/* No flag of TCP, of which its log says nothing (bpf_tcp_ca_init_member()). */
	assert_int_equal(run_opsctl("attach", "programs/tcp_reno.bpf.o",
				    "--set", "flags=0x80000000"),
			 2);
	assert_non_null(strstr(opsctl.said, "the type may refuse a value: "));
	assert_non_null(strstr(opsctl.said, "flags = 2147483648"));
}

static int lo_up(void **state)
{
	struct ifreq lo = { .ifr_name = "lo" };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int ret;

	ret = ioctl(fd, SIOCGIFFLAGS, &lo);
	lo.ifr_flags |= IFF_UP;
	ret = ret ?: ioctl(fd, SIOCSIFFLAGS, &lo);
	close(fd);
	return ret;
}

static int all_down(void **state)
{
	close(sender);
	close(receiver);
	sender = -1;
	receiver = -1;
	table_free_all();
	return 0;
}

#define tcp_test(f) cmocka_unit_test_setup_teardown(f, lo_up, all_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		tcp_test(a_mebibyte_is_moved),
		tcp_test(opsctl_attaches_watches_and_detaches_it),
	};

	return run_all(tests);
}
