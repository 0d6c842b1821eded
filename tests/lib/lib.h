/* SPDX-License-Identifier: GPL-2.0-only */
/* What all tests include. */
#ifndef LIB_H
#define LIB_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>
#include <cmocka.h>

#include "jit.h"
#include "klog.h"
#include "missing_page.h"
#include "module.h"
#include "process.h"
#include "table.h"
#include "trace.h"
#include "trigger.h"
#include "verifier.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* Waits until it is so, for half a minute or more, which no machine needs. */
#define wait_until(condition)                              \
	do {                                               \
		int tries_ = 3000;                         \
                                                           \
		while (!(condition) && tries_--)           \
			usleep(10000);                     \
		if (tries_ < 0)                            \
			fail_msg("never: %s", #condition); \
	} while (0)

/* A test that gets the module freshly loaded, and unloads it. */
#define module_test(f) \
	cmocka_unit_test_setup_teardown(f, module_setup, module_teardown)

/* Runs the tests of one program, and says each result at once; what main() returns. */
#define run_all(tests)                             \
	(setvbuf(stdout, NULL, _IOLBF, 0),         \
	 cmocka_set_message_output(CM_OUTPUT_TAP), \
	 cmocka_run_group_tests(tests, NULL, NULL) ? 1 : 0)

/* The same, or only the test that the first argument of the program names. */
#define run_chosen(argc, argv, tests)                              \
	((argc) > 1 ? cmocka_set_test_filter((argv)[1]) : (void)0, \
	 run_all(tests))

#endif /* LIB_H */
