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
static size_t function_offsets[2], name_offset;

/* The programs of the tables, as libbpf has made them for this kernel. */
static struct code {
	struct bpf_insn insns[32];
	size_t count;
} codes[RACE_TABLES][2];

/* These are loaded once, if the module stays. */
static int programs[RACE_TABLES][2];

static bool module_goes;

/* An actor that has attached a table has the slot alone: nobody detaches it. */
static bool slot_is_ours;
static atomic_int holders;

static int standing_link;
static atomic_int any_link;
static atomic_ulong swaps_done;
static struct writes written;

/* Each actor has its own tables with a link, one of them attached. */
struct own {
	int maps[RACE_TABLES];
	int link;
	int table;
	int fd;
	unsigned long calls;
};

static int load_program(int btf_fd, int table, int i)
{
	union bpf_attr attr = {
		.prog_type = BPF_PROG_TYPE_STRUCT_OPS,
		.expected_attach_type = model->indexes[i],
		.attach_btf_obj_fd = btf_fd,
		.attach_btf_id = ours.id,
		.insns = (unsigned long)codes[table][i].insns,
		.insn_cnt = codes[table][i].count,
		.license = (unsigned long)"GPL",
	};

	return raw_bpf(BPF_PROG_LOAD, &attr);
}

static int load_programs(int btf_fd, int progs[RACE_TABLES][2])
{
	int table, i;

	for (table = 0; table < RACE_TABLES; table++) {
		for (i = 0; i < 2 && model->functions[i]; i++) {
			progs[table][i] = load_program(btf_fd, table, i);
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
static int fill_map(int map, int progs[RACE_TABLES][2], int table)
{
	char value[4096] = "";
	int i;

	for (i = 0; i < 2 && model->functions[i]; i++) {
		unsigned long fd = progs[table][i];

		memcpy(value + function_offsets[i], &fd, sizeof(fd));
	}
	strcpy(value + name_offset, model->names[table]);
	return raw_update(map, 0, value, 0);
}

static int make_tables(int btf_fd, int progs[RACE_TABLES][2], int *maps)
{
	int table, err;

	for (table = 0; table < RACE_TABLES; table++) {
		maps[table] = make_map(btf_fd, BPF_F_LINK);
		if (maps[table] < 0)
			return maps[table];
		err = fill_map(maps[table], progs, table);
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

/* The place is another's, or the table is attached already: a slot asks only the first. */
static bool is_taken(int ret)
{
	return ret == -EEXIST || (ret == -EBUSY && model != &acts_slot);
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
static enum race_end fresh_up(struct fresh *f)
{
	int err;

	memset(f, 0xff, sizeof(*f));
	f->btf = raw_btf_find(model->module);
	if (f->btf < 0)
		return RACE_IDLE;
	err = load_programs(f->btf, f->progs);
	if (!err)
		err = make_tables(f->btf, f->progs, f->maps);
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
	memset(own->maps, 0xff, sizeof(own->maps));
	if (!module_goes)
		assert_int_equal(make_tables(ours.btf_fd, programs, own->maps),
				 0);
}

static void own_stop(struct race_actor *a)
{
	struct own *own = a->own;

	close_them(&own->link, 1);
	close_them(&own->fd, 1);
	close_them(own->maps, RACE_TABLES);
	free(own);
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
	ret = linked ? raw_link_create(map) : fill_map(map, programs, own->table);
	if (timed)
		race_end(a, ended(ret));

	if (ret < 0 && !is_taken(ret))
		race_fail("attach: %d", ret);
	if (ret >= 0 && atomic_fetch_add(&holders, 1) && slot_is_ours)
		race_fail("two tables are attached at once");
	if (ret >= 0 && linked)
		any_link = ret;
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
		ret = raw_link_detach(fd);
	else
		close(fd);
	if (timed)
		race_end(a, ended(ret));

	if (ret)
		race_fail("detach: %d", ret);
	if (!linked || detach)
		close(fd);
}

static void fresh_attach(struct race_actor *a)
{
	struct fresh f;

	race_begin(a);
	race_end(a, fresh_up(&f));
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

	if (fresh_up(&f) == RACE_DONE) {
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
	ret = raw_link_detach(any_link);
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
	if (random_below(&a->random, 2)) {
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

	if (fresh_up(&f) == RACE_DONE) {
		race_begin(a);
		ret = raw_link_update(f.link, f.maps[1], 0, 0);
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
	ret = raw_link_update(link, own->maps[own->table], 0, 0);
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
	if (!random_below(&a->random, 2)) {
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
	if (own->fd < 0 || write(own->fd, "race", 4) < 0)
		err = errno;
	race_end(a, gone(err) ? RACE_IDLE : RACE_DONE);

	if (!gone(err) && !writes_count(&written, err))
		race_fail("write: %s (%d)", strerror(err), err);
	/* A descriptor may outlive the file; not all of them do. */
	if (module_goes && own->fd >= 0 && (err || !random_below(&a->random, 8)))
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
	char file[64];

	snprintf(file, sizeof(file), "%s.ko", model->module);
	return module_load(file, model->params);
}

static void do_rmmod(struct race_actor *a)
{
	struct fresh f;
	int err;

	/* Sometimes unload right after a table was detached. */
	if (!random_below(&a->random, 2)) {
		fresh_up(&f);
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
	own_btf = raw_btf_own();
	memset(programs, 0xff, sizeof(programs));
	if (!goes)
		assert_int_equal(load_programs(ours.btf_fd, programs), 0);
}

static void attach_one(void)
{
	int maps[RACE_TABLES];

	assert_int_equal(make_tables(ours.btf_fd, programs, maps), 0);
	standing_link = must(raw_link_create(maps[0]));
	close_them(maps, RACE_TABLES);
}

static void check_counters(void)
{
	unsigned long met = 0;
	int id;

	for (id = 0; id < RACE_TABLES; id++)
		met += written.met[id];
	print_message("# %lu messages met a table, %lu none; %lu swaps\n", met,
		      written.missed, swaps_done);
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
	close_them(programs[0], RACE_TABLES * 2);
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
	int i;

	if (model == &acts_slot) {
		expect_clean();
		return;
	}
	for (i = 0; i < 1000 && raw_delete_tables(); i++)
		usleep(10000);
	assert_int_equal(raw_delete_tables(), 0);
}

void acts_race(void **state)
{
	const struct acts_pair *pair = *state;
	const struct race_act *acts[] = { pair->x, pair->y };
	bool goes = false, attaches = false;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(acts); i++) {
		goes |= acts[i] == &act_rmmod;
		attaches |= acts[i] == &act_attach || acts[i] == &act_detach ||
			    acts[i] == &act_swap;
	}
	setup(goes);
	slot_is_ours = pair->x != &act_detach && pair->y != &act_detach;
	if (!goes && !attaches)
		attach_one();
	race_run(pair->x, pair->y, pair->per_second);
	tidy_up();
	nothing_is_left();
	if (!goes)
		check_counters();
}
