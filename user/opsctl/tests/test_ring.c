// SPDX-License-Identifier: GPL-2.0-only
/*
 * A table of the type io_uring_bpf_ops. It names its ring by a descriptor, so opsctl can
 * attach it only to a ring that is open in opsctl; its refusals say that.
 */
#include "lib.h"
#include "opsctl.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define RING "programs/ring.bpf.o --map looper"
#define PIN "/sys/fs/bpf/looper"
#define FOR_ITS_OWNER "only the program that has the ring can attach it"

static int ring = -1;

static void need_ring_ops(void)
{
	if (!status_of("types io_uring_bpf_ops"))
		return;
	fails_at_once(2, "attach " RING, "it takes CONFIG_IO_URING_BPF_OPS");
	print_message("# no CONFIG_IO_URING_BPF_OPS\n");
	skip();
}

/* Makes a ring that opsctl will have open, too. */
static void open_ring(unsigned int flags)
{
	struct io_uring_params params = { .flags = flags };

	ring = syscall(SYS_io_uring_setup, 4, &params);
	assert_return_code(ring, errno);
	assert_return_code(fcntl(ring, F_SETFD, 0), errno);
}

static const char *attach_line(void)
{
	static char line[128];

	snprintf(line, sizeof(line),
		 "attach " RING " --set ring_fd=%d --pin /sys/fs/bpf", ring);
	return line;
}

static void a_ring_of_another_program_is_refused(void **state)
{
	need_ring_ops();
	fails_at_once(2, "attach " RING,
		      "ring_fd = 0 is no ring of opsctl; " FOR_ITS_OWNER);
	fails_at_once(2, "attach " RING " --set ring_fd=77",
		      "ring_fd = 77 is no ring of opsctl; " FOR_ITS_OWNER);
	json_of("list");
	assert_int_equal(json_object_array_length(json), 0);
}

/* The same table, where opsctl has the ring. */
static void a_ring_of_its_own_is_taken(void **state)
{
	need_ring_ops();
	open_ring(IORING_SETUP_DEFER_TASKRUN | IORING_SETUP_SINGLE_ISSUER);
	succeeds(attach_line());
	assert_true(
		json_object_get_boolean(json_at(listed("looper"), "attached")));
	succeeds("detach looper");
}

static void a_ring_that_takes_no_table_is_told(void **state)
{
	need_ring_ops();
	open_ring(0);
	fails_at_once(2, attach_line(), "has to have IORING_SETUP_DEFER_TASKRUN");
	said_nothing_of(FOR_ITS_OWNER);
}

static void inspect_says_it_before(void **state)
{
	succeeds("inspect programs/ring.bpf.o");
	said(FOR_ITS_OWNER);
	succeeds("inspect programs/tcp.bpf.o");
	said_nothing_of(FOR_ITS_OWNER);
}

static int teardown(void **state)
{
	json_end();
	unlink(PIN);
	if (ring >= 0)
		close(ring);
	ring = -1;
	return 0;
}

#define ring_test(f) cmocka_unit_test_teardown(f, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ring_test(a_ring_of_another_program_is_refused),
		ring_test(a_ring_of_its_own_is_taken),
		ring_test(a_ring_that_takes_no_table_is_told),
		ring_test(inspect_says_it_before),
	};

	return run_all(tests);
}
