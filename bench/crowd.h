/* SPDX-License-Identifier: GPL-2.0-only */
/* What the tools cost that run on, on a machine with much on it. */
#ifndef CROWD_H
#define CROWD_H

struct json_object;

/* With many processes and maps. It takes a BPF object from the current directory. */
void measure_in_a_crowd(struct json_object *figures);

#endif /* CROWD_H */
