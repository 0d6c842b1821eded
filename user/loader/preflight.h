/* SPDX-License-Identifier: GPL-2.0-only */
/* Can this machine, and this caller, attach a table? */
#ifndef PREFLIGHT_H
#define PREFLIGHT_H

#include <stdbool.h>

/**
 * preflight() - look for what would make the kernel refuse us
 *
 * Prints the first reason found, with its remedy, on standard error. It also
 * warns where the BPF JIT is off.
 *
 * Return: true if nothing was found.
 */
bool preflight(void);

#endif /* PREFLIGHT_H */
