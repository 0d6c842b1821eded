// SPDX-License-Identifier: GPL-2.0-only
/* Commits faults on purpose, to show that the sanitizers find them. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv)
{
	const char *fault = argc == 2 ? argv[1] : "";
	char *volatile text = malloc(8);
	volatile int number = INT_MAX;

	if (!strcmp(fault, "overflow"))
		text[8] = 1;
	if (!strcmp(fault, "undefined"))
		number += argc;
	if (strcmp(fault, "leak"))
		free(text);
	text = NULL;
	return 0;
}
