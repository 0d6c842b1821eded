// SPDX-License-Identifier: GPL-2.0-only
#include "lib.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>

#include "insns.h"
#include "rawbpf.h"
#include "rules.h"
#include "verifier.h"

/* Tries a program of these instructions, which returns 0. */
#define TRY(m, flags, ...)                                               \
	try_program(m, flags,                                            \
		    (struct bpf_insn[]){ __VA_ARGS__, SET(0, 0), EXIT }, \
		    sizeof((struct bpf_insn[]){ __VA_ARGS__, SET(0, 0), EXIT }))
#define NOTHING SET(0, 0)
#define ON_ARGUMENT(arg, access) \
	READ(BPF_DW, 2, 1, 8 * (arg)), JUMP(BPF_JEQ, 2, 0, 1), access

static char log_text[64 * 1024];

/**
 * struct checked - a member at work
 * @rules: those of its type
 * @raw: the type, for the kernel
 * @btf: the module's
 * @name: the member's
 * @index: in the type
 * @proto: of the program
 * @stub: of the module's own function, whose parameters tell more; or NULL
 * @vmlinux: the kernel's BTF
 */
struct checked {
	const struct rules *rules;
	struct raw_type raw;
	struct btf *btf;
	struct btf *vmlinux;
	const char *name;
	int index;
	const struct btf_type *proto;
	const struct btf_type *stub;
};

/* How many programs were tried. */
static int tried;

static int load(union bpf_attr *attr)
{
	tried++;
	return -raw_try_attr(attr, log_text, sizeof(log_text));
}

static int try_program(const struct checked *m, __u32 flags,
		       const struct bpf_insn *insns, size_t size)
{
	const int btfs[] = { m->raw.btf_fd, m->raw.btf_fd };

	tried++;
	return -raw_try(&m->raw, m->index, flags, insns, size / sizeof(*insns),
			btfs, log_text, sizeof(log_text));
}

/* Tries a program that calls a function of its own, of this linkage. */
static int try_function(const struct checked *m, enum btf_func_linkage linkage)
{
	const struct bpf_insn insns[] = {
		CALL(BPF_PSEUDO_CALL, 1, 0),
		EXIT,
		SET(0, 0),
		EXIT,
	};
	struct bpf_func_info funcs[2] = { { .insn_off = 0 }, { .insn_off = 2 } };
	struct btf *btf = btf__new_empty();
	union bpf_attr attr;
	int number, proto, err;

	number = btf__add_int(btf, "int", 4, BTF_INT_SIGNED);
	proto = btf__add_func_proto(btf, number);
	funcs[0].type_id = btf__add_func(btf, "program", BTF_FUNC_GLOBAL, proto);
	funcs[1].type_id = btf__add_func(btf, "function", linkage, proto);
	assert_int_equal(funcs[1].type_id, 4);
	assert_int_equal(btf__load_into_kernel(btf), 0);

	raw_struct_ops_attr(&attr, &m->raw, m->index, 0);
	attr.insns = (unsigned long)insns;
	attr.insn_cnt = sizeof(insns) / sizeof(insns[0]);
	attr.prog_btf_fd = btf__fd(btf);
	attr.func_info = (unsigned long)funcs;
	attr.func_info_cnt = 2;
	attr.func_info_rec_size = sizeof(funcs[0]);
	err = load(&attr);
	btf__free(btf);
	return err;
}

static void must_load(const struct checked *m, int err, const char *what,
		      const char *of)
{
	if (err)
		fail_msg("%s.%s: a program that %s %s must load, but: %s: %s",
			 m->rules->type, m->name, what, of, strerror(err),
			 log_text);
}

static void must_be_refused(const struct checked *m, int err, const char *what,
			    const char *of)
{
	if (!err)
		fail_msg("%s.%s: a program that %s %s must be refused, but it loads",
			 m->rules->type, m->name, what, of);
}

/**
 * struct names - a list of the rules
 * @what: it is
 * @names: its names, separated by spaces
 * @hint: why the module may not have one
 * @met: a bit for each that was found in the module
 */
struct names {
	const char *what;
	const char *names;
	const char *hint;
	__u64 met;
};

static struct names may_sleep, may_write, may_call;

/* Whether NAME is one of them, which is then met. */
static bool lists(struct names *of, const char *name)
{
	const char *at = of->names;
	size_t len;
	int i;

	for (i = 0; *at; i++, at += len + strspn(at + len, " ")) {
		len = strcspn(at, " ");
		if (len == strlen(name) && !strncmp(at, name, len)) {
			of->met |= 1ULL << i;
			return true;
		}
	}
	return false;
}

static void all_are_met(const struct names *of)
{
	const char *at = of->names;
	size_t len;
	int i;

	for (i = 0; *at; i++, at += len + strspn(at + len, " ")) {
		len = strcspn(at, " ");
		if (!(of->met & 1ULL << i))
			fail_msg("%s has %.*s, which the module has not%s",
				 of->what, (int)len, at, of->hint);
	}
}

static const char *name_of(const struct checked *m, __u32 off)
{
	return btf__name_by_offset(m->btf, off);
}

static const struct btf_type *without_modifiers(const struct btf *btf, __u32 id)
{
	const struct btf_type *t = btf__type_by_id(btf, id);

	while (btf_is_mod(t) || btf_is_typedef(t))
		t = btf__type_by_id(btf, t->type);
	return t;
}

/* Whether the stub's parameter, any if I is negative, ends in SUFFIX. */
static bool parameter_ends(const struct checked *m, int i, const char *suffix)
{
	int n, last = i;

	if (!m->stub)
		return false;
	if (i < 0) {
		i = 0;
		last = btf_vlen(m->stub) - 1;
	}
	for (n = i; n <= last; n++) {
		const char *name = name_of(m, btf_params(m->stub)[n].name_off);
		size_t len = strlen(name);

		if (len > strlen(suffix) &&
		    !strcmp(name + len - strlen(suffix), suffix))
			return true;
	}
	return false;
}

static void the_rule_of_sleep(const struct checked *m)
{
	int err = TRY(m, BPF_F_SLEEPABLE, NOTHING);

	if (lists(&may_sleep, m->name))
		must_load(m, err, "may", "sleep");
	else
		must_be_refused(m, err, "may", "sleep");
}

static void the_rules_of_the_context(const struct checked *m)
{
	int nr = btf_vlen(m->proto);

	/* A word for each argument. */
	if (nr)
		must_load(m, TRY(m, 0, READ(BPF_DW, 2, 1, 8 * nr - 8)), "reads",
			  "its last argument");
	must_be_refused(m, TRY(m, 0, READ(BPF_DW, 2, 1, 8 * nr)), "reads",
			"past its arguments");
	must_be_refused(m, TRY(m, 0, WRITE(BPF_DW, 1, 0, 0)), "writes",
			"its first argument");
}

/* Both calls have these arguments, which the refused helper would take. */
#define HELPER_IS_REFUSED(m, name, ...)                                         \
	do {                                                                    \
		must_load(m,                                                    \
			  TRY(m, 0, __VA_ARGS__,                                \
			      CALL(0, BPF_FUNC_ktime_get_ns, 0)),               \
			  "calls bpf_ktime_get_ns() in place of", #name "()");  \
		must_be_refused(                                                \
			m, TRY(m, 0, __VA_ARGS__, CALL(0, BPF_FUNC_##name, 0)), \
			"calls", #name "()");                                   \
	} while (0)

/* docs/provider.md of opsmod says why: section 4. */
static void the_rules_of_helpers(const struct checked *m)
{
	/* Each is for programs of one member. */
	int array = bpf_map_create(BPF_MAP_TYPE_PROG_ARRAY, NULL, 4, 4, 1, NULL);

	assert_return_code(array, errno);
	HELPER_IS_REFUSED(m, tail_call, SET_MAP(2, array), SET(3, 0));
	close(array);
	HELPER_IS_REFUSED(m, probe_write_user, WRITE(BPF_DW, 10, -8, 0),
			  SET(1, 0), MOVE(2, 10), ADD(2, -8), SET(3, 8));
	HELPER_IS_REFUSED(m, override_return, SET(2, 0));
}

/* Before 7.2 the verifier does not check what a global function writes. */
static void the_rule_of_functions(const struct checked *m)
{
	int err = try_function(m, BTF_FUNC_GLOBAL);

	if (kernel_version() >= 0x070200)
		must_load(m, err, "calls", "a global function");
	else
		must_be_refused(m, err, "calls", "a global function");
	must_load(m, try_function(m, BTF_FUNC_STATIC), "calls",
		  "a static function");
}

static int kernels_kfunc(const struct checked *m, const char *name)
{
	int id = btf__find_by_name_kind(m->vmlinux, name, BTF_KIND_FUNC);

	if (id < 0)
		fail_msg("this kernel has no %s()", name);
	return id;
}

/* The kernel lets tracing programs alone call the one, and all call the others. */
static void the_rule_of_foreign_kfuncs(const struct checked *m)
{
	int foreign = kernels_kfunc(m, "bpf_sock_destroy");
	int lock = kernels_kfunc(m, "bpf_rcu_read_lock");
	int unlock = kernels_kfunc(m, "bpf_rcu_read_unlock");

	must_load(m,
		  TRY(m, 0, CALL(BPF_PSEUDO_KFUNC_CALL, lock, 0),
		      CALL(BPF_PSEUDO_KFUNC_CALL, unlock, 0)),
		  "calls", "bpf_rcu_read_lock()");
	must_be_refused(m, TRY(m, 0, CALL(BPF_PSEUDO_KFUNC_CALL, foreign, 0)),
			"calls", "bpf_sock_destroy()");
	if (!strstr(log_text,
		    "calling kernel function bpf_sock_destroy is not allowed"))
		fail_msg("%s.%s: bpf_sock_destroy() was refused otherwise: %s",
			 m->rules->type, m->name, log_text);
}

static void the_rule_of_a_kfunc(const struct checked *m, const char *kfunc, int id)
{
	char item[256], not_allowed[256];
	bool refused;

	snprintf(item, sizeof(item), "%s:%s", m->name, kfunc);
	snprintf(not_allowed, sizeof(not_allowed),
		 "calling kernel function %s is not allowed", kfunc);
	/* Without arguments it never loads: who may call it is asked first. */
	must_be_refused(m, TRY(m, 0, CALL(BPF_PSEUDO_KFUNC_CALL, id, 1)),
			"gives no arguments to", kfunc);
	/* Nobody can call it from a member that this kernel cannot have. */
	if (strstr(log_text, "attach to unsupported member")) {
		lists(&may_call, item);
		return;
	}
	refused = strstr(log_text, not_allowed);
	if (!lists(&may_call, item)) {
		must_be_refused(m, refused ? EACCES : 0, "calls", kfunc);
		return;
	}
	must_load(m, refused ? EACCES : 0, "calls", kfunc);
	if (!strstr(log_text, kfunc))
		fail_msg("%s: the log does not name %s: %s", item, kfunc,
			 log_text);
}

/* The build marks each kfunc in the module's BTF. */
static void the_rules_of_kfuncs(const struct checked *m)
{
	__u32 id, end = btf__type_cnt(m->btf);

	for (id = 1; id < end; id++) {
		const struct btf_type *t = btf__type_by_id(m->btf, id);

		if (btf_is_decl_tag(t) &&
		    !strcmp(name_of(m, t->name_off), "bpf_kfunc") &&
		    t->type >= btf__type_cnt(btf__base_btf(m->btf)))
			the_rule_of_a_kfunc(
				m,
				name_of(m,
					btf__type_by_id(m->btf, t->type)->name_off),
				t->type);
	}
}

/* A member of a struct that a program gets a pointer to, as its argument ARG. */
static void the_rules_of_a_field(const struct checked *m, int arg,
				 const struct btf_type *of,
				 const struct btf_member *field)
{
	const struct btf_type *t = without_modifiers(m->btf, field->type);
	__u32 bits = btf_member_bit_offset(of, field - btf_members(of));
	__s64 size = btf__resolve_size(m->btf, field->type);
	int code, off = bits / 8;
	char item[256];
	int err;

	if (bits % 8 || btf_is_composite(t) || btf_is_array(t) || size > 8)
		return;
	code = size == 8   ? BPF_DW
	       : size == 4 ? BPF_W
	       : size == 2 ? BPF_H
			   : BPF_B;
	snprintf(item, sizeof(item), "%s.%s", name_of(m, of->name_off),
		 name_of(m, field->name_off));

	must_load(m, TRY(m, 0, ON_ARGUMENT(arg, READ(code, 3, 2, off))),
		  "reads", item);
	err = TRY(m, 0, ON_ARGUMENT(arg, WRITE(code, 2, off, 0)));
	if (!lists(&may_write, item)) {
		must_be_refused(m, err, "writes", item);
		return;
	}
	must_load(m, err, "writes", item);
	if (size > 1)
		must_be_refused(
			m, TRY(m, 0, ON_ARGUMENT(arg, WRITE(BPF_B, 2, off, 0))),
			"writes one byte of", item);
}

static void the_rules_of_an_argument(const struct checked *m, int arg)
{
	const struct btf_type *t =
		without_modifiers(m->btf, btf_params(m->proto)[arg].type);
	const char *name;
	int i, err;

	if (!btf_is_ptr(t))
		return;
	t = without_modifiers(m->btf, t->type);
	if (!btf_is_struct(t))
		return;
	name = name_of(m, t->name_off);
	for (i = 0; i < btf_vlen(t); i++)
		the_rules_of_a_field(m, arg, t, &btf_members(t)[i]);

	must_be_refused(m,
			TRY(m, 0, ON_ARGUMENT(arg, WRITE(BPF_B, 2, t->size, 0))),
			"writes past the end of", name);
	must_be_refused(m,
			TRY(m, 0, ON_ARGUMENT(arg, READ(BPF_B, 3, 2, t->size))),
			"reads past the end of", name);
	err = TRY(m, 0, READ(BPF_DW, 2, 1, 8 * arg), READ(BPF_B, 3, 2, 0));
	if (parameter_ends(m, arg, "__nullable"))
		must_be_refused(m, err, "does not check for NULL its", name);
	else
		must_load(m, err, "reads the first byte of", name);
}

static void the_rules_of_a_member(const struct checked *m)
{
	int i, err = TRY(m, 0, NOTHING);

	/* A reference has to be given back, and older kernels hand out none. */
	if (parameter_ends(m, -1, "__ref")) {
		must_be_refused(m, err, "loses", "its reference");
		the_rules_of_kfuncs(m);
		return;
	}
	must_load(m, err, "does", "nothing");
	the_rule_of_sleep(m);
	the_rules_of_the_context(m);
	the_rules_of_helpers(m);
	the_rule_of_functions(m);
	the_rule_of_foreign_kfuncs(m);
	the_rules_of_kfuncs(m);
	for (i = 0; i < btf_vlen(m->proto); i++)
		the_rules_of_an_argument(m, i);
}

static const struct btf_type *stub_of(const struct checked *m)
{
	char name[256];
	int id;

	snprintf(name, sizeof(name), "%s__%s", m->rules->type, m->name);
	id = btf__find_by_name_kind(m->btf, name, BTF_KIND_FUNC);
	if (id < 0)
		return NULL;
	return btf__type_by_id(m->btf, btf__type_by_id(m->btf, id)->type);
}

void rules_hold(const struct rules *rules)
{
	struct checked m = { .rules = rules };
	const struct btf_type *type;
	int members = 0;

	tried = 0;
	may_sleep = (struct names){ "may_sleep", rules->may_sleep, "", 0 };
	may_write = (struct names){ "may_write", rules->may_write, "", 0 };
	may_call =
		(struct names){ "may_call", rules->may_call,
				"; is the kfunc in the list of OPSMOD_KFUNCS()?",
				0 };
	m.vmlinux = btf__load_vmlinux_btf();
	m.btf = btf__load_module_btf(MODULE_NAME, m.vmlinux);
	assert_non_null(m.btf);
	raw_type_find(&m.raw, MODULE_NAME, rules->type);
	type = btf__type_by_id(m.btf, m.raw.id);

	for (m.index = 0; m.index < btf_vlen(type); m.index++) {
		const struct btf_member *member = &btf_members(type)[m.index];
		const struct btf_type *t = without_modifiers(m.btf, member->type);

		if (!btf_is_ptr(t))
			continue;
		m.proto = without_modifiers(m.btf, t->type);
		if (!btf_is_func_proto(m.proto))
			continue;
		m.name = name_of(&m, member->name_off);
		m.stub = stub_of(&m);
		the_rules_of_a_member(&m);
		members++;
	}

	print_message("# %d programs for %d members\n", tried, members);
	if (!members)
		fail_msg("%s has no function", rules->type);
	all_are_met(&may_sleep);
	all_are_met(&may_write);
	all_are_met(&may_call);
	close(m.raw.btf_fd);
	btf__free(m.btf);
	btf__free(m.vmlinux);
}
