/* SPDX-License-Identifier: GPL-2.0-only */
/* The maps of rewrite.bpf.c, as user space sees them. */
#ifndef REWRITE_H
#define REWRITE_H

/* The longest word that can be forbidden, in bytes. */
#define REWRITE_WORD_MAX 8

/**
 * struct rewrite_word - the one value of the map "forbidden"
 * @text: any bytes but NUL, padded with NULs; empty: none is forbidden. Letters
 *	  match in either case
 */
struct rewrite_word {
	char text[REWRITE_WORD_MAX];
};

/**
 * enum rewrite_fate - keys of the per-CPU map "fates", whose values count
 * @REWRITE_PASSED: messages rewritten, and passed on
 * @REWRITE_DROPPED: messages of white space alone, dropped
 * @REWRITE_REFUSED: messages with the forbidden word, refused with EPERM
 * @REWRITE_NR_FATES: how many keys there are
 */
enum rewrite_fate {
	REWRITE_PASSED,
	REWRITE_DROPPED,
	REWRITE_REFUSED,
	REWRITE_NR_FATES,
};

#endif /* REWRITE_H */
