/* SPDX-License-Identifier: GPL-2.0-only */
/* What the command groups of opsctl share. */
#ifndef OPSCTL_H
#define OPSCTL_H

#include <stdbool.h>

#include "exit.h"

/**
 * struct settings - the options that every command takes
 * @json: print JSON
 * @pretty: indent it
 * @debug: show the logs of libbpf and of the verifier
 */
struct settings {
	bool json;
	bool pretty;
	bool debug;
};

extern struct settings settings;

/* Each takes the arguments after its name, and returns an exit status. */
int cmd_types(int argc, char **argv);
int cmd_list(int argc, char **argv);
int cmd_dump(int argc, char **argv);
int cmd_attach(int argc, char **argv);
int cmd_swap(int argc, char **argv);
int cmd_detach(int argc, char **argv);
int cmd_remove(int argc, char **argv);
int cmd_wait(int argc, char **argv);
int cmd_top(int argc, char **argv);
int cmd_doctor(int argc, char **argv);

#endif /* OPSCTL_H */
