// SPDX-License-Identifier: GPL-2.0-only
/* Plugs a mouse in, by uhid, until it is killed: a device for the objects of HID. */
#include <fcntl.h>
#include <linux/input.h>
#include <linux/uhid.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A button and two axes, as the specification of HID has it in its appendix. */
static const unsigned char descriptor[] = {
	0x05, 0x01, 0x09, 0x02, 0xa1, 0x01, 0x09, 0x01, 0xa1, 0x00,
	0x05, 0x09, 0x19, 0x01, 0x29, 0x03, 0x15, 0x00, 0x25, 0x01,
	0x95, 0x03, 0x75, 0x01, 0x81, 0x02, 0x95, 0x01, 0x75, 0x05,
	0x81, 0x01, 0x05, 0x01, 0x09, 0x30, 0x09, 0x31, 0x15, 0x81,
	0x25, 0x7f, 0x75, 0x08, 0x95, 0x02, 0x81, 0x06, 0xc0, 0xc0,
};

int main(void)
{
	struct uhid_event event = { .type = UHID_CREATE2 };
	int fd = open("/dev/uhid", O_RDWR | O_CLOEXEC);

	strcpy((char *)event.u.create2.name, "opsctl's mouse");
	memcpy(event.u.create2.rd_data, descriptor, sizeof(descriptor));
	event.u.create2.rd_size = sizeof(descriptor);
	event.u.create2.bus = BUS_USB;
	event.u.create2.vendor = 0x1234;
	event.u.create2.product = 0x5678;
	if (fd < 0 || write(fd, &event, sizeof(event)) != sizeof(event)) {
		perror("/dev/uhid");
		return 1;
	}
	puts("plugged in");
	fflush(stdout);
	pause();
	return 0;
}
