/* SPDX-License-Identifier: GPL-2.0-only */
/* Time that only goes forward. */
#ifndef CLOCK_H
#define CLOCK_H

/* Seconds since some moment. */
double clock_seconds(void);

#endif /* CLOCK_H */
