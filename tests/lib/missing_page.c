// SPDX-License-Identifier: GPL-2.0-only
#include "lib.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

static int uffd;

void missing_page_setup(void)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register reg = { .mode = UFFDIO_REGISTER_MODE_MISSING };

	assert_ptr_equal(mmap(MISSING_PAGE, PAGE, PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE,
			      -1, 0),
			 MISSING_PAGE);
	uffd = syscall(SYS_userfaultfd, O_CLOEXEC);
	assert_return_code(uffd, errno);
	assert_return_code(ioctl(uffd, UFFDIO_API, &api), errno);
	reg.range.start = (unsigned long)MISSING_PAGE;
	reg.range.len = PAGE;
	assert_return_code(ioctl(uffd, UFFDIO_REGISTER, &reg), errno);
}

void missing_page_wait(void)
{
	struct pollfd fds = { .fd = uffd, .events = POLLIN };
	struct uffd_msg msg;

	assert_int_equal(poll(&fds, 1, 60000), 1);
	assert_int_equal(read(uffd, &msg, sizeof(msg)), sizeof(msg));
	assert_int_equal(msg.event, UFFD_EVENT_PAGEFAULT);
}

void missing_page_fill(void)
{
	struct uffdio_zeropage zero = {
		.range = { .start = (unsigned long)MISSING_PAGE, .len = PAGE },
	};

	assert_return_code(ioctl(uffd, UFFDIO_ZEROPAGE, &zero), errno);
}

void missing_page_teardown(void)
{
	close(uffd);
	munmap(MISSING_PAGE, PAGE);
}
