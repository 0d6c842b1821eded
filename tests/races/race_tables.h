/* SPDX-License-Identifier: GPL-2.0-only */
/* What a writer gets from the tables of programs/race.bpf.c. */
#ifndef RACE_TABLES_H
#define RACE_TABLES_H

#define RACE_TABLES 2

/* The errno of table 0, which is followed by that of table 1. */
#define RACE_MET 200

/* The errno if one message was served by two tables. */
#define RACE_MIXED 300

#endif /* RACE_TABLES_H */
