// SPDX-License-Identifier: GPL-2.0-only
/* What programs of scribe may call: for a line, and for notes of lines. */
#include <linux/atomic.h>
#include <linux/moduleparam.h>
#include <linux/slab.h>

#include "line.h"

static atomic_t notes;
module_param_named(notes, notes.counter, int, 0444);
MODULE_PARM_DESC(notes, "notes that there are");

__bpf_kfunc_start_defs();

/* A byte of the line, or -EINVAL. */
__bpf_kfunc int scribe_byte(struct scribe_line *shown, u32 at)
{
	struct own_line *line = container_of(shown, struct own_line, shown);

	return at < line->len ? (u8)line->text[at] : -EINVAL;
}

/* Returns 0, or -EINVAL. The previous line is a copy: nobody else will see it. */
__bpf_kfunc int scribe_set_byte(struct scribe_line *shown, u32 at, u8 byte)
{
	struct own_line *line = container_of(shown, struct own_line, shown);

	if (at >= line->len)
		return -EINVAL;
	line->text[at] = byte;
	return 0;
}

/* A copy of the line, which the program puts or leaves in a map; NULL: no memory. */
__bpf_kfunc struct scribe_note *scribe_note_new(struct scribe_line *shown)
{
	struct own_line *copy;

	/* A program may have switched preemption off, and there slab's locks may sleep. */
	if (IS_ENABLED(CONFIG_PREEMPT_RT) && !preemptible())
		return NULL;
	copy = kmemdup(container_of(shown, struct own_line, shown),
		       sizeof(*copy), GFP_ATOMIC);
	if (!copy)
		return NULL;
	copy->shown.text = copy->text;
	atomic_inc(&notes);
	return container_of(&copy->shown, struct scribe_note, line);
}

__bpf_kfunc void scribe_note_put(struct scribe_note *note)
{
	struct own_line *line = container_of(&note->line, struct own_line, shown);

	/* Not kfree(): for the same reason, and maps do this under a raw spinlock. */
	kfree_rcu(line, rcu);
	atomic_dec(&notes);
}

/* Makes the line what the note says. */
__bpf_kfunc void scribe_note_copy(struct scribe_note *note,
				  struct scribe_line *shown)
{
	struct own_line *from = container_of(&note->line, struct own_line, shown);
	struct own_line *to = container_of(shown, struct own_line, shown);

	to->len = from->len;
	to->shown.len = from->len;
	memcpy(to->text, from->text, from->len);
}

/* For a map that goes with a note in it; kCFI wants a function of this very type. */
__bpf_kfunc void scribe_note_destroy(void *note)
{
	scribe_note_put(note);
}
CFI_NOSEAL(scribe_note_destroy);

__bpf_kfunc_end_defs();

#define IN_REWRITE OPSMOD_IN(scribe_ops, rewrite)
#define IN_BOTH OPSMOD_IN(scribe_ops, check), IN_REWRITE
#define KFUNCS(KFUNC)                                                      \
	KFUNC(scribe_byte, KF_TRUSTED_ARGS, IN_BOTH)                       \
	KFUNC(scribe_set_byte, KF_TRUSTED_ARGS, IN_REWRITE)                \
	KFUNC(scribe_note_new, KF_TRUSTED_ARGS | KF_ACQUIRE | KF_RET_NULL, \
	      IN_REWRITE)                                                  \
	KFUNC(scribe_note_copy, KF_TRUSTED_ARGS, IN_REWRITE)               \
	KFUNC(scribe_note_put, KF_RELEASE, IN_REWRITE)
OPSMOD_KFUNCS(kfuncs, KFUNCS);

BTF_ID_LIST(note_ids)
BTF_ID(struct, scribe_note)
BTF_ID(func, scribe_note_destroy)

int __init scribe_register_kfuncs(void)
{
	const struct btf_id_dtor_kfunc destroy = { note_ids[0], note_ids[1] };

	return opsmod_register_kfuncs(kfuncs)
		       ?: register_btf_id_dtor_kfuncs(&destroy, 1, THIS_MODULE);
}
