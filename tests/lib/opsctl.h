/* SPDX-License-Identifier: GPL-2.0-only */
/* Runs opsctl, and looks at what it says. */
#ifndef OPSCTL_H
#define OPSCTL_H

#include "from_json.h"
#include "process.h"

/* What ran last, and what it printed. */
extern struct process opsctl;

/* What it printed as JSON. */
extern struct json_object *json;

/* Starts it with the words of LINE, which are separated by single spaces. */
void start(struct process *p, const char *line, void (*become)(void));

/* Runs it; returns its exit status. */
int status_of(const char *line);

/* Runs it, and fails the test unless it succeeds. */
void succeeds(const char *line);

/* Checks that it ends with STATUS, and prints TEXT. */
void fails(int status, const char *line, const char *text);

/* Checks that it ends with STATUS, and that the first line of what it prints has TEXT. */
void fails_at_once(int status, const char *line, const char *text);

/* Fails the test unless what ran last has printed TEXT. */
void said(const char *text);

/* The opposite. */
void said_nothing_of(const char *text);

/* Runs it with -j, and reads what it prints. */
void json_of(const char *line);

/* Runs 'opsctl -j list', and finds the table of that name. */
struct json_object *listed(const char *name);

/* Frees the JSON. */
void json_end(void);

#endif /* OPSCTL_H */
