/* SPDX-License-Identifier: GPL-2.0-only */
/* The kernel's BPF JIT. */
#ifndef JIT_H
#define JIT_H

#include <stdbool.h>

/* Returns false where it cannot be switched off: CONFIG_BPF_JIT_ALWAYS_ON. */
bool jit_set(bool on);

#endif /* JIT_H */
