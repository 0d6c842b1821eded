/* SPDX-License-Identifier: GPL-2.0-only */
/* What libbpf and the verifier say. */
#ifndef LIBBPF_LOG_H
#define LIBBPF_LOG_H

/* Keeps it to itself, or with -d lets all of it out on stderr. */
void libbpf_log_begin(void);

/* Shows the end of what was kept, where something was refused. */
void libbpf_log_show(void);

#endif /* LIBBPF_LOG_H */
