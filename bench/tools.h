/* SPDX-License-Identifier: GPL-2.0-only */
/* The time of the tools, for which somebody waits. */
#ifndef TOOLS_H
#define TOOLS_H

struct json_object;

/* With 100 tables on the machine; OBJECTS is where the tools' BPF objects are. */
void measure_tools(struct json_object *figures, const char *objects);

#endif /* TOOLS_H */
