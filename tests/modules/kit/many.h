/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef MANY_H
#define MANY_H

/* Registers many_ops and few_ops. */
int many_init(void);

#endif /* MANY_H */
