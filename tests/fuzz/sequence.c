// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sequences of calls by two processes, which share nothing but what the kernel has. Each
 * table counts the calls that are inside it: after a detach there are none.
 */
#include "lib.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/version.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "bpf_testmod.h"
#include "fuzz.h"
#include "task.h"

#define SLOTS 4

/* The table is an index of inside[], or -1 where that is not known. */
static struct {
	int fd;
	int type;
	int table;
	bool foreign;
} maps[SLOTS] = { [0 ... SLOTS - 1] = { .fd = -1 } };
static struct {
	int fd;
	int type;
	int table;
} links[SLOTS] = { [0 ... SLOTS - 1] = { .fd = -1, .table = -1 } };
static int scribes[2] = { -1, -1 }, me;

/* Bytes of the next call that are to be wrong, and of the next value. */
static struct {
	unsigned char bits;
	unsigned int at;
	bool value;
} flaw;

static void spoil(void *bytes, size_t size, bool value)
{
	if (!flaw.bits || flaw.value != value)
		return;
	((unsigned char *)bytes)[flaw.at % size] ^= flaw.bits;
	flaw.bits = 0;
	/* Nobody knows what such a call has attached. */
	shared->foreign |= !value;
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static int fill_later(const void *ms)
{
	usleep(*(const int *)ms * 1000);
	missing_page_fill();
	return 0;
}

/* Whoever reads the page sleeps for a while, until tasks_join(). */
static void page_goes(unsigned int bits)
{
	static const int ms[] = { 1, 3, 10, 40 };
	static struct task filler;

	madvise(MISSING_PAGE, PAGE, MADV_DONTNEED);
	task_start(&filler, fill_later, &ms[bits % 4]);
}

/* Adds to the count of the table, which register 6 points to. */
#define COUNT_CALL(by) \
	SET(BPF_REG_1, by), ATOMIC(BPF_ADD, BPF_DW, BPF_REG_6, 0, BPF_REG_1)

/* A program that counts, sleeps if it may and the page is missing, and returns. */
static int make_program(int type, unsigned int member, int table, int result)
{
	bool sleeps = member == types[type].sleeper;
	struct code c = {};

	emit(&c, SET_VALUE(BPF_REG_6, inside_map, table * sizeof(*inside)),
	     COUNT_CALL(1));
	if (sleeps)
		emit(&c, MOVE(BPF_REG_1, BPF_REG_10), ADD(BPF_REG_1, -8),
		     SET(BPF_REG_2, 8),
		     SET_64(0, BPF_REG_3, 0, (unsigned long)MISSING_PAGE >> 32),
		     SET(BPF_REG_4, 0), CALL_KFUNC(COPY_FROM_USER));
	emit(&c, COUNT_CALL(-1), SET(BPF_REG_0, result), EXIT);
	return code_load(&c, type, member, sleeps);
}

/* Nobody is inside a table that a call took out, where its model promises that. */
static void must_be_empty(int type, int table)
{
	/* Where modules can get references, a detach of scribe's does not wait. */
	if (type == SCRIBE && kernel_version() >= KERNEL_VERSION(6, 19, 0))
		return;
	if (table >= 0 && inside[table] && !shared->foreign)
		found("%ld calls are inside a table of %s that was detached",
		      inside[table], types[type].name);
}

/* Nobody else has it open, unless the other process took it by its id. */
static void close_link(int link)
{
	int table = links[link].table;

	close_fd(&links[link].fd);
	links[link].table = -1;
	if (!shared->links_taken)
		must_be_empty(links[link].type, table);
}

static void op_create(int a, int b, int c)
{
	int i = b % SLOTS, type = a % NR_TYPES;
	union bpf_attr attr;

	close_fd(&maps[i].fd);
	if (flaw.bits && !flaw.value) {
		raw_map_attr(&attr, &types[type].raw, inside_map, BPF_F_LINK);
		spoil(&attr, 64, false);
		/* Another type of map might ask for all memory. */
		attr.map_type = BPF_MAP_TYPE_STRUCT_OPS;
		maps[i].fd = raw_bpf(BPF_MAP_CREATE, &attr);
	} else {
		maps[i].fd = map_create(type, b & 0x30 ? BPF_F_LINK : 0);
	}
	maps[i].type = type;
	maps[i].table = -1;
	maps[i].foreign = false;
}

static void op_update(int a, int b, int c)
{
	int i = a % SLOTS, type = maps[i].type, table, fds[8], n = 0, ret;
	unsigned int members = b, m;
	char value[PAGE] = "";

	if (maps[i].fd < 0)
		return;
	table = atomic_fetch_add(&shared->tables, 1) % TABLES_MAX;
	members |= 1 << types[type].sleeper;
	for (m = 0; m < types[type].functions; m++) {
		int result = type == TURNSTILE ? c & 3
			     : c & 0x40	       ? -(c & 7)
					       : 0;

		/* A pass that a program got has to be returned: leave it to the stub. */
		if (!(members & 1 << m) || (type == TURNSTILE && m == 1))
			continue;
		fds[n] = make_program(type, m, table, result);
		value_function(value, m, fds[n]);
		n++;
	}
	value_data(value, type, (unsigned int)b >> 2);
	spoil(value, types[type].raw.value_size, true);
	ret = raw_update(maps[i].fd, c >> 7, value, a & 0x40 ? a & 7 : 0);
	if (!ret)
		maps[i].table = table;
	while (n--)
		close_fd(&fds[n]);
}

static void op_look(int a, int b, int c)
{
	char value[PAGE];
	__u32 next;

	raw_lookup(maps[a % SLOTS].fd, c >> 6, value);
	bpf_map_get_next_key(maps[a % SLOTS].fd, NULL, &next);
}

static void op_delete(int a, int b, int c)
{
	int i = a % SLOTS;

	if (!raw_delete(maps[i].fd, c >> 7))
		must_be_empty(maps[i].type, maps[i].table);
}

/* The link has that table now, so no other one has. */
static void link_has(int link, int map)
{
	int i;

	for (i = 0; i < SLOTS; i++) {
		if (links[i].table == maps[map].table)
			links[i].table = -1;
	}
	links[link].type = maps[map].type;
	links[link].table = maps[map].table;
}

static void op_link(int a, int b, int c)
{
	int map = a % SLOTS, link = b % SLOTS, fd = maps[map].fd;
	union bpf_attr attr = {
		.link_create.map_fd = c & 0x80 ? links[link].fd : fd,
		.link_create.attach_type = BPF_STRUCT_OPS,
	};

	close_link(link);
	if (maps[map].foreign)
		shared->foreign = true;
	spoil(&attr, 32, false);
	links[link].fd = raw_bpf(BPF_LINK_CREATE, &attr);
	if (links[link].fd >= 0)
		link_has(link, map);
}

static void op_swap(int a, int b, int c)
{
	int link = a % SLOTS, map = b % SLOTS, type = links[link].type;
	int table = links[link].table;
	union bpf_attr attr = {
		.link_update.link_fd = links[link].fd,
		.link_update.new_map_fd = maps[map].fd,
		.link_update.old_map_fd = c & 0x40 ? maps[c % SLOTS].fd : 0,
		.link_update.flags = c & 0x40 ? BPF_F_REPLACE : 0,
	};

	if (maps[map].foreign)
		shared->foreign = true;
	spoil(&attr, 16, false);
	if (raw_bpf(BPF_LINK_UPDATE, &attr))
		return;
	/* It may be put in its own place, or another link's: then it stays in use. */
	link_has(link, map);
	if (table != maps[map].table)
		must_be_empty(type, table);
}

static void op_detach(int a, int b, int c)
{
	int link = a % SLOTS, table = links[link].table;

	if (bpf_link_detach(links[link].fd))
		return;
	links[link].table = -1;
	must_be_empty(links[link].type, table);
}

static void op_close(int a, int b, int c)
{
	if (a & 4)
		close_fd(&maps[a % SLOTS].fd);
	else
		close_link(a % SLOTS);
}

/* Takes what the other process, or this one, has made. */
static void op_by_id(int a, int b, int c)
{
	int i = a % SLOTS, n = b % 8;
	struct bpf_map_info info = {};
	__u32 id = 0, len = sizeof(info);

	if (c & 1) {
		shared->links_taken = true;
		while (!bpf_link_get_next_id(id, &id) && n--)
			;
		close_link(i);
		links[i].fd = bpf_link_get_fd_by_id(id);
		return;
	}
	while (!bpf_map_get_next_id(id, &id) && n--)
		;
	close_fd(&maps[i].fd);
	maps[i].fd = bpf_map_get_fd_by_id(id);
	maps[i].table = -1;
	maps[i].foreign = true;
	/* No other map: the fuzzer has some of its own. */
	if (bpf_map_get_info_by_fd(maps[i].fd, &info, &len) ||
	    info.type != BPF_MAP_TYPE_STRUCT_OPS)
		close_fd(&maps[i].fd);
}

static void op_trigger(int a, int b, int c)
{
	static char message[2 * PAGE];
	size_t size = a * 16 + (b & 0x1f), max = BPF_TESTMOD_MSG_MAX;
	int n;

	if (c & 0x40)
		page_goes(b >> 5);
	n = write_once(TRIGGER, c & 0x80 ? NULL : message, size);
	tasks_join();
	if (n >= 0 && ((size_t)n != size || size > max))
		found("write(2) of %zu bytes returned %d", size, n);
	if (n < -511)
		found("write(2) failed with %d", -n);
}

static void op_read(int a, int b, int c)
{
	char text[PAGE];
	int fd = open(TRIGGER, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	while (read(fd, text, 1 + a * 16) > 0 && b--)
		;
	lseek(fd, c, SEEK_SET);
	if (read(fd, text, sizeof(text)) < 0)
		(void)lseek(fd, 0, SEEK_SET);
	close(fd);
}

static void op_scribe(int a, int b, int c)
{
	int *fd = &scribes[a & 1];
	char line[300] = "use t0";
	ssize_t n;

	if (*fd < 0)
		*fd = open("/proc/scribe", O_RDWR | O_CLOEXEC);
	if (*fd < 0)
		return;
	switch (b & 7) {
	case 0:
		close_fd(fd);
		break;
	case 1:
	case 2:
		line[5] += c & 3;
		write_to(*fd, line, c & 0x80 ? 6 + c : 6);
		break;
	case 3:
		n = read(*fd, line, c & 0x80 ? c & 7 : sizeof(line));
		if (n > 256)
			found("scribe has a line of %zd bytes", n);
		break;
	default:
		memset(line, 'x', sizeof(line));
		line[c] = b & 8 ? '\n' : 'y';
		if (b & 0x10)
			page_goes(b >> 5);
		write_to(*fd, line, c + !!(b & 8));
		tasks_join();
	}
}

static void op_turnstile(int a, int b, int c)
{
	static const char *const commands[] = { "add", "visit", "remove",
						"visit" };
	bool visit = a & 1;
	char line[80];
	int n = snprintf(line, sizeof(line), "%s %d%s%s", commands[a & 3],
			 b & 3, visit ? " " : "", visit ? "guest" : "");

	if (c & 0x80)
		line[c % n] = a;
	if (c & 0x40)
		page_goes(c);
	write_once("/proc/turnstile", line, c & 0x20 ? 64 + (c & 1) : n);
	tasks_join();
}

static void op_flaw(int a, int b, int c)
{
	flaw.bits = 1 << (a & 7);
	flaw.value = a & 8;
	flaw.at = c & 0x80 ? TABLE_AT + b % 64 : b;
}

static void op_wait(int a, int b, int c)
{
	usleep(100 * (a & 0x7f));
}

/* Rare, as everything that the other process does would fail. */
static void op_kill(int a, int b, int c)
{
	pid_t pid = shared->pids[a & 1];

	if ((b & 3) == 3 && c & 0x40 && pid > 0)
		kill(pid, SIGKILL);
}

static void op_reload(int a, int b, int c)
{
	const char *module = types[a % NR_TYPES].module;
	char file[64];

	if (module_unload_named(module))
		return;
	shared->reloaded = true;
	snprintf(file, sizeof(file), "%s.ko", module);
	if (b & 3)
		module_load(file, a % NR_TYPES == DEMO ? "log=0" : "");
	close(types[a % NR_TYPES].raw.btf_fd);
	types[a % NR_TYPES].raw.btf_fd = raw_btf_find(module);
}

/* What the demo's module tells of each message, to the log and to tracers. */
static void op_switch(int a, int b, int c)
{
	write_once(a & 1 ? TRACING : LOG, b & 1 ? "1" : "0", 1);
}

/* Calls that this kind of map has no use for. */
static void op_odd(int a, int b, int c)
{
	static const enum bpf_cmd cmds[] = {
		BPF_MAP_FREEZE,	      BPF_MAP_LOOKUP_AND_DELETE_ELEM,
		BPF_MAP_LOOKUP_BATCH, BPF_MAP_UPDATE_BATCH,
		BPF_MAP_DELETE_BATCH, BPF_OBJ_GET_INFO_BY_FD,
		BPF_LINK_DETACH,      BPF_PROG_BIND_MAP,
	};
	enum bpf_cmd cmd = cmds[a % ARRAY_SIZE(cmds)];
	char bytes[PAGE] = "";
	union bpf_attr attr = {};
	int fd = c & 1 ? links[b % SLOTS].fd : maps[b % SLOTS].fd;

	if (cmd == BPF_MAP_LOOKUP_BATCH || cmd == BPF_MAP_UPDATE_BATCH ||
	    cmd == BPF_MAP_DELETE_BATCH) {
		attr.batch.map_fd = fd;
		attr.batch.keys = (unsigned long)bytes;
		attr.batch.values = (unsigned long)bytes;
		attr.batch.out_batch = (unsigned long)bytes;
		attr.batch.count = 1;
	} else if (cmd == BPF_OBJ_GET_INFO_BY_FD) {
		attr.info.bpf_fd = fd;
		attr.info.info_len = 256;
		attr.info.info = (unsigned long)bytes;
	} else {
		attr.map_fd = fd;
		attr.key = (unsigned long)bytes;
		attr.value = (unsigned long)bytes + 8;
	}
	raw_bpf(cmd, &attr);
}

/* The number of a step's first byte, of which the highest bit says who does it. */
static void (*const ops[])(int a, int b, int c) = {
	op_create,    op_update, op_look,   op_delete,	op_link,
	op_swap,      op_detach, op_close,  op_by_id,	op_trigger,
	op_read,      op_scribe, op_scribe, op_scribe,	op_turnstile,
	op_turnstile, op_flaw,	 op_wait,   op_trigger, op_trigger,
	op_kill,      op_reload, op_odd,    op_link,	op_switch,
};

void sequence_run(const struct input *in, int process)
{
	const unsigned char *step;

	me = process;
	missing_page_setup();
	missing_page_fill();
	for (step = in->bytes + STEP; step + STEP <= in->bytes + in->size;
	     step += STEP) {
		if (step[0] >> 7 != me)
			continue;
		errno = 0;
		ops[(step[0] & 0x7f) % ARRAY_SIZE(ops)](step[1], step[2],
							step[3]);
		if (verbose)
			printf("%d: %02x %02x %02x %02x: %s\n", me, step[0],
			       step[1], step[2], step[3], strerror(errno));
	}
}
