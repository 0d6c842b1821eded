/* SPDX-License-Identifier: GPL-2.0-only */
/* What main.c takes from models.c, and what the files of both need. */
#ifndef OPSMOD_BENCH_MODELS_H
#define OPSMOD_BENCH_MODELS_H

#include <linux/fs.h>

/* Keeps gcc from unrolling the loop: its rounds cost the same in every file. */
#define ONE_ROUND(i) OPTIMIZER_HIDE_VAR(i)

/* Returns 0 or an errno; only then nothing is left to be undone. */
int bench_models_init(void);
void bench_models_exit(void);

ssize_t bench_write_slot(struct file *file, const char __user *buf, size_t len,
			 loff_t *pos);

/* Who opens this one gets the table "measured", if it is attached. */
int bench_open_named(struct inode *inode, struct file *file);
int bench_release_named(struct inode *inode, struct file *file);
ssize_t bench_write_named(struct file *file, const char __user *buf, size_t len,
			  loff_t *pos);

/* The tables of target 0. */
int bench_open_chain(struct inode *inode, struct file *file);
int bench_release_chain(struct inode *inode, struct file *file);
ssize_t bench_write_chain(struct file *file, const char __user *buf, size_t len,
			  loff_t *pos);

#endif /* OPSMOD_BENCH_MODELS_H */
