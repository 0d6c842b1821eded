// SPDX-License-Identifier: GPL-2.0-only
/* Gates that user space makes and removes, and visits that each gate's rules decide. */
#include "opsmod/chain.h"
#include <linux/ctype.h>
#include <linux/proc_fs.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "turnstile.h"

/**
 * struct pass - a pass, as the module goes by it
 * @shown: what programs get
 * @name: whose it is
 * @rcu: of one that is back
 */
struct pass {
	struct turnstile_pass shown;
	char name[TURNSTILE_NAME_SIZE];
	struct rcu_head rcu;
};

/**
 * struct visit - a visit, as the module goes by it
 * @shown: what programs get
 * @rule: whose program has it
 * @pass: for an admitted visitor
 */
struct visit {
	struct turnstile_visit shown;
	struct turnstile_rule *rule;
	struct pass *pass;
};

__bpf_kfunc_start_defs();

__bpf_kfunc int turnstile_asked(struct turnstile_visit *visit OPSMOD_CALLER)
{
	const struct turnstile_rule *rule = opsmod_caller();

	/* No answer: the kernel is older, or the program is in more than one table. */
	if (!rule)
		rule = container_of(visit, struct visit, shown)->rule;
	return atomic_read(&rule->asked);
}

__bpf_kfunc void turnstile_return(struct turnstile_pass *shown)
{
	struct pass *pass = container_of(shown, struct pass, shown);

	pr_info_ratelimited("gate %u: the pass of %s is back\n", shown->gate,
			    pass->name);
	/* Not kfree(): with PREEMPT_RT that needs preemption, which a program can switch off. */
	kfree_rcu(pass, rcu);
}

/* For a map that goes while it holds a pass. kCFI wants a pointer to void. */
__bpf_kfunc void turnstile_return_dtor(void *pass)
{
	turnstile_return(pass);
}
CFI_NOSEAL(turnstile_return_dtor);

__bpf_kfunc_end_defs();

/* What is done where no program is. */
OPSMOD_STUB(turnstile_rule, decide, struct turnstile_visit *visit)

static noinline int turnstile_rule__admitted(struct turnstile_pass *pass__ref)
{
	turnstile_return(pass__ref);
	return 0;
}

static const struct opsmod_member members[] = {
	OPSMOD_MEMBER(turnstile_rule, decide, .mandatory = true,
		      .may_sleep = true),
	OPSMOD_MEMBER(turnstile_rule, admitted, .missing = OPSMOD_NO_REF),
	OPSMOD_DATA(turnstile_rule, gate),
	OPSMOD_DATA(turnstile_rule, priority),
	OPSMOD_NAME(turnstile_rule, name),
	OPSMOD_PRIVATE(turnstile_rule, node),
	OPSMOD_PRIVATE(turnstile_rule, asked),
};

/* Nothing else clears what is private: a rule may be attached more than once. */
static void rule_changes(void *table, const void *old)
{
	struct turnstile_rule *rule = table;

	if (rule)
		atomic_set(&rule->asked, 0);
}

static OPSMOD_CHAINS(gates, turnstile_rule, gate, priority, node,
		     TURNSTILE_RULES_MAX);
OPSMOD_TYPE(turnstile_rule, &opsmod_chain_model, &gates, members,
	    .event = rule_changes);

#define KFUNCS(KFUNC)                                              \
	KFUNC(turnstile_asked, KF_TRUSTED_ARGS | OPSMOD_KF_CALLER, \
	      OPSMOD_IN(turnstile_rule, decide))                   \
	KFUNC(turnstile_return, KF_RELEASE, OPSMOD_IN(turnstile_rule, admitted))
OPSMOD_KFUNCS(kfuncs, KFUNCS);

BTF_ID_LIST(dtor_ids)
BTF_ID(struct, turnstile_pass)
BTF_ID(func, turnstile_return_dtor)

/* Asks the rules in order, until one decides. */
static int turnstile_ask(struct opsmod_chain *chain, struct visit *visit)
{
	int idx, verdict = TURNSTILE_NEXT;
	struct turnstile_rule *rule;

	idx = opsmod_chain_enter(chain);
	opsmod_chain_for_each(rule, chain, node) {
		visit->rule = rule;
		atomic_inc(&rule->asked);
		verdict =
			opsmod_call(turnstile_rule, rule, decide, &visit->shown);
		if (verdict == TURNSTILE_NEXT)
			continue;
		pr_info_ratelimited("gate %u: %s is %s by %s\n", chain->target,
				    visit->pass->name,
				    verdict == TURNSTILE_ADMIT ? "admitted"
							       : "refused",
				    visit->rule->name);
		/* From here on the pass is the rule's. */
		if (verdict == TURNSTILE_ADMIT)
			opsmod_call(turnstile_rule, rule, admitted,
				    &no_free_ptr(visit->pass)->shown);
		break;
	}
	opsmod_chain_exit(chain, idx);

	if (verdict == TURNSTILE_NEXT)
		pr_info_ratelimited("gate %u: %s is refused, as no rule decides\n",
				    chain->target, visit->pass->name);
	return verdict == TURNSTILE_ADMIT ? 0 : -EACCES;
}

/* What the log can show, in one word. */
static bool is_name(const char *name)
{
	size_t len = 0;

	while (isascii(name[len]) && isgraph(name[len]))
		len++;
	return len && len < TURNSTILE_NAME_SIZE && !name[len];
}

static int pay_visit(u32 gate, const char *name)
{
	struct opsmod_chain *chain;
	struct visit *visit;
	int err = -ENOMEM;

	chain = opsmod_chain_get(&turnstile_rule_type, gate);
	if (!chain)
		return -ENODEV;
	/* Not on the stack: programs get them. */
	visit = kzalloc(sizeof(*visit), GFP_KERNEL);
	if (!visit)
		goto put;
	visit->pass = kzalloc(sizeof(*visit->pass), GFP_KERNEL);
	if (!visit->pass)
		goto free;

	strscpy(visit->pass->name, name);
	visit->pass->shown.gate = gate;
	visit->pass->shown.name = visit->pass->name;
	visit->shown.name = visit->pass->name;
	visit->shown.gate = gate;
	err = turnstile_ask(chain, visit);
	kfree(visit->pass);
free:
	kfree(visit);
put:
	opsmod_chain_put(chain);
	return err;
}

/* A command is two words, or three for a visit. sscanf() would take 2^32 + 1 for gate 1. */
static int obey(char *line)
{
	const char *command = strsep(&line, " ");
	const char *number = strsep(&line, " ");
	u32 gate;
	int err;

	err = number ? kstrtou32(number, 10, &gate) : -EINVAL;
	if (err)
		return err;
	if (!strcmp(command, "visit") && line && is_name(line))
		return pay_visit(gate, line);
	if (!strcmp(command, "add") && !line)
		return opsmod_chain_add(&turnstile_rule_type, gate);
	if (!strcmp(command, "remove") && !line)
		return opsmod_chain_remove(&turnstile_rule_type, gate);
	return -EINVAL;
}

static ssize_t turnstile_write(struct file *file, const char __user *buf,
			       size_t len, loff_t *pos)
{
	char line[64] = "", *end;

	if (len >= sizeof(line))
		return -EMSGSIZE;
	if (copy_from_user(line, buf, len))
		return -EFAULT;
	/* Whatever follows a newline or a NUL would be lost. */
	end = strchrnul(line, '\n');
	if (end + !!*end != line + len)
		return -EINVAL;
	*end = '\0';
	return obey(line) ?: len;
}

static const struct proc_ops turnstile_proc_ops = {
	.proc_write = turnstile_write,
};

static int __init turnstile_init(void)
{
	const struct btf_id_dtor_kfunc dtor = { dtor_ids[0], dtor_ids[1] };
	int err;

	err = opsmod_register(turnstile_rule) ?: opsmod_register_kfuncs(kfuncs)
		?: register_btf_id_dtor_kfuncs(&dtor, 1, THIS_MODULE);
	if (err)
		return err;
	return proc_create("turnstile", 0600, NULL, &turnstile_proc_ops)
		       ? 0
		       : -ENOMEM;
}

static void __exit turnstile_exit(void)
{
	remove_proc_entry("turnstile", NULL);
	opsmod_chain_remove_all(&turnstile_rule_type);
}

module_init(turnstile_init);
module_exit(turnstile_exit);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("The opsmod authors");
MODULE_DESCRIPTION("Gates whose rules are BPF programs");
