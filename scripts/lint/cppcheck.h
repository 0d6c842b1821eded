/* SPDX-License-Identifier: GPL-2.0-only */
/* cppcheck does not read the kernel's headers, so it needs these macros. */
#define IS_ENABLED(option) 1
#define IS_ERR(pointer) (!(pointer))
#define for_each_set_bit(bit, addr, size) for (bit = 0; bit < (size); bit++)
#define LIBBPF_OPTS(type, name, ...) struct type name = { __VA_ARGS__ }
#define for_each_possible_cpu(cpu) for (cpu = 0; cpu < 2; cpu++)
void *lint_entry(const void *before);
int lint_is_entry(const void *pos, const void *head);
#define list_for_each_entry(pos, head, member)                 \
	for (pos = lint_entry(head); lint_is_entry(pos, head); \
	     pos = lint_entry(pos))
#define list_for_each_entry_safe(pos, next, head, member) \
	list_for_each_entry(pos, head, member)
#define list_for_each_entry_srcu(pos, head, member, held) \
	list_for_each_entry(pos, head, member)
#define BTF_KFUNCS_START(set) static int set[1];
#define BTF_KFUNCS_END(set)
#define BTF_ID_FLAGS(kind, id, flags)
#define BTF_ID_LIST(list) static unsigned int list[2];
#define BTF_ID(kind, id)
#define DEFINE_STATIC_SRCU(name) static struct srcu_struct name
#define BTF_ID_LIST_SINGLE(list, kind, id) static unsigned int list[1];
#define __aligned(bytes)
#define __bpf_kfunc
#define __bpf_kfunc_start_defs() _Static_assert(1, "")
#define __bpf_kfunc_end_defs() _Static_assert(1, "")
/* Leave out the definitions of tracepoints: they are not C. */
#define _TRACE_BPF_TESTMOD_H
#define _TRACE_OPSMOD_BENCH_H
