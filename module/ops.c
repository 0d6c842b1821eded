// SPDX-License-Identifier: GPL-2.0-only
/* The table: what its programs may do, and the calls to them. */
#include <linux/bitops.h>
#include <linux/minmax.h>

#include "internal.h"

/* Lists the members whose BIT(MEMBER_INDEX()) is in @mask, as far as there is room. */
static void name_members(char *names, size_t size, u32 mask)
{
	const struct opsmod_member *m;
	size_t len = 0;

	memset(names, 0, size);
	opsmod_for_each_function(m, &bpf_testmod_ops_type) {
		if (mask & BIT(m->offset / sizeof(void *)))
			len += scnprintf(names + len, size - len, "%s%s",
					 len ? "|" : "", m->name);
	}
}

#define CREATE_TRACE_POINTS
#include "trace.h"

/* These are per CPU, so that writers share no cache line. Only the sum of inside counts. */
struct count {
	unsigned long calls;
	unsigned long rejections;
	long inside;
};
static DEFINE_PER_CPU(struct count[NR_MEMBERS], counts);
static DEFINE_PER_CPU(unsigned long, drops);
DEFINE_PER_CPU(unsigned long, bpf_testmod_unlogged);
static unsigned long swaps; /* under the slot's lock */

/* Nothing calls these: calls skip the members that a table leaves out. */
OPSMOD_STUB(bpf_testmod_ops, test_1, void)
OPSMOD_STUB(bpf_testmod_ops, test_2, int a, int b)
OPSMOD_STUB(bpf_testmod_ops, test_3, const char *buf, int len)
OPSMOD_STUB(bpf_testmod_ops, prepare, struct bpf_testmod_event *event)
OPSMOD_STUB(bpf_testmod_ops, filter, struct bpf_testmod_event *event)

static int check_flags(const void *table)
{
	u32 flags = ((const struct bpf_testmod_ops *)table)->flags;

	if (flags & ~BPF_TESTMOD_F_QUIET)
		return opsmod_refuse(-EINVAL, "table refused: unknown flags %#x",
				     flags & ~BPF_TESTMOD_F_QUIET);
	return 0;
}

#define REFUSES 1
/* They run in this order, and the log and the trigger file list them in it. */
static const struct opsmod_member members[] = {
	OPSMOD_MEMBER(bpf_testmod_ops, prepare, .may_sleep = true, .own = REFUSES),
	OPSMOD_MEMBER(bpf_testmod_ops, filter, .own = REFUSES),
	OPSMOD_MEMBER(bpf_testmod_ops, test_1),
	OPSMOD_MEMBER(bpf_testmod_ops, test_2),
	OPSMOD_MEMBER(bpf_testmod_ops, test_3),
	OPSMOD_DATA(bpf_testmod_ops, flags, .check = check_flags),
	OPSMOD_NAME(bpf_testmod_ops, name),
};

OPSMOD_STRUCT(bpf_testmod_event)
static const struct opsmod_window windows[] = {
	OPSMOD_WINDOW(bpf_testmod_event, verdict),
	OPSMOD_WINDOW(bpf_testmod_event, cookie),
};

static void note_event(void *table, const void *old)
{
	const struct bpf_testmod_ops *to = table, *from = old;

	if (!from)
		trace_bpf_testmod_attach(to->name, to->flags, "");
	else if (!to)
		trace_bpf_testmod_detach(from->name, from->flags, "");
	else
		trace_bpf_testmod_swap(to->name, to->flags, from->name);
	WRITE_ONCE(swaps, swaps + (from && to));
}

OPSMOD_SLOT(bpf_testmod_slot);
OPSMOD_TYPE(bpf_testmod_ops, &opsmod_slot_model, &bpf_testmod_slot, members,
	    OPSMOD_LIST(windows, windows), .event = note_event);

static void note_call(struct bpf_testmod_run *run, unsigned int member, int ret)
{
	run->ret[member] = ret;
	run->called |= BIT(member);
	this_cpu_inc(counts[member].calls);
}

static void note_rejection(struct bpf_testmod_run *run, unsigned int member,
			   int err)
{
	run->rejected |= BIT(member);
	run->err = err;
	this_cpu_inc(counts[member].rejections);
}

/* Calls a member, if the table has it. */
#define CALL(message, ops, member, ...)                                  \
	do {                                                             \
		if ((ops)->member)                                       \
			note_call(&(message)->run, MEMBER_INDEX(member), \
				  (ops)->member(__VA_ARGS__));           \
	} while (0)

/* Calls a member that can refuse the message; false if it did. */
#define ACCEPTS(message, ops, member) \
	(!(ops)->member ||            \
	 accepts(message, MEMBER_INDEX(member), (ops)->member))

static __always_inline bool
accepts(struct bpf_testmod_message *message, unsigned int member,
	int (*program)(struct bpf_testmod_event *event))
{
	int ret;

	this_cpu_inc(counts[member].inside);
	ret = program(&message->event);
	this_cpu_dec(counts[member].inside);

	note_call(&message->run, member, ret);
	if (ret)
		note_rejection(&message->run, member, opsmod_errno(ret));
	return !ret;
}

static bool passes(struct bpf_testmod_message *message)
{
	struct bpf_testmod_run *run = &message->run;
	int verdict = READ_ONCE(message->event.verdict);

	if (verdict == BPF_TESTMOD_PASS)
		return true;
	if (verdict == BPF_TESTMOD_DROP) {
		run->dropped = true;
		this_cpu_inc(drops);
	} else { /* blame the member that was called last */
		note_rejection(run, __fls(run->called | 1), -EINVAL);
	}
	return false;
}

/* Calls the programs of the attached table, and notes in @message what they did. May sleep. */
bool bpf_testmod_ops_run(struct bpf_testmod_message *message)
{
	const struct bpf_testmod_ops *ops;
	int idx;

	ops = opsmod_slot_enter(&bpf_testmod_slot, &idx);
	if (!ops)
		goto exit;

	message->run.flags = ops->flags;
	if (!ACCEPTS(message, ops, prepare) || !ACCEPTS(message, ops, filter) ||
	    !passes(message))
		goto exit;
	CALL(message, ops, test_1);
	CALL(message, ops, test_2, 10, 20);
	CALL(message, ops, test_3, message->data, message->len);

exit:
	opsmod_slot_exit(&bpf_testmod_slot, idx);
	return ops;
}

/* The sum is as exact as one look at each CPU can be. */
#define SUM(counter)                                             \
	({                                                       \
		unsigned long sum = 0;                           \
		int cpu;                                         \
                                                                 \
		for_each_possible_cpu(cpu)                       \
			sum += READ_ONCE(per_cpu(counter, cpu)); \
		sum;                                             \
	})

static void show_member(struct seq_file *m, const struct opsmod_member *member)
{
	unsigned int i = member->offset / sizeof(void *);

	seq_printf(m, "%s calls: %lu\n", member->name, SUM(counts[i].calls));
	if (member->own == REFUSES)
		seq_printf(m, "%s rejections: %lu\n", member->name,
			   SUM(counts[i].rejections));
	/* A task that changed its CPU meanwhile may be counted out, but not in. */
	if (member->may_sleep)
		seq_printf(m, "in %s: %ld\n", member->name,
			   max((long)SUM(counts[i].inside), 0L));
}

/* Prints the trigger file. It takes SRCU, not the slot's lock, so it waits for no detach. */
int bpf_testmod_ops_show(struct seq_file *m, void *v)
{
	const struct opsmod_member *member;
	const struct bpf_testmod_ops *ops;
	int idx;

	ops = opsmod_slot_enter(&bpf_testmod_slot, &idx);
	seq_printf(m, "attached: %s\n", ops ? "yes" : "no");
	if (ops)
		seq_printf(m, "name: %s\nflags: %#x\n", ops->name, ops->flags);
	opsmod_slot_exit(&bpf_testmod_slot, idx);

	opsmod_for_each_function(member, &bpf_testmod_ops_type)
		show_member(m, member);
	seq_printf(m, "drops: %lu\nswaps: %lu\nunlogged triggers: %lu\n",
		   SUM(drops), READ_ONCE(swaps), SUM(bpf_testmod_unlogged));
	return 0;
}
