/* SPDX-License-Identifier: GPL-2.0-only */
/* What a writer gets from the tables of programs/race*.bpf.c. */
#ifndef RACE_TABLES_H
#define RACE_TABLES_H

#define RACE_TABLES 2

/* The errno of table 0, which is followed by that of table 1. */
#define RACE_MET 200

/* The errno if one message was served by two tables. */
#define RACE_MIXED 300

/* In place of a letter, in the programs of programs/race_rules.bpf.c. */
#define RACE_LETTER 123456789

#endif /* RACE_TABLES_H */
