/* SPDX-License-Identifier: GPL-2.0-only */
/* A page of memory that is missing until it is filled: who reads it, sleeps. */
#ifndef MISSING_PAGE_H
#define MISSING_PAGE_H

#define PAGE 4096

extern char *missing_page;

void missing_page_setup(void);

/* Fills it with zeros, and so wakes all who sleep on it. */
void missing_page_fill(void);

/* Who still sleeps on it, gets an error. */
void missing_page_teardown(void);

#endif /* MISSING_PAGE_H */
