// SPDX-License-Identifier: GPL-2.0-only
/*
 * opsctl doctor of a module's file, and of what keeps a module busy. What it says of a
 * file is compared with what the kernel does with that file.
 */
#include "lib.h"
#include "opsctl.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#define MAIN MODULE_NAME ".ko"
#define TMP "/tmp/ko"
#define CHANGED TMP "/changed.ko"
#define SIG_ENFORCE "/sys/module/module/parameters/sig_enforce"

static struct table table;

static void write_text(const char *path, const char *text, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);

	assert_return_code(fd, errno);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

static void examine(const char *words, int status)
{
	char line[128];

	snprintf(line, sizeof(line), "-j doctor %s", words);
	assert_int_equal(status_of(line), status);
	json_end();
	json = json_of_text(opsctl.said);
}

static void found(const char *check, const char *level, const char *text)
{
	struct json_object *f = json_find(json, "check", check);

	assert_string_equal(json_text_at(f, "level"), level);
	if (!strstr(json_text_at(f, "found"), text))
		fail_msg("%s: expected '%s', got: %s", check, text,
			 json_text_at(f, "found"));
}

static void not_found(const char *check)
{
	size_t i;

	for (i = 0; i < json_object_array_length(json); i++)
		assert_string_not_equal(
			json_text_at(json_object_array_get_idx(json, i), "check"),
			check);
}

/* Copies the module's file, with the first OLD in it replaced; they are equally long. */
static void change(const char *old, const char *new)
{
	static char ko[8 * 1024 * 1024];
	FILE *f = fopen(MAIN, "re");
	size_t size;
	char *at;

	assert_non_null(f);
	size = fread(ko, 1, sizeof(ko), f);
	assert_in_range(size, 1, sizeof(ko) - 1);
	fclose(f);
	at = memmem(ko, size, old, strlen(old));
	assert_non_null(at);
	assert_int_equal(strlen(old), strlen(new));
	memcpy(at, new, strlen(new));
	f = fopen(CHANGED, "we");
	assert_non_null(f);
	assert_int_equal(fwrite(ko, 1, size, f), size);
	fclose(f);
}

static void a_good_file_loads(void **state)
{
	examine(MAIN, 0);
	found("file", "ok", MAIN " has module " MODULE_NAME);
	found("file-vermagic", "ok", "was built for this kernel");
	found("file-btf", "ok", "has BTF that fits this kernel");
	found("file-types", "ok", "offers bpf_testmod_ops");
	found("file-signature", "ok", "is unsigned, and need not be");
	not_found("file-kfuncs");
	not_found("file-proc");
	assert_int_equal(module_load(MAIN, ""), 0);
	examine(MAIN, 0);
	found("file", "warning", "which is loaded already");
}

static void btf_that_is_no_good_is_named(void **state)
{
	examine(MODULE_NAME "-nobtf.ko", 2);
	found("file-btf", "fatal", "has no BTF, so it can offer no type");
	not_found("file-types");
	assert_int_equal(module_load(MODULE_NAME "-nobtf.ko", ""), ENODATA);

	examine(MODULE_NAME "-foreign.ko", 2);
	found("file-btf", "fatal", "has BTF that does not fit this kernel");
	assert_int_not_equal(module_load(MODULE_NAME "-foreign.ko", ""), 0);
}

/* The kernel's configuration tells how it takes such BTF: here in one of its places. */
static void insmods_words_are_foretold(void **state)
{
	int err = module_load(MODULE_NAME "-foreign.ko", "");
	struct utsname uts;
	char path[128];

	mkdir("/boot", 0755);
	uname(&uts);
	snprintf(path, sizeof(path), "/boot/config-%s", uts.release);
	write_text(path,
		   err == ENODATA ? "CONFIG_MODULE_ALLOW_BTF_MISMATCH=y\n"
				  : "CONFIG_BPF=y\n",
		   0644);
	status_of("-j doctor " MODULE_NAME "-foreign.ko");
	json_end();
	json = json_of_text(opsctl.said);
	unlink(path);
	if (err == ENODATA)
		found("file-btf", "fatal", "insmod then says: No data available");
	else
		found("file-btf", "fatal", "insmod then says: Invalid argument");
	assert_true(err == ENODATA || err == EINVAL);
}

/* A kernel with checksums takes a module of another one, if they all fit. */
static void another_kernels_module_is_named(void **state)
{
	char old[128], new[128];
	struct json_object *f;
	struct utsname uts;
	int err;

	uname(&uts);
	snprintf(old, sizeof(old), "vermagic=%s", uts.release);
	snprintf(new, sizeof(new), "%s", old);
	change(old, new);
	examine(CHANGED, 0);
	/* Another release, of as many characters. */
	new[strlen("vermagic=")] = '5';
	change(old, new);
	status_of("-j doctor " CHANGED);
	json_end();
	json = json_of_text(opsctl.said);
	f = json_find(json, "check", "file-vermagic");
	assert_non_null(strstr(json_text_at(f, "found"), "was built for kernel"));
	err = module_load(CHANGED, "");
	assert_string_equal(json_text_at(f, "level"), err ? "fatal" : "warning");
	assert_int_equal(err == 0 || err == ENOEXEC, 1);
}

/* It has another name, and all else is the same as in the module that is loaded. */
static void clashes_with_a_loaded_module_are_named(void **state)
{
	change("name=" MODULE_NAME, "name=bpf_testmof");
	examine(CHANGED, 0);
	found("file-types", "ok", "module bpf_testmof offers");
	not_found("file-kfuncs");
	not_found("file-proc");

	assert_int_equal(module_load(MAIN, ""), 0);
	examine(CHANGED, 2);
	found("file-types", "warning",
	      "type bpf_testmod_ops is " MODULE_NAME "'s, too");
	found("file-kfuncs", "fatal",
	      "kfunc bpf_testmod_event_data is " MODULE_NAME "'s, too");
	found("file-proc", "warning",
	      "may want to make " TRIGGER ", which is there");
}

static void a_signature_that_is_wanted_is_named(void **state)
{
	static const char end[] = "~Module signature appended~\n";
	int fd;

	write_text(TMP "/yes", "Y\n", 0600);
	assert_return_code(mount(TMP "/yes", SIG_ENFORCE, NULL, MS_BIND, NULL),
			   errno);
	examine(MAIN, 2);
	found("file-signature", "fatal",
	      "is not signed, and module.sig_enforce is on");

	change("vermagic=", "vermagic=");
	fd = open(CHANGED, O_WRONLY | O_APPEND | O_CLOEXEC);
	assert_return_code(fd, errno);
	assert_int_equal(write(fd, end, strlen(end)), strlen(end));
	close(fd);
	examine(CHANGED, 0);
	found("file-signature", "ok", "is signed; whether by a key");
	assert_return_code(umount(SIG_ENFORCE), errno);
}

static void what_is_no_module_is_refused(void **state)
{
	examine("opsctl", 2);
	found("file", "fatal", "it is no kernel module");
	not_found("file-btf");
	examine("programs/tables.bpf.o", 2);
	found("file", "fatal", "it is no kernel module");
	examine("/tmp", 2);
	found("file", "fatal", "it is no regular file");
	examine("run", 2);
	found("file", "fatal", "it is no ELF file");
	examine("nowhere.ko", 2);
	found("file", "fatal", "No such file");
}

/* Every beginning of a file is a damaged one. */
static void damaged_files_are_survived(void **state)
{
	struct stat st;
	off_t size;

	change("vermagic=", "vermagic=");
	assert_return_code(stat(CHANGED, &st), errno);
	for (size = st.st_size * 3 / 4; size > 64; size /= 3) {
		assert_return_code(truncate(CHANGED, size), errno);
		examine(CHANGED, 2);
	}
}

static void what_keeps_a_module_busy_is_named(void **state)
{
	assert_int_equal(module_load(MAIN, ""), 0);
	examine("--module " MODULE_NAME, 0);
	found("module-users", "ok", "nobody uses module " MODULE_NAME);

	succeeds("attach programs/tables.bpf.o --map first --pin /sys/fs/bpf");
	examine("--module " MODULE_NAME, 0);
	found("module-users", "ok", "table first, id ");
	found("module-users", "ok", ", attached");
	succeeds("detach first");

	/* Nobody has attached it, and its map is pinned. */
	table_load(&table, "programs/tables.bpf.o", "first");
	table_must_be_loaded(&table);
	assert_int_equal(bpf_map__pin(table.map, "/sys/fs/bpf/first"), 0);
	table_free(&table);
	assert_int_not_equal(module_unload(), 0);
	examine("--module " MODULE_NAME, 0);
	found("module-users", "ok",
	      ", not attached, its map pinned at /sys/fs/bpf/first");
	assert_return_code(unlink("/sys/fs/bpf/first"), errno);
}

/* With TMP/pahole, which says that it is an old one. */
static void use_old_pahole(void)
{
	setenv("PATH", TMP ":/bin", 1);
}

static void examine_headers(void (*become)(void))
{
	start(&opsctl, "-j doctor --kdir " TMP, become);
	assert_int_equal(process_wait(&opsctl), 0);
	json_end();
	json = json_of_text(opsctl.said);
}

static void pahole_is_compared_with_the_headers(void **state)
{
	write_text(TMP "/Makefile", "", 0644);
	examine_headers(NULL);
	found("pahole", "warning", "no pahole: modules get no BTF");

	write_text(TMP "/pahole", "#!/bin/sh\necho v1.24\n", 0755);
	examine_headers(use_old_pahole);
	found("pahole", "ok", "pahole 1.24");

	assert_return_code(mkdir(TMP "/include", 0755), errno);
	assert_return_code(mkdir(TMP "/include/config", 0755), errno);
	write_text(TMP "/include/config/auto.conf",
		   "CONFIG_PAHOLE_VERSION=124\n", 0644);
	examine_headers(use_old_pahole);
	found("pahole", "ok", "pahole 1.24");
	write_text(TMP "/include/config/auto.conf",
		   "CONFIG_PAHOLE_VERSION=130\n", 0644);
	examine_headers(use_old_pahole);
	found("pahole", "warning",
	      "pahole 1.24 is older than 1.30, which the headers are for");
}

static int setup(void **state)
{
	return mkdir(TMP, 0755);
}

static int teardown(void **state)
{
	json_end();
	umount(SIG_ENFORCE);
	unlink("/sys/fs/bpf/first");
	table_free_all();
	if (access("/sys/module/" MODULE_NAME, F_OK) == 0)
		module_unload_soon();
	return process_run(&opsctl,
			   (const char *const[]){ "/bin/rm", "-rf", TMP, NULL });
}

#define ko_test(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ko_test(a_good_file_loads),
		ko_test(btf_that_is_no_good_is_named),
		ko_test(insmods_words_are_foretold),
		ko_test(another_kernels_module_is_named),
		ko_test(clashes_with_a_loaded_module_are_named),
		ko_test(a_signature_that_is_wanted_is_named),
		ko_test(what_is_no_module_is_refused),
		ko_test(damaged_files_are_survived),
		ko_test(what_keeps_a_module_busy_is_named),
		ko_test(pahole_is_compared_with_the_headers),
	};

	return run_all(tests);
}
