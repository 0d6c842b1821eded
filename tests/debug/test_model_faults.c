// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory runs out for the models of many tables: named, in examples/scribe, and chain,
 * in examples/turnstile. A program's result tells which table was called.
 */
#include "lib.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "faults.h"
#include "hostile.h"
#include "scribe/scribe.h"
#include "turnstile/turnstile.h"

#define SCRIBE "/proc/scribe"
#define TURNSTILE "/proc/turnstile"

/* What a write of a line returns: each policy refuses it with an errno of its own. */
enum { NOBODY_SAYS = 0, FIRST_SAYS = -E2BIG, OTHER_SAYS = -EDOM };

static struct raw_type type;
static int prog, other_prog;
static int map = -1, other_map = -1, link_fd = -1, file = -1;

/* The table as user space writes it, in the value of its map. */
struct table_value {
	char head[CACHE_LINE];
	union {
		struct scribe_ops policy;
		struct turnstile_rule rule;
	};
	char private_half[512];
} __attribute__((aligned(CACHE_LINE)));

static int write_to(int fd, const char *text)
{
	return write(fd, text, strlen(text)) < 0 ? -errno : 0;
}

static int map_of(const struct table_value *value)
{
	int fd = new_map(&type, BPF_F_LINK);

	assert_true(type.value_size <= sizeof(*value));
	returns(raw_update(fd, 0, value, 0), 0);
	return fd;
}

static int new_policy(unsigned long program)
{
	struct table_value v = { .policy.name = "one" };

	memcpy(&v.policy.rewrite, &program, sizeof(program));
	return map_of(&v);
}

static int new_rule(unsigned long program)
{
	struct table_value v = { .rule = { .gate = 1, .name = "rule" } };

	memcpy(&v.rule.decide, &program, sizeof(program));
	return map_of(&v);
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static void close_tables(void)
{
	close_fd(&file);
	close_fd(&link_fd);
	close_fd(&map);
	close_fd(&other_map);
}

static int attach(void)
{
	link_fd = raw_link_create(map);
	return link_fd < 0 ? link_fd : 0;
}

static int swap(void)
{
	return bpf_link_update(link_fd, other_map, NULL);
}

static int detach(void)
{
	return bpf_link_detach(link_fd);
}

/* Named: a file that chose the policy before, or chooses it now. */
static int open_and_choose(void)
{
	file = open(SCRIBE, O_RDWR | O_CLOEXEC);
	if (file < 0)
		return -errno;
	return write_to(file, "use one");
}

static void before_policy(void)
{
	map = new_policy(prog);
}

static void before_policy_attached(void)
{
	before_policy();
	returns(attach(), 0);
}

static void before_policy_in_use(void)
{
	before_policy_attached();
	returns(open_and_choose(), 0);
	returns(write_to(file, "a line"), FIRST_SAYS);
	other_map = new_policy(other_prog);
}

static void after_policy_attach(int err)
{
	returns(open_and_choose(), err ? -ENOENT : 0);
	returns(write_to(file, "a line"), err ? NOBODY_SAYS : FIRST_SAYS);
	close_tables();
}

static void after_policy_swap(int err)
{
	returns(write_to(file, "a line"), err ? FIRST_SAYS : OTHER_SAYS);
	/* The table that is not attached can be. */
	close_fd(&link_fd);
	link_fd = must(raw_link_create(err ? other_map : map));
	close_tables();
}

static void after_policy_detach(int err)
{
	returns(write_to(file, "a line"), err ? FIRST_SAYS : NOBODY_SAYS);
	close_tables();
}

static void after_open(int err)
{
	if (!err)
		returns(write_to(file, "a line"), FIRST_SAYS);
	close_tables();
}

/* Chain: a visit to the gate tells what its rules say, or whether it is there. */
static int visit(void)
{
	return write_to(file, "visit 1 ann");
}

static void before_gate(void)
{
	file = open(TURNSTILE, O_WRONLY | O_CLOEXEC);
	assert_return_code(file, errno);
	returns(visit(), -ENODEV);
}

static void before_rule(void)
{
	before_gate();
	returns(write_to(file, "add 1"), 0);
	map = new_rule(prog);
}

static void before_rule_attached(void)
{
	before_rule();
	returns(attach(), 0);
	returns(visit(), 0);
}

static void before_rule_swap(void)
{
	before_rule_attached();
	other_map = new_rule(other_prog);
}

static int add(void)
{
	return write_to(file, "add 1");
}

static int remove_gate(void)
{
	return write_to(file, "remove 1");
}

static void after_add(int err)
{
	returns(visit(), err ? -ENODEV : -EACCES);
	returns(add(), err ? 0 : -EEXIST);
	returns(remove_gate(), 0);
	close_tables();
}

static void after_remove(int err)
{
	returns(err, 0);
	returns(visit(), -ENODEV);
	/* Its link was detached, so the rule can be attached again. */
	returns(add(), 0);
	close_fd(&link_fd);
	returns(attach(), 0);
	returns(visit(), 0);
	returns(remove_gate(), 0);
	close_tables();
}

/* The first rule admits, the other one refuses, as does a gate without rules. */
static void expect_first(bool asked)
{
	returns(visit(), asked ? 0 : -EACCES);
	returns(remove_gate(), 0);
	close_tables();
}

static void after_rule_attach(int err)
{
	expect_first(!err);
}

static void after_rule_change(int err)
{
	expect_first(err);
}

static int setup(void **state, const char *module, const char *table,
		 int member, int first, int other)
{
	char ko[32];
	int err;

	begins(*state);
	snprintf(ko, sizeof(ko), "%s.ko", module);
	module_unload_named(module);
	err = module_load(ko, "");
	if (err)
		return err;
	raw_type_find(&type, module, table);
	prog = must(raw_struct_ops(&type, member, first));
	other_prog = must(raw_struct_ops(&type, member, other));
	own_btf = raw_btf_own();
	return 0;
}

static int scribe_setup(void **state)
{
	return setup(state, "scribe", "scribe_ops", 1 /* rewrite */, FIRST_SAYS,
		     OTHER_SAYS);
}

static int turnstile_setup(void **state)
{
	return setup(state, "turnstile", "turnstile_rule", 0 /* decide */,
		     TURNSTILE_ADMIT, TURNSTILE_REFUSE);
}

static void close_all_of(const char *module)
{
	close_tables();
	close_fd(&prog);
	close_fd(&other_prog);
	close_fd(&own_btf);
	close_fd(&type.btf_fd);
	module_unload_named_soon(module);
}

static int scribe_teardown(void **state)
{
	close_all_of("scribe");
	return 0;
}

static int turnstile_teardown(void **state)
{
	close_all_of("turnstile");
	return 0;
}

#define of_named(name, ...) \
	operation("named: " name, scribe_setup, scribe_teardown, __VA_ARGS__)
#define of_chain(name, ...)                                            \
	operation("chain: " name, turnstile_setup, turnstile_teardown, \
		  __VA_ARGS__)

int main(void)
{
	const struct CMUnitTest tests[] = {
		/* 6.12: the SRCU of the table. */
		of_named("attach", .before = before_policy, .run = attach,
			 .after = after_policy_attach, .all = 2, .inside = 1),
		of_named("swap", .before = before_policy_in_use, .run = swap,
			 .after = after_policy_swap, .all = 1, .inside = 1),
		of_named("detach", .before = before_policy_in_use,
			 .run = detach, .after = after_policy_detach),
		of_named("open and choose", .before = before_policy_attached,
			 .run = open_and_choose, .after = after_open, .all = 2,
			 .inside = 1),
		/* The chain, and what its SRCU has. */
		of_chain("add", .before = before_gate, .run = add,
			 .after = after_add, .all = 2, .inside = 2),
		of_chain("remove", .before = before_rule_attached,
			 .run = remove_gate, .after = after_remove),
		of_chain("attach", .before = before_rule, .run = attach,
			 .after = after_rule_attach, .all = 1),
		of_chain("swap", .before = before_rule_swap, .run = swap,
			 .after = after_rule_change),
		of_chain("detach", .before = before_rule_attached,
			 .run = detach, .after = after_rule_change),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, inject, NULL) ? 1 : 0;
}
