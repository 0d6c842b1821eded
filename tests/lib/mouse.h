/* SPDX-License-Identifier: GPL-2.0-only */
/* A device of HID: a mouse that /dev/uhid makes. */
#ifndef MOUSE_H
#define MOUSE_H

/* What its name in /sys/bus/hid/devices begins with: BUS:VENDOR:PRODUCT. */
#define MOUSE "0003:1234:5678."

/* Plugs it in, until the descriptor that this returns is closed; or -1, and errno. */
int mouse_plug_in(void);

#endif /* MOUSE_H */
