/* SPDX-License-Identifier: GPL-2.0-only */
/* What all test programs include. */
#ifndef PROGRAMS_H
#define PROGRAMS_H

#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "bpf_testmod.h"

char LICENSE[] SEC("license") = "GPL";

/* A table that only the test that asks for it creates. */
#define TABLE SEC("?.struct_ops.link") struct bpf_testmod_ops

#endif /* PROGRAMS_H */
