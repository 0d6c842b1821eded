/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files of the module share, and programs do not see. */
#ifndef SCRIBE_LINE_H
#define SCRIBE_LINE_H

#include "opsmod/named.h"
#include "scribe.h"

/**
 * struct own_line - a line, as the module goes by it
 * @shown: what programs see of it; nothing of that is read back
 * @len: bytes in @text
 * @text: the bytes, with room for a newline
 * @rcu: of a note that was put
 */
struct own_line {
	struct scribe_line shown;
	u32 len;
	char text[SCRIBE_MAX + 1];
	struct rcu_head rcu;
};

extern struct opsmod_type scribe_ops_type;

int scribe_register_kfuncs(void);
void scribe_note_destroy(void *note);

#endif /* SCRIBE_LINE_H */
