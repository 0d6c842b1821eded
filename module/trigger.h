/* SPDX-License-Identifier: GPL-2.0-only */
/* The trigger file, /proc/bpf_testmod_trigger. */
#ifndef TRIGGER_H
#define TRIGGER_H

int bpf_testmod_trigger_init(void);
void bpf_testmod_trigger_exit(void);

#endif /* TRIGGER_H */
