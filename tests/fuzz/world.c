// SPDX-License-Identifier: GPL-2.0-only
/* The modules that are fuzzed, what must be left of an input, and what the kernel says. */
#include "lib.h"

#include <errno.h>
#include <fcntl.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>

#include "fuzz.h"

struct type types[NR_TYPES] = {
	[DEMO] = { MODULE_NAME, "bpf_testmod_ops", 5, 3, {} },
	[SCRIBE] = { "scribe", "scribe_ops", 2, 1, {} },
	[TURNSTILE] = { "turnstile", "turnstile_rule", 2, 0, {} },
};

struct kfunc kfuncs[NR_KFUNCS] = {
	[EVENT_DATA] = { "bpf_testmod_event_data", DEMO, 0 },
	[COPY_FROM_USER] = { "bpf_copy_from_user_str", -1, 0 },
	[NOTE_NEW] = { "scribe_note_new", SCRIBE, 0 },
	[NOTE_PUT] = { "scribe_note_put", SCRIBE, 0 },
	[NOTE_COPY] = { "scribe_note_copy", SCRIBE, 0 },
	{ "scribe_byte", SCRIBE, 0 },
	{ "scribe_set_byte", SCRIBE, 0 },
	{ "turnstile_asked", TURNSTILE, 0 },
	{ "turnstile_return", TURNSTILE, 0 },
};

struct shared *shared;
int inside_map;
long *inside;

/* Where the log was read to, what a healthy kernel never says, and what it is now. */
static int log_fd;
static regex_t splats;
static long tainted;

void found(const char *format, ...)
{
	va_list args;

	if (shared->finding[0])
		return;
	va_start(args, format);
	vsnprintf(shared->finding, sizeof(shared->finding), format, args);
	va_end(args);
}

int write_to(int fd, const void *bytes, size_t size)
{
	ssize_t n = write(fd, bytes, size);

	return n < 0 ? -errno : n;
}

int write_once(const char *path, const void *bytes, size_t size)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), n;

	if (fd < 0)
		return -errno;
	n = write_to(fd, bytes, size);
	close(fd);
	return n;
}

static long read_number(const char *format, const char *name)
{
	char path[128], text[32] = "";
	int fd;

	snprintf(path, sizeof(path), format, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || read(fd, text, sizeof(text) - 1) < 0)
		strcpy(text, "-1");
	close(fd);
	return strtol(text, NULL, 10);
}

unsigned long blocks_covered(void)
{
	long blocks =
		read_number("/sys/module/%s/parameters/blocks", "opsmod_cover");

	return blocks < 0 ? 0 : blocks;
}

int mapped_map(size_t size, void **value)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts, .map_flags = BPF_F_MMAPABLE);
	int map = bpf_map_create(BPF_MAP_TYPE_ARRAY, NULL, 4, size, 1, &opts);

	assert_return_code(map, errno);
	*value = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, map, 0);
	assert_ptr_not_equal(*value, MAP_FAILED);
	return map;
}

static long taint(void)
{
	return read_number("/proc/sys/kernel/%s", "tainted");
}

/* The patterns of scripts/lab.d/splats as one. */
static void read_splats(void)
{
	char pattern[4096] = "", line[256];
	FILE *f = fopen("seeds/splats.patterns", "re");

	assert_non_null(f);
	while (fgets(line, sizeof(line), f)) {
		line[strcspn(line, "\n")] = '\0';
		if (*line == '#' || !*line)
			continue;
		assert_true(strlen(pattern) + strlen(line) + 2 < sizeof(pattern));
		if (*pattern)
			strcat(pattern, "|");
		strcat(pattern, line);
	}
	fclose(f);
	assert_int_equal(regcomp(&splats, pattern, REG_EXTENDED | REG_NOSUB), 0);
}

void kernel_complained(void)
{
	char record[8192], *text;
	ssize_t n;

	while ((n = read(log_fd, record, sizeof(record) - 1)) > 0 ||
	       errno == EPIPE) {
		if (n < 0)
			continue;
		record[n] = '\0';
		text = strchr(record, ';');
		/* Lines that a process wrote are not the kernel's. */
		if (!text || strtoul(record, NULL, 10) >> 3)
			continue;
		text[strcspn(text, "\n")] = '\0';
		if (!regexec(&splats, text, 0, NULL, 0))
			found("the kernel says: %s", text + 1);
	}
	if (taint() != tainted)
		found("the kernel is tainted: %ld, not %ld", taint(), tainted);
}

static void load(const struct type *t)
{
	char file[64];
	int err;

	snprintf(file, sizeof(file), "%s.ko", t->module);
	err = module_load(file, "");
	if (err && err != EEXIST)
		found("%s cannot be loaded: %s", t->module, strerror(err));
	if (t == &types[DEMO])
		module_set_log(false);
}

/* The ids stay the same: it is the same module. */
void world_renew(void)
{
	int i;

	for (i = 0; i < NR_TYPES; i++) {
		load(&types[i]);
		close(types[i].raw.btf_fd);
		types[i].raw.btf_fd = raw_btf_find(types[i].module);
	}
}

static void find_kfuncs(void)
{
	struct btf *vmlinux = btf__load_vmlinux_btf();
	int i, id;

	for (i = 0; i < NR_KFUNCS; i++) {
		struct kfunc *k = &kfuncs[i];
		struct btf *btf = vmlinux;

		if (k->type >= 0)
			btf = btf__load_module_btf(types[k->type].module,
						   vmlinux);
		id = btf__find_by_name_kind(btf, k->name, BTF_KIND_FUNC);
		if (id < 0)
			fail_msg("there is no kfunc %s", k->name);
		k->id = id;
		if (btf != vmlinux)
			btf__free(btf);
	}
	btf__free(vmlinux);
}

void world_begin(void)
{
	int i;

	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(shared, MAP_FAILED);
	read_splats();
	log_fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	assert_true(log_fd >= 0);
	lseek(log_fd, 0, SEEK_END);
	for (i = 0; i < NR_TYPES; i++) {
		load(&types[i]);
		if (shared->finding[0])
			fail_msg("%s", shared->finding);
		raw_type_find(&types[i].raw, types[i].module, types[i].name);
	}
	find_kfuncs();
	/* By modules that are not of the kernel's tree. */
	tainted = taint();
	inside_map = mapped_map(TABLES_MAX * sizeof(*inside), (void **)&inside);
}

/* What there is of struct_ops, by the ids of one kind. */
static int count(int (*next)(__u32, __u32 *), int (*open_id)(__u32),
		 __u32 struct_ops)
{
	union {
		struct bpf_prog_info prog;
		struct bpf_link_info link;
	} info;
	__u32 id = 0, len;
	int n = 0, fd;

	while (!next(id, &id)) {
		fd = open_id(id);
		if (fd < 0)
			continue;
		memset(&info, 0, sizeof(info));
		/* Both begin with the type. */
		len = sizeof(__u32);
		if (!bpf_obj_get_info_by_fd(fd, &info, &len))
			n += info.prog.type == struct_ops;
		close(fd);
	}
	return n;
}

/* Says what is left, and returns false where it is nothing. */
static bool is_left(char *what, size_t size)
{
	long users = 0;
	int i, n, maps = raw_delete_tables();
	int links = count(bpf_link_get_next_id, bpf_link_get_fd_by_id,
			  BPF_LINK_TYPE_STRUCT_OPS);
	int programs = count(bpf_prog_get_next_id, bpf_prog_get_fd_by_id,
			     BPF_PROG_TYPE_STRUCT_OPS);
	long notes = read_number("/sys/module/%s/parameters/notes", "scribe");

	n = snprintf(what, size, "%d maps, %d links, %d programs, %ld notes",
		     maps, links, programs, notes);
	for (i = 0; i < NR_TYPES; i++) {
		long refs = read_number("/sys/module/%s/refcnt", types[i].module);

		users += refs;
		n += snprintf(what + n, size - n, ", %s in use: %ld",
			      types[i].module, refs);
	}
	return maps || links || programs || notes || users;
}

#define SETTLE_SECONDS 30

void world_settle(void)
{
	char what[200] = "", line[32];
	int i, err;

	world_renew();
	write_once(TRACING, "0", 1);
	for (i = 0; i < 8; i++) {
		sprintf(line, "remove %d", i);
		write_once("/proc/turnstile", line, strlen(line));
	}
	for (i = 0; i < SETTLE_SECONDS * 50 && is_left(what, sizeof(what)); i++)
		usleep(20000);
	if (is_left(what, sizeof(what))) {
		found("left after %d s: %s", SETTLE_SECONDS, what);
		return;
	}
	for (i = 0; i < NR_TYPES; i++) {
		err = module_unload_named(types[i].module);
		if (err)
			found("%s cannot be unloaded: %s", types[i].module,
			      strerror(err));
	}
	world_renew();
	kernel_complained();
}
