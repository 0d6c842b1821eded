// SPDX-License-Identifier: GPL-2.0-only
/*
 * A table of the type Qdisc_ops that is detached while a network device uses it: opsctl
 * says so, until the device is given another qdisc, as 'tc qdisc del' does.
 */
#include "lib.h"
#include "opsctl.h"

#include <errno.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define QDISC "programs/qdisc.bpf.o --map dropper"
#define ID "own_qdisc"

/**
 * struct request - what tc(8) sends
 * @header: which message
 * @qdisc: where the qdisc is
 * @kind: which one, an attribute with the text after it
 * @text: the id of the type
 */
struct request {
	struct nlmsghdr header;
	struct tcmsg qdisc;
	struct rtattr kind;
	char text[16];
};

/* Sends it of lo's root qdisc; returns 0 or the errno. */
static int tc(__u16 type, __u16 flags, const char *id)
{
	struct request request = {
		.header = { .nlmsg_len = sizeof(request),
			    .nlmsg_type = type,
			    .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | flags },
		.qdisc = { .tcm_family = AF_UNSPEC,
			   .tcm_ifindex = if_nametoindex("lo"),
			   .tcm_parent = TC_H_ROOT },
		.kind = { .rta_len = RTA_LENGTH(sizeof(request.text)),
			  .rta_type = TCA_KIND },
	};
	struct {
		struct nlmsghdr header;
		struct nlmsgerr error;
		char more[512];
	} answer;
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

	assert_return_code(fd, errno);
	strncpy(request.text, id, sizeof(request.text) - 1);
	assert_int_equal(send(fd, &request, sizeof(request), 0), sizeof(request));
	assert_true(recv(fd, &answer, sizeof(answer), 0) > 0);
	close(fd);
	assert_int_equal(answer.header.nlmsg_type, NLMSG_ERROR);
	return -answer.error.error;
}

static void need_qdisc(void)
{
	if (!status_of("types Qdisc_ops"))
		return;
	fails_at_once(2, "attach " QDISC, "no struct_ops type Qdisc_ops");
	print_message("# no CONFIG_NET_SCH_BPF\n");
	skip();
}

static void a_qdisc_that_is_used_says_so_when_detached(void **state)
{
	need_qdisc();
	succeeds("attach " QDISC " --pin /sys/fs/bpf");
	said("attached: table " ID ", id ");
	assert_int_equal(tc(RTM_NEWQDISC, NLM_F_CREATE | NLM_F_REPLACE, ID), 0);

	succeeds("detach " ID);
	said("is still used, by 1: its programs run until those let go\n");
	said("to let go: tc qdisc del dev DEVICE root\n");
	assert_true(json_object_get_boolean(json_at(listed(ID), "still_used")));
	succeeds("top --once");
	said(ID);

	/* tc qdisc del dev lo root */
	assert_int_equal(tc(RTM_DELQDISC, 0, ID), 0);
	json_of("list");
	assert_int_equal(json_object_array_length(json), 0);
}

/* Its twin is used by no device. */
static void a_qdisc_that_is_not_used_goes_when_detached(void **state)
{
	need_qdisc();
	succeeds("attach " QDISC " --pin /sys/fs/bpf");
	succeeds("detach " ID);
	said_nothing_of("still used");
	json_of("list");
	assert_int_equal(json_object_array_length(json), 0);
	assert_int_equal(tc(RTM_NEWQDISC, NLM_F_CREATE | NLM_F_REPLACE, ID),
			 ENOENT);
}

static int teardown(void **state)
{
	json_end();
	unlink("/sys/fs/bpf/dropper");
	return 0;
}

#define qdisc_test(f) cmocka_unit_test_teardown(f, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		qdisc_test(a_qdisc_that_is_used_says_so_when_detached),
		qdisc_test(a_qdisc_that_is_not_used_goes_when_detached),
	};

	return run_all(tests);
}
