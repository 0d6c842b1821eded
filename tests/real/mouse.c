// SPDX-License-Identifier: GPL-2.0-only
/* Plugs a mouse in, by uhid, until it is killed: a device for the objects of HID. */
#include "mouse.h"

#include <stdio.h>
#include <unistd.h>

int main(void)
{
	if (mouse_plug_in() < 0) {
		perror("/dev/uhid");
		return 1;
	}
	puts("plugged in");
	fflush(stdout);
	pause();
	return 0;
}
