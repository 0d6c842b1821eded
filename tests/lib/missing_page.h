/* SPDX-License-Identifier: GPL-2.0-only */
/* A page of memory that is missing until it is filled: its readers sleep. */
#ifndef MISSING_PAGE_H
#define MISSING_PAGE_H

#define PAGE 4096

/* Where it is, in every process that has one. */
#define MISSING_PAGE ((char *)0x100000000000)

void missing_page_setup(void);

/* Waits until somebody sleeps on it. */
void missing_page_wait(void);

/* Fills it with zeros, and so wakes all who sleep on it. */
void missing_page_fill(void);

/* Wakes all who still sleep on it. */
void missing_page_teardown(void);

#endif /* MISSING_PAGE_H */
