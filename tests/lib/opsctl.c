// SPDX-License-Identifier: GPL-2.0-only
#include "lib.h"
#include "opsctl.h"

#include <string.h>

#define ARGS_MAX 12

struct process opsctl;
struct json_object *json;

void start(struct process *p, const char *line, void (*become)(void))
{
	static char words[512];
	const char *argv[ARGS_MAX + 2] = { "./opsctl" };
	char *word, *rest = words;
	int argc = 1;

	snprintf(words, sizeof(words), "%s", line);
	while ((word = strsep(&rest, " ")) && argc <= ARGS_MAX)
		argv[argc++] = word;
	process_start_as(p, argv, become);
}

int status_of(const char *line)
{
	start(&opsctl, line, NULL);
	return process_wait(&opsctl);
}

void succeeds(const char *line)
{
	int status = status_of(line);

	if (status)
		fail_msg("opsctl %s: %d: %s", line, status, opsctl.said);
}

void fails(int status, const char *line, const char *text)
{
	assert_int_equal(status_of(line), status);
	if (strncmp(opsctl.said, "Error: ", 7) || !strstr(opsctl.said, text))
		fail_msg("opsctl %s: expected an error with '%s', got: %s",
			 line, text, opsctl.said);
}

void fails_at_once(int status, const char *line, const char *text)
{
	const char *found;

	fails(status, line, text);
	found = strstr(opsctl.said, text);
	if (found >= strchr(opsctl.said, '\n'))
		fail_msg("opsctl %s: '%s' is not in the first line: %s", line,
			 text, opsctl.said);
}

void said(const char *text)
{
	if (!strstr(opsctl.said, text))
		fail_msg("expected '%s', got: %s", text, opsctl.said);
}

void said_nothing_of(const char *text)
{
	if (strstr(opsctl.said, text))
		fail_msg("expected no '%s', got: %s", text, opsctl.said);
}

void json_of(const char *line)
{
	char with_json[512];

	snprintf(with_json, sizeof(with_json), "-j %s", line);
	succeeds(with_json);
	json_end();
	json = json_of_text(opsctl.said);
}

struct json_object *listed(const char *name)
{
	json_of("list");
	return json_find(json, "name", name);
}

void json_end(void)
{
	json_object_put(json);
	json = NULL;
}
