// SPDX-License-Identifier: GPL-2.0-only
#include "lib.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "acts.h"
#include "hostile.h"

const struct acts_model acts_slot = {
	.module = MODULE_NAME,
	.params = "log=0",
	.type = "bpf_testmod_ops",
	.object = "programs/race.bpf.o",
	.functions = { "prepare", "filter" },
	.indexes = { PREPARE, FILTER },
	.names = { "race0", "race1" },
	.file = TRIGGER,
	.counts = true,
};

/* Of the race that runs, and where in a map's value its tables have what they need. */
static const struct acts_model *model;
static size_t function_offsets[2], name_offset, target_offset;

/* The programs of the tables, as libbpf has made them for this kernel. */
static struct code {
	struct bpf_insn insns[32];
	size_t count;
} codes[RACE_TABLES][2];

/* Targets have the numbers from 1 on. */
#define TARGETS 2

static bool module_goes, targets_go;

/* An actor that has attached a table has the slot alone: nobody detaches it. */
static bool slot_is_ours;
static atomic_int holders;

/* Each target has many tables, of which nobody but its owner detaches or swaps one. */
static bool tables_are_owned;
static atomic_ulong owners_calls;

static int standing_link;
static atomic_int any_link;
static atomic_ulong swaps_done;
static struct writes written;

/* Each actor has its own tables with a link, one of them attached. */
struct own {
	int programs[RACE_TABLES][2];
	int maps[RACE_TABLES];
	int link;
	int table;
	int fd;
	unsigned long calls;
};

/* Two actors have one target, one of each side. */
static unsigned int target_of(const struct race_actor *a)
{
	return 1 + a->number / 2 % TARGETS;
}

static char letter_of(const struct race_actor *a, int table)
{
	return 'A' + a->number * RACE_TABLES + table;
}

static int load_program(const struct race_actor *a, int btf_fd, int table, int i)
{
	struct code code = codes[table][i];
	union bpf_attr attr = {
		.prog_type = BPF_PROG_TYPE_STRUCT_OPS,
		.expected_attach_type = model->indexes[i],
		.attach_btf_obj_fd = btf_fd,
		.attach_btf_id = ours.id,
		.insns = (unsigned long)code.insns,
		.insn_cnt = code.count,
		.license = (unsigned long)"GPL",
	};
	size_t k;

	for (k = 0; k < code.count; k++) {
		if (code.insns[k].imm == RACE_LETTER)
			code.insns[k].imm = letter_of(a, table);
	}
	return raw_bpf(BPF_PROG_LOAD, &attr);
}

static int load_programs(const struct race_actor *a, int btf_fd,
			 int progs[RACE_TABLES][2])
{
	int table, i;

	for (table = 0; table < RACE_TABLES; table++) {
		for (i = 0; i < 2 && model->functions[i]; i++) {
			progs[table][i] = load_program(a, btf_fd, table, i);
			if (progs[table][i] < 0)
				return progs[table][i];
		}
	}
	return 0;
}

static int make_map(int btf_fd, __u32 flags)
{
	struct raw_type type = ours;
	union bpf_attr attr;

	type.btf_fd = btf_fd;
	raw_map_attr(&attr, &type, own_btf, flags);
	return raw_bpf(BPF_MAP_CREATE, &attr);
}

/* Writes the table into the map; this attaches a table without a link. */
static int fill_map(const struct race_actor *a, int map,
		    int progs[RACE_TABLES][2], int table)
{
	unsigned int target = target_of(a);
	char value[4096] = "";
	int i;

	for (i = 0; i < 2 && model->functions[i]; i++) {
		unsigned long fd = progs[table][i];

		memcpy(value + function_offsets[i], &fd, sizeof(fd));
	}
	strcpy(value + name_offset, model->names[table]);
	if (model->target)
		memcpy(value + target_offset, &target, sizeof(target));
	return raw_update(map, 0, value, 0);
}

static int make_tables(const struct race_actor *a, int btf_fd,
		       int progs[RACE_TABLES][2], int *maps)
{
	int table, err;

	err = load_programs(a, btf_fd, progs);
	if (err)
		return err;
	for (table = 0; table < RACE_TABLES; table++) {
		maps[table] = make_map(btf_fd, BPF_F_LINK);
		if (maps[table] < 0)
			return maps[table];
		err = fill_map(a, maps[table], progs, table);
		if (err)
			return err;
	}
	return 0;
}

static void close_them(int *fds, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (fds[i] >= 0)
			close(fds[i]);
		fds[i] = -1;
	}
}

/*
 * The place is another's, or the table is attached already: a slot asks only the first.
 * There may be no more places, or no target.
 */
static bool is_taken(int ret)
{
	return ret == -EEXIST || (ret == -EBUSY && model != &acts_slot) ||
	       (ret == -E2BIG && model->target) ||
	       (ret == -ENODEV && targets_go);
}

/* All parts of an attached table, made for the module that is loaded now. */
struct fresh {
	int progs[RACE_TABLES][2];
	int maps[RACE_TABLES];
	int btf;
	int link;
};

static void fresh_down(struct fresh *f)
{
	close_them(&f->link, 1);
	close_them(f->maps, RACE_TABLES);
	close_them(f->progs[0], RACE_TABLES * 2);
	close_them(&f->btf, 1);
}

/* Others may have taken the slot, or unloaded the module. */
static enum race_end fresh_up(const struct race_actor *a, struct fresh *f)
{
	int err;

	memset(f, 0xff, sizeof(*f));
	f->btf = raw_btf_find(model->module);
	if (f->btf < 0)
		return RACE_IDLE;
	err = make_tables(a, f->btf, f->progs, f->maps);
	if (!err) {
		f->link = raw_link_create(f->maps[0]);
		err = f->link < 0 ? f->link : 0;
		if (err && !is_taken(err))
			race_fail("attach: %d", err);
	} else if (err != -EINVAL && err != -ENOTSUPP) {
		race_fail("a program or a map for it: %d", err);
	}
	return err ? RACE_LOST : RACE_DONE;
}

/* The outcome of an operation on the slot, or on a link. */
static enum race_end ended(int ret)
{
	if (ret >= 0)
		return RACE_DONE;
	return is_taken(ret) || ret == -ENOLINK ? RACE_LOST : RACE_IDLE;
}

static void own_start(struct race_actor *a)
{
	struct own *own = calloc(1, sizeof(*own));

	assert_non_null(own);
	a->own = own;
	own->link = -1;
	own->fd = -1;
	memset(own->programs, 0xff, sizeof(own->programs));
	memset(own->maps, 0xff, sizeof(own->maps));
	if (!module_goes)
		assert_int_equal(
			make_tables(a, ours.btf_fd, own->programs, own->maps), 0);
}

static void own_stop(struct race_actor *a)
{
	struct own *own = a->own;

	close_them(&own->link, 1);
	close_them(&own->fd, 1);
	close_them(own->maps, RACE_TABLES);
	close_them(own->programs[0], RACE_TABLES * 2);
	free(own);
}

/* Writes it to the file of targets. Returns 0, or the errno. */
static int command(const char *what, unsigned int target)
{
	char line[32];
	int fd, n, err;

	fd = open(model->file, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return errno;
	n = snprintf(line, sizeof(line), "%s %u", what, target);
	err = write(fd, line, n) < 0 ? errno : 0;
	close(fd);
	return err;
}

/* A visitor with the table's letter: returns as a write does that meets a table. */
static int visit(int fd, const struct race_actor *a, int table,
		 unsigned int target)
{
	char line[32];
	int n;

	n = snprintf(line, sizeof(line), "visit %u %c", target,
		     letter_of(a, table));
	if (write(fd, line, n) == n)
		return RACE_MET + table;
	/* No rule admits that letter, or there is no gate. */
	if (errno == EACCES || (errno == ENODEV && targets_go))
		return 0;
	return errno;
}

#define NO_TABLE -1

/* One table of the two may be met, and at its own target. */
static void owner_calls(struct race_actor *a, int attached)
{
	struct own *own = a->own;
	unsigned int target;
	int table, err;

	if (!tables_are_owned)
		return;
	if (own->fd < 0)
		own->fd = open(model->file, O_WRONLY | O_CLOEXEC);
	for (target = 1; target <= TARGETS; target++) {
		for (table = 0; table < RACE_TABLES; table++) {
			bool there = table == attached && target == target_of(a);

			err = visit(own->fd, a, table, target);
			if (err == (there ? RACE_MET + table : 0) ||
			    (there && targets_go && !err))
				continue;
			race_fail("table %d, of which %d is attached, at target %u: %d",
				  table, attached, target, err);
		}
	}
	owners_calls++;
}

/* A table is held by a link, or by its map if it has no link. */
static int try_attach(struct race_actor *a, bool linked, bool timed)
{
	struct own *own = a->own;
	int map, ret;

	own->table = random_below(&a->random, RACE_TABLES);
	map = linked ? own->maps[own->table] : make_map(ours.btf_fd, 0);
	if (map < 0) {
		race_fail("a new map: %d", map);
		return map;
	}

	if (timed)
		race_begin(a);
	ret = linked ? raw_link_create(map)
		     : fill_map(a, map, own->programs, own->table);
	if (timed)
		race_end(a, ended(ret));

	if (ret < 0 && !is_taken(ret))
		race_fail("attach: %d", ret);
	if (ret >= 0 && atomic_fetch_add(&holders, 1) && slot_is_ours)
		race_fail("two tables are attached at once");
	if (ret >= 0 && linked)
		any_link = ret;
	if (ret >= 0)
		owner_calls(a, own->table);
	if (linked)
		return ret;
	if (ret >= 0)
		return map;
	close(map);
	return ret;
}

/* Detaches the table: a link in one of two ways. */
static void take_out(struct race_actor *a, int fd, bool linked, bool timed)
{
	bool detach = random_below(&a->random, 2);
	int ret = 0;

	holders--;
	if (timed)
		race_begin(a);
	if (!linked)
		ret = raw_delete(fd, 0);
	else if (detach)
		ret = bpf_link_detach(fd);
	else
		close(fd);
	if (timed)
		race_end(a, ended(ret));

	if (ret)
		race_fail("detach: %d", ret);
	if (!linked || detach)
		close(fd);
	owner_calls(a, NO_TABLE);
}

static void fresh_attach(struct race_actor *a)
{
	struct fresh f;

	race_begin(a);
	race_end(a, fresh_up(a, &f));
	race_pause(a);
	fresh_down(&f);
}

static void do_attach(struct race_actor *a)
{
	bool linked = random_below(&a->random, 2);
	int fd;

	if (module_goes) {
		fresh_attach(a);
		return;
	}
	fd = try_attach(a, linked, true);
	if (fd < 0)
		return;
	race_pause(a);
	take_out(a, fd, linked, false);
}

/* The slot may be another's: try until it is ours, or the race is over. */
static int attach_in_the_end(struct race_actor *a, bool linked)
{
	int fd;

	while ((fd = try_attach(a, linked, false)) < 0 && !race_over())
		usleep(100);
	return fd;
}

static void fresh_detach(struct race_actor *a)
{
	struct fresh f;

	if (fresh_up(a, &f) == RACE_DONE) {
		race_pause(a);
		race_begin(a);
		fresh_down(&f);
		race_end(a, RACE_DONE);
	}
	fresh_down(&f);
}

/* The link that was attached last may be gone, and its number used again. */
static bool may_be_gone(int ret)
{
	return !ret || is_taken(ret) || ret == -EBADF || ret == -EINVAL ||
	       ret == -ENOLINK || ret == -EOPNOTSUPP;
}

static void detach_any(struct race_actor *a)
{
	int ret;

	race_begin(a);
	ret = bpf_link_detach(any_link);
	race_end(a, ended(ret));
	if (!may_be_gone(ret))
		race_fail("detach of another's link: %d", ret);
}

static void do_detach(struct race_actor *a)
{
	bool linked = random_below(&a->random, 2);
	int fd;

	if (module_goes) {
		fresh_detach(a);
		return;
	}
	if (!tables_are_owned && random_below(&a->random, 2)) {
		detach_any(a);
		return;
	}
	fd = attach_in_the_end(a, linked);
	if (fd < 0)
		return;
	race_pause(a);
	take_out(a, fd, linked, true);
}

static void fresh_swap(struct race_actor *a)
{
	struct fresh f;
	int ret;

	if (fresh_up(a, &f) == RACE_DONE) {
		race_begin(a);
		ret = bpf_link_update(f.link, f.maps[1], NULL);
		fresh_down(&f);
		race_end(a, ended(ret));
		if (ret)
			race_fail("swap: %d", ret);
	}
	fresh_down(&f);
	/* What goes holds the module a while: who wants it gone must get a chance. */
	if (!random_below(&a->random, 4))
		usleep(100000);
}

static int swap(struct race_actor *a, int link)
{
	struct own *own = a->own;
	int ret;

	own->table = (own->table + 1) % RACE_TABLES;
	race_begin(a);
	ret = bpf_link_update(link, own->maps[own->table], NULL);
	race_end(a, ended(ret));
	if (!ret)
		swaps_done++;
	return ret;
}

static void do_swap(struct race_actor *a)
{
	struct own *own = a->own;
	int ret;

	if (module_goes) {
		fresh_swap(a);
		return;
	}
	if (!tables_are_owned && random_below(&a->random, 2)) {
		ret = swap(a, any_link);
		if (!may_be_gone(ret))
			race_fail("swap of another's link: %d", ret);
		return;
	}

	if (own->link < 0)
		own->link = attach_in_the_end(a, true);
	if (own->link < 0)
		return;
	ret = swap(a, own->link);
	if (ret && ret != -ENOLINK && !is_taken(ret))
		race_fail("swap: %d", ret);
	if (!ret)
		owner_calls(a, own->table);
	/* Other actors want the slot too. */
	if (ret || !random_below(&a->random, 8)) {
		take_out(a, own->link, true, false);
		own->link = -1;
	}
}

bool writes_count(struct writes *w, int err)
{
	if (!err)
		w->missed++;
	else if (err >= RACE_MET && err < RACE_MET + RACE_TABLES)
		w->met[err - RACE_MET]++;
	else
		return false;
	return true;
}

void writes_add(const struct writes *w)
{
	int id;

	for (id = 0; id < RACE_TABLES; id++)
		written.met[id] += w->met[id];
	written.missed += w->missed;
}

static bool gone(int err)
{
	return module_goes && (err == ENOENT || err == EIO);
}

/* Meets a table of anybody's, attached or not, at any target. */
static int visit_any(struct race_actor *a, int fd)
{
	const struct race_actor whose = { .number = random_below(&a->random, 4) };

	return visit(fd, &whose, random_below(&a->random, RACE_TABLES),
		     1 + random_below(&a->random, TARGETS));
}

static void do_trigger(struct race_actor *a)
{
	struct own *own = a->own;
	int err = 0;

	race_begin(a);
	if (own->fd < 0)
		own->fd = open(model->file, O_WRONLY | O_CLOEXEC);
	if (own->fd >= 0 && model->choice &&
	    write(own->fd, model->choice, strlen(model->choice)) < 0 &&
	    errno != ENOENT && !gone(errno))
		race_fail("choice: %s", strerror(errno));
	if (own->fd >= 0 && model->target)
		err = visit_any(a, own->fd);
	else if (own->fd < 0 || write(own->fd, "race", 4) < 0)
		err = errno;
	race_end(a, gone(err) ? RACE_IDLE : RACE_DONE);

	if (!gone(err) && !writes_count(&written, err))
		race_fail("write: %s (%d)", strerror(err), err);
	/* A descriptor may outlive the file; not all of them do, nor their choices. */
	if (own->fd >= 0 &&
	    ((module_goes && err) ||
	     ((module_goes || model->choice) && !random_below(&a->random, 8))))
		close_them(&own->fd, 1);
}

/* The value that follows KEY, or NULL. */
static const char *value_of(const char *text, const char *key)
{
	const char *found = strstr(text, key);

	return found ? found + strlen(key) : NULL;
}

/* Checks that one read of the file is consistent, and shows only true states. */
static void check_status(struct own *own, const char *text)
{
	const char *attached = value_of(text, "attached: ");
	const char *name = value_of(text, "\nname: ");
	const char *calls = value_of(text, "\nfilter calls: ");
	unsigned long n;

	if (!attached || !calls || !value_of(text, "\nunlogged triggers: ")) {
		race_fail("read: not whole: %s", text);
		return;
	}
	if (!strncmp(attached, "yes\n", 4) !=
	    (name && !strncmp(name, "race", 4) && name[4] - '0' < RACE_TABLES &&
	     name[5] == '\n'))
		race_fail("read: no table of ours: %s", text);
	n = strtoul(calls, NULL, 10);
	if (!module_goes && n < own->calls)
		race_fail("read: %lu calls, after %lu", n, own->calls);
	own->calls = n;
}

static void do_read(struct race_actor *a)
{
	char text[1024];
	ssize_t n = -1;
	int fd, err = 0;

	race_begin(a);
	fd = open(TRIGGER, O_RDONLY | O_CLOEXEC);
	if (fd >= 0)
		n = read(fd, text, sizeof(text) - 1);
	if (n < 0)
		err = errno;
	if (fd >= 0)
		close(fd);
	race_end(a, err ? RACE_IDLE : RACE_DONE);

	if (gone(err))
		return;
	if (err) {
		race_fail("read: %s", strerror(err));
		return;
	}
	text[n] = '\0';
	check_status(a->own, text);
}

/* Tries until nobody holds the module, or somebody else has unloaded it. */
static int rmmod(void)
{
	int err;

	while ((err = module_unload_named(model->module)) == EAGAIN &&
	       !race_over())
		usleep(100);
	return err;
}

static int insmod(void)
{
	unsigned int target;
	char file[64];
	int err;

	snprintf(file, sizeof(file), "%s.ko", model->module);
	err = module_load(file, model->params);
	/* Another actor may unload it at once. */
	for (target = 1; !err && model->target && target <= TARGETS; target++)
		command("add", target);
	return err;
}

static void do_go(struct race_actor *a)
{
	unsigned int target = 1 + random_below(&a->random, TARGETS);
	int err;

	race_begin(a);
	err = command("remove", target);
	race_end(a, !err ? RACE_DONE : gone(err) ? RACE_IDLE : RACE_LOST);
	if (err && err != ENODEV && !gone(err))
		race_fail("remove: %s", strerror(err));
	race_pause(a);
	err = command("add", target);
	if (err && err != EEXIST && !gone(err))
		race_fail("add: %s", strerror(err));
	race_pause(a);
}

static void do_rmmod(struct race_actor *a)
{
	struct fresh f;
	int err;

	/* Sometimes unload right after a table was detached. */
	if (!random_below(&a->random, 2)) {
		fresh_up(a, &f);
		race_pause(a);
		fresh_down(&f);
	}
	race_begin(a);
	err = rmmod();
	race_end(a, !err ? RACE_DONE : err == ENOENT ? RACE_IDLE : RACE_LOST);
	if (err && err != EAGAIN && err != ENOENT && err != EBUSY)
		race_fail("rmmod: %s", strerror(err));
	race_pause(a);
	if (err)
		return;
	err = insmod();
	/* Another actor may load it first, or its unloading may not have ended yet. */
	if (err && err != EEXIST && err != EBUSY)
		race_fail("insmod: %s", strerror(err));
}

const struct race_act act_attach = { "attach", own_start, do_attach, own_stop };
const struct race_act act_detach = { "detach", own_start, do_detach, own_stop };
const struct race_act act_swap = { "swap", own_start, do_swap, own_stop };
const struct race_act act_trigger = { "trigger", own_start, do_trigger, own_stop };
const struct race_act act_read = { "read", own_start, do_read, own_stop };
const struct race_act act_go = { .name = "go", .act = do_go };
const struct race_act act_rmmod = { "rmmod", own_start, do_rmmod, own_stop };

static struct table table;

/* Programs that libbpf has loaded depend on the module's BTF. */
static void take_code(struct code *code, const char *name, int id)
{
	char full[32];
	struct bpf_program *prog;

	snprintf(full, sizeof(full), "%s_%d", name, id);
	prog = bpf_object__find_program_by_name(table.obj, full);
	assert_non_null(prog);
	code->count = bpf_program__insn_cnt(prog);
	assert_in_range(code->count, 1, ARRAY_SIZE(code->insns));
	memcpy(code->insns, bpf_program__insns(prog),
	       code->count * sizeof(code->insns[0]));
}

static void setup(bool goes)
{
	char name[32];
	int id, i;

	module_goes = goes;
	standing_link = -1;
	any_link = -1;
	holders = 0;
	swaps_done = 0;
	owners_calls = 0;
	memset(&written, 0, sizeof(written));

	for (id = 0; id < RACE_TABLES; id++) {
		snprintf(name, sizeof(name), "table_%d", id);
		table_load(&table, model->object, name);
		table_must_be_loaded(&table);
		for (i = 0; i < 2 && model->functions[i]; i++)
			take_code(&codes[id][i], model->functions[i], id);
		table_free(&table);
	}
	raw_type_find(&ours, model->module, model->type);
	for (i = 0; i < 2 && model->functions[i]; i++)
		function_offsets[i] = raw_member_offset(&ours, model->module,
							model->functions[i]);
	name_offset = raw_member_offset(&ours, model->module, "name");
	if (model->target)
		target_offset =
			raw_member_offset(&ours, model->module, model->target);
	own_btf = raw_btf_own();
}

static void attach_one(void)
{
	const struct race_actor first = {};
	struct own own;

	memset(&own, 0xff, sizeof(own));
	assert_int_equal(
		make_tables(&first, ours.btf_fd, own.programs, own.maps), 0);
	standing_link = must(raw_link_create(own.maps[0]));
	close_them(own.maps, RACE_TABLES);
	close_them(own.programs[0], RACE_TABLES * 2);
}

static void check_counters(void)
{
	unsigned long met = 0;
	int id;

	for (id = 0; id < RACE_TABLES; id++)
		met += written.met[id];
	print_message("# %lu messages met a table, %lu none; %lu swaps\n", met,
		      written.missed, swaps_done);
	if (tables_are_owned) {
		print_message("# %lu times owners called\n", owners_calls);
		assert_true(owners_calls > 0);
	}
	if (!model->counts)
		return;
	assert_int_equal(status_number("prepare calls"), met);
	assert_int_equal(status_number("filter calls"), met);
	assert_int_equal(status_number("prepare rejections"), 0);
	assert_int_equal(status_number("filter rejections"), met);
	assert_int_equal(status_number("drops"), 0);
	assert_int_equal(status_number("swaps"), swaps_done);
}

/* Runs after each race, even after one that failed, perhaps early. */
static void tidy_up(void)
{
	close_them(&standing_link, 1);
	close_them(&ours.btf_fd, 1);
	close_them(&own_btf, 1);
	if (module_goes)
		insmod();
}

int acts_setup(void **state)
{
	const struct acts_pair *pair = *state;

	model = pair->model;
	klog_mark();
	/* A test that failed may have left it loaded. */
	module_unload_named(model->module);
	return insmod();
}

int acts_teardown(void **state)
{
	tidy_up();
	process_kill_all();
	table_free_all();
	module_unload_named_soon(model->module);
	return 0;
}

static void nothing_is_left(void)
{
	if (model == &acts_slot)
		expect_clean();
	else
		wait_until(!raw_delete_tables());
}

void acts_race(void **state)
{
	const struct acts_pair *pair = *state;
	const struct race_act *acts[] = { pair->x, pair->y };
	int changers = 0;
	bool goes = false, attaches = false;
	size_t i;

	targets_go = false;
	for (i = 0; i < ARRAY_SIZE(acts); i++) {
		goes |= acts[i] == &act_rmmod;
		/* They go with the module, and come a moment after it. */
		targets_go |= acts[i] == &act_go || acts[i] == &act_rmmod;
		changers += acts[i] == &act_detach || acts[i] == &act_swap;
		attaches |= acts[i] == &act_attach || acts[i] == &act_detach ||
			    acts[i] == &act_swap;
	}
	setup(goes);
	slot_is_ours = !model->target && pair->x != &act_detach &&
		       pair->y != &act_detach;
	tables_are_owned = model->target && attaches && !goes && changers < 2 &&
			   !(changers && targets_go);
	if (!goes && !attaches)
		attach_one();
	race_run(pair->x, pair->y, pair->per_second);
	tidy_up();
	nothing_is_left();
	if (!goes)
		check_counters();
}
