// SPDX-License-Identifier: GPL-2.0-only
/*
 * Six struct_ops types in one module, as the kit lets one write them. A number that
 * is written to /proc/opsmod_kit runs four of them; a read tells what the last one
 * through the same file descriptor did. The others are in many.c.
 */
#include <linux/container_of.h>
#include <linux/delay.h>
#include <linux/init.h>
#include <linux/moduleparam.h>
#include <linux/proc_fs.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "opsmod/slot.h"

#include "lend.h"
#include "many.h"
#include "opsmod_kit.h"

/* With the kfuncs of lend.c, and not with those below. */
static bool lends;
module_param(lends, bool, 0444);

/**
 * struct kit_run - one run of the tables
 * @event: programs get this; the module reads back the members that they may write
 * @len: the kfuncs use this length: no program has a pointer to it
 * @note: programs get this, too
 */
struct kit_run {
	struct kit_event event;
	u32 len;
	struct kit_note note;
};

/* The module calls these if there is no program. */

static noinline int kit_gate_ops__admit(struct kit_event *event)
{
	return 71;
}

static noinline int kit_gate_ops__pair(struct kit_event *event,
				       struct kit_note *note__nullable)
{
	return 72;
}

static noinline int kit_gate_ops__nap(struct kit_event *event)
{
	return 73;
}

static noinline int kit_note_ops__look(struct kit_event *event)
{
	return 81;
}

static noinline int kit_note_ops__mark(struct kit_note *note)
{
	return 82;
}

static noinline int kit_note_ops__task(struct task_struct *task)
{
	return 83;
}

OPSMOD_STUB(kit_left_ops, decide, struct kit_event *event)
OPSMOD_STUB(kit_right_ops, decide, struct kit_event *event)

static int check_limit(const void *table)
{
	u32 limit = ((const struct kit_gate_ops *)table)->limit;

	if (limit > KIT_LIMIT)
		return opsmod_refuse(-ERANGE,
				     "table refused: its limit %u is above %u",
				     limit, KIT_LIMIT);
	return 0;
}

OPSMOD_STRUCT(kit_event)
OPSMOD_STRUCT(kit_note)

static const struct opsmod_member gate_members[] = {
	OPSMOD_MEMBER(kit_gate_ops, admit, .mandatory = true),
	OPSMOD_MEMBER(kit_gate_ops, pair),
	OPSMOD_MEMBER(kit_gate_ops, nap, .may_sleep = true),
	OPSMOD_DATA(kit_gate_ops, limit, .check = check_limit),
	OPSMOD_NAME(kit_gate_ops, name),
	OPSMOD_PRIVATE(kit_gate_ops, uses),
};

static const struct opsmod_window gate_windows[] = {
	OPSMOD_WINDOW(kit_event, verdict),
	OPSMOD_WINDOW(kit_event, cookie),
	OPSMOD_WINDOW(kit_note, mark),
};

OPSMOD_SLOT(gate_slot);
OPSMOD_TYPE(kit_gate_ops, &opsmod_slot_model, &gate_slot, gate_members,
	    OPSMOD_LIST(windows, gate_windows));

static const struct opsmod_member note_members[] = {
	OPSMOD_MEMBER(kit_note_ops, look),
	OPSMOD_MEMBER(kit_note_ops, mark),
	OPSMOD_MEMBER(kit_note_ops, task),
};

static const struct opsmod_window note_windows[] = {
	OPSMOD_WINDOW(kit_note, mark),
};

OPSMOD_SLOT(note_slot);
OPSMOD_TYPE(kit_note_ops, &opsmod_slot_model, &note_slot, note_members,
	    OPSMOD_LIST(windows, note_windows),
	    OPSMOD_HELPERS(BPF_FUNC_map_lookup_elem, BPF_FUNC_ktime_get_ns));

static const struct opsmod_member left_members[] = {
	OPSMOD_MEMBER(kit_left_ops, decide),
};

OPSMOD_SLOT(left_slot);
OPSMOD_TYPE(kit_left_ops, &opsmod_slot_model, &left_slot, left_members);

static const struct opsmod_member right_members[] = {
	OPSMOD_MEMBER(kit_right_ops, decide),
};

static int fixed_attach(const struct opsmod_type *type, void *table,
			struct bpf_link *link)
{
	return opsmod_slot_model.attach(type, table, link);
}

static void fixed_detach(const struct opsmod_type *type, void *table)
{
	opsmod_slot_model.detach(type, table);
}

/* A slot whose table cannot be swapped. */
static const struct opsmod_model fixed_model = {
	.attach = fixed_attach,
	.detach = fixed_detach,
};

OPSMOD_SLOT(right_slot);
OPSMOD_TYPE(kit_right_ops, &fixed_model, &right_slot, right_members);

__bpf_kfunc_start_defs();

/**
 * kit_event_len() - the number that was written, whatever the event says
 * @event: what the program was called with
 *
 * Context: Programs of admit. Does not sleep.
 * Return: the number.
 */
__bpf_kfunc u32 kit_event_len(struct kit_event *event)
{
	return container_of(event, struct kit_run, event)->len;
}

/**
 * kit_event_twice() - the same, twice
 * @event: what the program was called with
 *
 * Context: Programs of admit, and of the other table, where mark has no event to give.
 *	    Does not sleep.
 * Return: twice the number.
 */
__bpf_kfunc u32 kit_event_twice(struct kit_event *event)
{
	return 2 * container_of(event, struct kit_run, event)->len;
}

/**
 * kit_nap() - sleep
 *
 * Context: Programs of nap that may sleep.
 * Return: 5.
 */
__bpf_kfunc int kit_nap(void)
{
	msleep(1);
	return 5;
}

/**
 * kit_left() - tell that the program is of kit_left_ops
 *
 * Context: Programs of decide of kit_left_ops. Does not sleep.
 * Return: 91.
 */
__bpf_kfunc int kit_left(void)
{
	return 91;
}

__bpf_kfunc_end_defs();

#define KFUNCS(KFUNC)                                                           \
	KFUNC(kit_event_len, KF_TRUSTED_ARGS, OPSMOD_IN(kit_gate_ops, admit))   \
	KFUNC(kit_event_twice, KF_TRUSTED_ARGS, OPSMOD_IN(kit_gate_ops, admit), \
	      OPSMOD_IN(kit_note_ops, look), OPSMOD_IN(kit_note_ops, mark))     \
	KFUNC(kit_nap, KF_SLEEPABLE, OPSMOD_IN(kit_gate_ops, nap))              \
	KFUNC(kit_left, 0, OPSMOD_IN(kit_left_ops, decide))

OPSMOD_KFUNCS(kfuncs, KFUNCS);

/**
 * struct session - an open file
 * @result: what the last run did
 */
struct session {
	char result[256];
};

/* No program can read through it: it only keeps events from being forged. */
static char anything[1];

static int run_gate(struct kit_run *run, char *result, size_t size)
{
	const struct kit_gate_ops *ops;
	int idx, admit, pair, nap, uses = 0;

	ops = opsmod_slot_enter(&gate_slot, &idx);
	if (ops)
		uses = atomic_inc_return(&((struct kit_gate_ops *)ops)->uses);
	admit = opsmod_call(kit_gate_ops, ops, admit, &run->event);
	pair = opsmod_call(kit_gate_ops, ops, pair, &run->event,
			   run->len % 2 ? &run->note : NULL);
	nap = opsmod_call(kit_gate_ops, ops, nap, &run->event);
	uses = scnprintf(result, size,
			 "gate %s: admit %d, pair %d, nap %d, uses %d\n",
			 ops ? ops->name : "-", admit, pair, nap, uses);
	opsmod_slot_exit(&gate_slot, idx);
	return uses;
}

static int run_note(struct kit_run *run, char *result, size_t size)
{
	const struct kit_note_ops *ops;
	int idx, look, mark, task;

	ops = opsmod_slot_enter(&note_slot, &idx);
	look = opsmod_call(kit_note_ops, ops, look, &run->event);
	mark = opsmod_call(kit_note_ops, ops, mark, &run->note);
	task = opsmod_call(kit_note_ops, ops, task, current);
	opsmod_slot_exit(&note_slot, idx);
	return scnprintf(result, size, "note: look %d, mark %d, task %d\n",
			 look, mark, task);
}

/*
 * Nothing here is const: otherwise BTF would have a const type between the two types.
 * Their ids must be as far apart as those of the structs that the kernel wants around
 * them.
 */
static int run_sides(struct kit_run *run, char *result, size_t size)
{
	int left_idx, right_idx, left, right;
	struct kit_right_ops *right_ops;
	struct kit_left_ops *left_ops;

	left_ops = (void *)opsmod_slot_enter(&left_slot, &left_idx);
	right_ops = (void *)opsmod_slot_enter(&right_slot, &right_idx);
	left = opsmod_call(kit_left_ops, left_ops, decide, &run->event);
	right = opsmod_call(kit_right_ops, right_ops, decide, &run->event);
	opsmod_slot_exit(&right_slot, right_idx);
	opsmod_slot_exit(&left_slot, left_idx);
	return scnprintf(result, size, "left %d, right %d\n", left, right);
}

static ssize_t kit_write(struct file *file, const char __user *buf, size_t len,
			 loff_t *pos)
{
	struct session *session = file->private_data;
	size_t size = sizeof(session->result);
	char *result = session->result;
	struct kit_run *run;
	u32 number;
	int n, err;

	err = kstrtou32_from_user(buf, len, 0, &number);
	if (err)
		return err;

	/* It is not on the stack: programs may write to it. */
	run = kzalloc(sizeof(*run), GFP_KERNEL);
	if (!run)
		return -ENOMEM;
	run->len = number;
	run->event.len = number;
	run->event.data = anything;
	run->note.width = number;
	run->note.text = anything;
	run->note.event = &run->event;

	n = run_gate(run, result, size);
	n += run_note(run, result + n, size - n);
	n += run_sides(run, result + n, size - n);
	scnprintf(result + n, size - n,
		  "event: len %u, verdict %d, cookie %llu; note: mark %llu\n",
		  run->event.len, run->event.verdict, run->event.cookie,
		  run->note.mark);
	kfree(run);
	return len;
}

static ssize_t kit_read(struct file *file, char __user *buf, size_t len,
			loff_t *pos)
{
	struct session *session = file->private_data;

	return simple_read_from_buffer(buf, len, pos, session->result,
				       strlen(session->result));
}

static int kit_open(struct inode *inode, struct file *file)
{
	file->private_data = kzalloc(sizeof(struct session), GFP_KERNEL);
	return file->private_data ? 0 : -ENOMEM;
}

static int kit_release(struct inode *inode, struct file *file)
{
	kfree(file->private_data);
	return 0;
}

static const struct proc_ops kit_proc_ops = {
	.proc_open = kit_open,
	.proc_read = kit_read,
	.proc_write = kit_write,
	.proc_release = kit_release,
};

static struct proc_dir_entry *entry;

static int __init kit_init(void)
{
	int err;

	err = opsmod_register(kit_gate_ops) ?: opsmod_register(kit_note_ops) ?:
	      opsmod_register(kit_left_ops) ?: opsmod_register(kit_right_ops) ?:
	      many_init() ?: lends ? lend_init() : opsmod_register_kfuncs(kfuncs);
	if (err)
		return err;

	entry = proc_create("opsmod_kit", 0600, NULL, &kit_proc_ops);
	return entry ? 0 : -ENOMEM;
}

static void __exit kit_exit(void)
{
	proc_remove(entry);
}

module_init(kit_init);
module_exit(kit_exit);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("The opsmod authors");
MODULE_DESCRIPTION("Struct_ops types made of the kit, for tests of it");
