/* SPDX-License-Identifier: GPL-2.0-only */
/* What testmod.bpf.c tells the loader, through its ring buffer. */
#ifndef TESTMOD_H
#define TESTMOD_H

#define TESTMOD_TEXT_LEN 64

enum testmod_callback {
	TESTMOD_TEST_1,
	TESTMOD_TEST_2,
	TESTMOD_TEST_3,
};

/**
 * struct testmod_record - one callback, as the program saw it
 * @callback: enum testmod_callback
 * @ret: what the program returned
 * @a: first argument (test_2), or bytes in the message (test_3)
 * @b: second argument (test_2)
 * @text: beginning of the message (test_3), NUL-terminated
 */
struct testmod_record {
	int callback;
	int ret;
	int a;
	int b;
	char text[TESTMOD_TEXT_LEN];
};

#endif /* TESTMOD_H */
