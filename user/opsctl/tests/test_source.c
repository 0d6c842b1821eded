// SPDX-License-Identifier: GPL-2.0-only
/*
 * opsctl new: what it prints of each type of this kernel and of our modules is what was
 * compiled, as source/compile has it, and the kernel takes these tables. clang is not here:
 * source/TYPE.bpf.c and source/TYPE.bpf.o come from where the tests were built.
 */
#include "lib.h"
#include "opsctl.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PIN " --pin /sys/fs/bpf"
#define GATES "/proc/turnstile"

/* Modules with types; none of these has a type of another one's name. */
static const char *const modules[] = {
	MODULE_NAME,  "opsmod_second", "opsmod_permit",
	"opsmod_kit", "scribe",	       "turnstile",
};

/*
 * Types whose table of programs that do nothing cannot be attached as it is: the error, and
 * with what option it is attached all the same, if there is one. Loading works: it is no
 * program that the kernel refuses.
 */
static const struct refusal {
	const char *type;
	const char *error;
	const char *cure;
} refusals[] = {
	/* net/bpf/bpf_dummy_struct_ops.c: for BPF_PROG_TEST_RUN alone. */
	{ "bpf_dummy_ops", "Operation not supported", NULL },
	/* drivers/hid/bpf: hid_id is the number of a device, and there is none. */
	{ "hid_bpf_ops", "hid_id = 0", NULL },
	/* io_uring: ring_fd is a descriptor of the process that attaches. */
	{ "io_uring_bpf_ops", "ring_fd = 0 is no ring of opsctl", NULL },
	/* kernel/sched/ext.c: what an arena is for has to be written. */
	{ "sched_ext_ops_cid", "must use a BPF arena map", NULL },
	/* Our own: types that can be loaded only, and a rule without a gate. */
	{ "many_ops", "Operation not supported", NULL },
	{ "few_ops", "Operation not supported", NULL },
	{ "permit_ops", "Operation not supported", NULL },
	{ "permit_other_ops", "Operation not supported", NULL },
	{ "turnstile_rule", "there is no gate 0", " --set gate=1" },
};

static const struct refusal *refusal_of(const char *type)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(refusals); i++) {
		if (!strcmp(refusals[i].type, type))
			return &refusals[i];
	}
	return NULL;
}

/* The objects are not there where opsctl cannot run as they are built. */
static void need_objects(void)
{
	if (access("source/none", F_OK) == 0) {
		print_message("# opsctl was built for another architecture\n");
		skip();
	}
}

/* The next line of a source but for the one that names the file with the BTF. */
static char *next_line(char **rest)
{
	char *line;

	do {
		line = strsep(rest, "\n");
	} while (line && !strncmp(line, " *   bpftool ", 13));
	return line;
}

static void must_be_what_was_compiled(const char *type, char *said)
{
	char line[128], *a, *b, *expected = NULL;
	size_t size = 0;
	char *free_me;
	FILE *f;

	snprintf(line, sizeof(line), "source/%s.bpf.c", type);
	f = fopen(line, "re");
	if (!f)
		fail_msg("there is no %s", line);
	assert_true(getdelim(&expected, &size, '\0', f) > 0);
	fclose(f);
	free_me = expected;
	do {
		a = next_line(&expected);
		b = next_line(&said);
		if (!a != !b || (a && strcmp(a, b)))
			fail_msg("%s: compiled '%s', printed here '%s'", type,
				 a ?: "(end)", b ?: "(end)");
	} while (a);
	free(free_me);
}

/* Calls LOOK with each type of MODULE; returns how many there are. */
static int each_type(const char *module, void (*look)(const char *type))
{
	struct json_object *all;
	size_t i;
	int n = 0;

	json_of("types");
	all = json_object_get(json);
	for (i = 0; i < json_object_array_length(all); i++) {
		struct json_object *t = json_object_array_get_idx(all, i);

		if (strcmp(json_text_at(t, "module"), module))
			continue;
		look(json_text_at(t, "name"));
		n++;
	}
	json_object_put(all);
	return n;
}

static void each_type_of_modules(void (*look)(const char *type))
{
	char file[64];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(modules); i++) {
		snprintf(file, sizeof(file), "%s.ko", modules[i]);
		assert_int_equal(module_load(file, ""), 0);
		assert_in_range(each_type(modules[i], look), 1, 10);
		module_unload_named_soon(modules[i]);
	}
}

static void look_at_source(const char *type)
{
	char line[128];

	snprintf(line, sizeof(line), "new %s", type);
	succeeds(line);
	must_be_what_was_compiled(type, opsctl.said);
}

static void the_kernel_has_what_was_compiled(void **state)
{
	need_objects();
	assert_in_range(each_type("vmlinux", look_at_source), 2, 100);
}

static void modules_have_what_was_compiled(void **state)
{
	need_objects();
	each_type_of_modules(look_at_source);
}

/* Makes the gate for the rule. */
static void make_gate(void)
{
	int gates = open(GATES, O_WRONLY | O_CLOEXEC);

	assert_return_code(gates, errno);
	assert_int_equal(write(gates, "add 1", 5), 5);
	close(gates);
}

static void attach_and_detach(const char *type)
{
	const struct refusal *refusal = refusal_of(type);
	char line[128];

	if (refusal) {
		snprintf(line, sizeof(line), "attach source/%s.bpf.o", type);
		fails(2, line, refusal->error);
		snprintf(line, sizeof(line), "attach source/%s.bpf.o --dry-run",
			 type);
		succeeds(line);
		if (!refusal->cure)
			return;
		make_gate();
	}
	snprintf(line, sizeof(line), "attach source/%s.bpf.o" PIN "%s", type,
		 refusal ? refusal->cure : "");
	succeeds(line);
	json_of("list");
	assert_true(json_object_get_boolean(
		json_at(json_find(json, "type", type), "attached")));
	succeeds("detach /sys/fs/bpf/mine");
}

static void the_kernel_takes_its_tables(void **state)
{
	need_objects();
	each_type("vmlinux", attach_and_detach);
}

static void modules_take_their_tables(void **state)
{
	need_objects();
	each_type_of_modules(attach_and_detach);
}

/* The command in the comment makes a vmlinux.h with the types of a module, and the kernel's. */
static void the_comment_names_the_btf_of_the_module(void **state)
{
	static struct process bpftool;
	static const char *const argv[] = {
		"/bin/sh", "-c",
		"PATH=.:$PATH && opsctl new bpf_testmod_ops |"
		" sed -n 's/^ \\*   \\(bpftool .*\\) >vmlinux.h/\\1/p' >/tmp/line &&"
		" . /tmp/line | grep -E '^struct (bpf_testmod_ops|tcp_congestion_ops) .$'",
		NULL
	};

	assert_int_equal(process_run(&bpftool, argv), 0);
	assert_non_null(strstr(bpftool.said, "struct bpf_testmod_ops {\n"));
	assert_non_null(strstr(bpftool.said, "struct tcp_congestion_ops {\n"));
}

static void members_can_be_chosen(void **state)
{
	succeeds("new bpf_testmod_ops --member filter --member test_2");
	said("int BPF_PROG(mine_test_2, int a, int b)\n");
	said("SEC(\"struct_ops/filter\")\n");
	said("\t.filter = (void *)mine_filter,\n");
	said("\t.name = \"mine\",\n");
	said_nothing_of("test_1");
	said_nothing_of("prepare");
	/* Nobody gets this one unless asked for: it can be no program. */
	succeeds("new tcp_congestion_ops");
	said(" * Left out: get_info (takes no program)\n");
	said_nothing_of("mine_get_info");
	succeeds("new tcp_congestion_ops --member get_info");
	said("BPF_PROG(mine_get_info, ");
}

static void wrong_names_are_refused(void **state)
{
	fails_at_once(
		2, "new bpf_testmod_op",
		"no struct_ops type 'bpf_testmod_op' in the kernel or a loaded module ('opsctl types' lists them); is it bpf_testmod_ops?");
	fails_at_once(2, "new nothing_like_it", "'opsctl types' lists them");
	said_nothing_of("is it");
	fails_at_once(
		2, "new bpf_testmod_ops --member fliter",
		"bpf_testmod_ops has no member 'fliter' ('opsctl types bpf_testmod_ops' lists them); is it filter?");
	fails_at_once(
		1, "new bpf_testmod_ops --member flags",
		"--member takes a function, and 'flags' of bpf_testmod_ops is data");
	/* Nothing is printed of what is right. */
	fails(2, "new bpf_testmod_ops --member filter --member nothing",
	      "has no member 'nothing'");
	said_nothing_of("SEC(");
	fails_at_once(1, "new", "new takes one name of a type");
	fails_at_once(1, "new bpf_testmod_ops other_ops",
		      "new takes one name of a type");
	fails_at_once(1, "new bpf_testmod_ops --member",
		      "option '--member' requires an argument");
	fails_at_once(1, "new bpf_testmod_ops --base-btf x",
		      "--base-btf is for --btf");
	fails_at_once(2, "new bpf_testmod_ops --btf /no/file",
		      "cannot read the BTF of /no/file: No such file");
	fails_at_once(2, "new bpf_testmod_ops --btf /init",
		      "cannot read the BTF of /init: ");
}

/* A module's file needs the kernel's BTF: this one's is taken, if none is named. */
static void a_file_stands_for_the_machine(void **state)
{
	succeeds("new second_ops --btf opsmod_second.ko");
	said(" *   bpftool -B /sys/kernel/btf/vmlinux btf dump file opsmod_second.ko format c >vmlinux.h\n");
	said("A table of the type second_ops (opsmod_second).\n");
	succeeds("new second_ops --btf opsmod_second.ko --base-btf /sys/kernel/btf/vmlinux");
	said("int BPF_PROG(mine_second, int ");
	fails_at_once(
		2, "new bpf_testmod_ops --btf opsmod_second.ko",
		"no struct_ops type 'bpf_testmod_ops' in opsmod_second.ko; it has: second_");
}

/* libbpf may take the one for the other, so the user says which. */
static void a_name_of_two_modules_is_refused(void **state)
{
	module_rename("opsmod_second", "opsmod_zecond", "/tmp/zecond.ko");
	assert_int_equal(module_load("opsmod_second.ko", ""), 0);
	assert_int_equal(module_load("/tmp/zecond.ko", ""), 0);
	fails_at_once(2, "new second_ops",
		      "more than one module has a type second_ops");
	said("--btf /sys/kernel/btf/opsmod_second or --btf /sys/kernel/btf/opsmod_zecond");
	succeeds("new second_ops --btf /sys/kernel/btf/opsmod_zecond");
	said(" *   bpftool btf dump file /sys/kernel/btf/opsmod_zecond format c >vmlinux.h\n");
	module_unload_named_soon("opsmod_zecond");
	module_unload_named_soon("opsmod_second");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_kernel_has_what_was_compiled),
		cmocka_unit_test(modules_have_what_was_compiled),
		cmocka_unit_test(the_kernel_takes_its_tables),
		cmocka_unit_test(modules_take_their_tables),
		module_test(the_comment_names_the_btf_of_the_module),
		module_test(members_can_be_chosen),
		module_test(wrong_names_are_refused),
		cmocka_unit_test(a_file_stands_for_the_machine),
		cmocka_unit_test(a_name_of_two_modules_is_refused),
	};

	return run_all(tests);
}
