// SPDX-License-Identifier: GPL-2.0-only
/*
 * Random bpf(2) calls against the type: first calls of which we know what the kernel
 * must do, then calls that may do anything, but must leave nothing behind.
 *
 * Usage: test_random [SEED]
 */
#include "lib.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "hostile.h"
#include "random.h"

static uint64_t seed;

static _Thread_local uint64_t random_state;

static __u32 below(__u32 n)
{
	return random_below(&random_state, n);
}

/* A model of the state to which a run of random calls must lead. */
struct model_map {
	int fd; /* -1: there is none */
	__u32 id, flags;
	enum state state;
	char name[16];
};

struct model_link {
	int fd; /* -1: there is none */
	struct model_map *map; /* NULL: detached */
};

static struct model_map maps[5];
static struct model_link links[3];
static struct model_map *attached;
static unsigned int attaches, swaps_done, refusals;

/* Picks one at random, but prefers one that is there. */
static struct model_map *some_map(void)
{
	struct model_map *m;
	int tries = 4;

	do
		m = &maps[below(ARRAY_SIZE(maps))];
	while (m->fd < 0 && --tries);
	return m;
}

static struct model_link *some_link(void)
{
	struct model_link *l;
	int tries = 4;

	do
		l = &links[below(ARRAY_SIZE(links))];
	while (l->fd < 0 && --tries);
	return l;
}

static void count(int ret)
{
	refusals += ret < 0;
}

static void random_create(void)
{
	struct model_map *m = &maps[below(ARRAY_SIZE(maps))];
	const struct tweak *t = NULL;
	union bpf_attr attr;
	int ret;

	if (m->fd >= 0)
		return;
	m->flags = below(3) ? BPF_F_LINK : 0;
	m->state = INIT;
	raw_map_attr(&attr, &ours, own_btf, m->flags);
	if (!below(3)) {
		t = &create_tweaks[below(nr_create_tweaks)];
		tweak(&attr, t);
	}
	ret = raw_bpf(BPF_MAP_CREATE, &attr);
	count(ret);
	if (t) {
		expect(t->what, ret, t->err);
		return;
	}
	m->fd = must(ret);
	m->id = raw_map_id(m->fd);
}

static void random_update(void)
{
	struct model_map *m = some_map();
	const struct tweak *t = NULL;
	struct value v;
	char name[16];
	int wanted, ret, i;

	/* As long as TWELVE_LETTERS. */
	snprintf(name, sizeof(name), "random %05u", below(100000));
	good_value(&v, name);
	if (below(2))
		t = &update_tweaks[below(nr_update_tweaks)];
	/* Tweaks need all of them. */
	for (i = TEST_2; i < NR_FUNCTIONS && !t; i++) {
		if (below(2))
			set_program(&v, i, 0);
	}

	ret = tweaked_update(m->fd, &v, t);
	count(ret);
	if (m->fd < 0)
		wanted = -EBADF;
	else if (t && !t->late)
		wanted = t->err;
	else if (m->state != INIT)
		wanted = -EBUSY;
	else if (t)
		wanted = t->err;
	else if (!m->flags && attached)
		wanted = -EEXIST;
	else
		wanted = 0;
	expect(t ? t->what : "update", ret, wanted);
	if (ret)
		return;
	strcpy(m->name, name);
	m->state = m->flags ? READY : INUSE;
	if (!m->flags) {
		attached = m;
		attaches++;
	}
}

static void random_look(void)
{
	struct model_map *m = some_map();
	struct value v;

	if (m->fd < 0) {
		returns(raw_lookup(m->fd, 0, &v), -EBADF);
		return;
	}
	expect_state(m->fd, m->state, attached == m);
	expect_keys(m->fd);
	returns(raw_lookup(m->fd, 0, &v), 0);
	assert_string_equal(v.ops.name, m->state == INIT ? "" : m->name);
}

static void random_delete(void)
{
	struct model_map *m = some_map();
	int ret = raw_delete(m->fd, below(2));

	count(ret);
	if (m->fd < 0)
		expect("delete", ret, -EBADF);
	else if (m->flags)
		expect("delete", ret, -EOPNOTSUPP);
	else if (m->state == INIT)
		expect("delete", ret, -ENOENT);
	else if (m->state == TOBEFREE)
		expect("delete", ret, -EINPROGRESS);
	else
		expect("delete", ret, 0);
	if (ret)
		return;
	m->state = TOBEFREE;
	attached = NULL;
}

static void random_link(void)
{
	struct model_link *l = &links[below(ARRAY_SIZE(links))];
	struct model_map *m = some_map();
	int ret;

	if (l->fd >= 0)
		return;
	ret = raw_link_create(m->fd);
	count(ret);
	if (m->fd < 0)
		expect("link", ret, -EBADF);
	else if (m->state != READY)
		expect("link", ret, -EINVAL);
	else if (attached)
		expect("link", ret, -EEXIST);
	else
		must(ret);
	if (ret < 0)
		return;
	l->fd = ret;
	l->map = m;
	attached = m;
	attaches++;
}

static void random_swap(void)
{
	struct model_link *l = some_link();
	struct model_map *m = some_map(), *old = some_map();
	__u32 flags = below(2) ? BPF_F_REPLACE : 0;
	int old_fd, wanted, ret;

	if (flags && l->map && below(2))
		old = l->map;
	old_fd = flags || !below(3) ? old->fd : 0;
	ret = raw_link_update(l->fd, m->fd, old_fd, flags);
	count(ret);
	if (l->fd < 0 || m->fd < 0 || (flags && old->fd < 0))
		wanted = -EBADF;
	else if (!flags && old_fd)
		wanted = -EINVAL;
	else if (m->state != READY)
		wanted = -EINVAL;
	else if (!l->map)
		wanted = -ENOLINK;
	else if (flags && old != l->map)
		wanted = -EPERM;
	else
		wanted = 0;
	expect("swap", ret, wanted);
	if (ret)
		return;
	l->map = m;
	attached = m;
	swaps_done++;
}

static void lose_link(struct model_link *l)
{
	if (l->map)
		attached = NULL;
	l->map = NULL;
}

static void random_detach(void)
{
	struct model_link *l = some_link();

	expect("detach", bpf_link_detach(l->fd), l->fd < 0 ? -EBADF : 0);
	lose_link(l);
}

static void random_close_link(void)
{
	struct model_link *l = some_link();

	if (l->fd < 0)
		return;
	close(l->fd);
	l->fd = -1;
	lose_link(l);
}

/* An attached table stays when nobody has it open, any other goes at once. */
static void random_close(void)
{
	struct model_map *m = some_map();

	if (m->fd < 0)
		return;
	close(m->fd);
	m->fd = bpf_map_get_fd_by_id(m->id);
	if (attached == m)
		must(m->fd);
	else
		expect("a map that was closed", m->fd, -ENOENT);
	if (m->fd < 0)
		m->fd = -1;
}

static void random_trigger(void)
{
	unsigned long before = status_number("test_1 calls");

	trigger("x");
	assert_int_equal(status_number("test_1 calls"), before + !!attached);
}

static void forget_all(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(maps); i++)
		maps[i].fd = -1;
	for (i = 0; i < ARRAY_SIZE(links); i++)
		links[i] = (struct model_link){ .fd = -1 };
	attached = NULL;
	attaches = 0;
	swaps_done = 0;
	refusals = 0;
}

/* After this time a test makes no more calls, even on a slow machine. */
#define SECONDS_AT_MOST 60

#define MODEL_STEPS 6000
#define ENOUGH 5 /* times that a rare thing must happen */

static void the_kernel_does_what_is_known_of_it(void **state)
{
	static void (*const steps[])(void) = {
		random_create,	random_create, random_update,	  random_update,
		random_look,	random_delete, random_delete,	  random_link,
		random_link,	random_link,   random_swap,	  random_swap,
		random_swap,	random_detach, random_close_link, random_close,
		random_trigger,
	};
	double end = clock_seconds() + SECONDS_AT_MOST;
	int i;

	print_message("# seed %llu\n", (unsigned long long)seed);
	random_state = random_begin(seed);
	module_set_log(false);
	forget_all();

	for (i = 0; i < MODEL_STEPS && clock_seconds() < end; i++) {
		steps[below(ARRAY_SIZE(steps))]();
		assert_string_equal(status("attached"), attached ? "yes" : "no");
		assert_string_equal(status("name"),
				    attached ? attached->name : "");
		assert_int_equal(status_number("swaps"), swaps_done);
	}
	print_message("# %d steps: %u attaches, %u swaps, %u refusals\n", i,
		      attaches, swaps_done, refusals);
	assert_in_range(attaches, ENOUGH, MODEL_STEPS);
	assert_in_range(swaps_done, ENOUGH, MODEL_STEPS);
	assert_in_range(refusals, ENOUGH, MODEL_STEPS);

	close_all();
	expect_clean();
}

/*
 * Calls whose pointers are garbage too may write here: no memory of ours is at an
 * address that differs in a few bits.
 */
#define SCRATCH ((char *)0x200000000000)
#define SCRATCH_SIZE (1 << 20)
#define CALLERS 3

/* Descriptors that the callers share. */
static atomic_int some_maps[6], some_links[3];
static atomic_int calls_left, made, linked, swapped;
static atomic_bool writing;
static double end_of_calls;

static int map_fd(void)
{
	return some_maps[below(ARRAY_SIZE(some_maps))];
}

static int link_fd(void)
{
	return some_links[below(ARRAY_SIZE(some_links))];
}

static void flip(void *at, size_t size)
{
	__u32 bit = below(8 * size);

	((unsigned char *)at)[bit / 8] ^= 1 << bit % 8;
}

/* Makes a call that would do something, if no bit of it were flipped. */
static enum bpf_cmd make_call(union bpf_attr *attr, char *scratch)
{
	static const enum bpf_cmd cmds[] = {
		BPF_MAP_CREATE,		BPF_MAP_UPDATE_ELEM,
		BPF_MAP_UPDATE_ELEM,	BPF_MAP_LOOKUP_ELEM,
		BPF_MAP_DELETE_ELEM,	BPF_MAP_GET_NEXT_KEY,
		BPF_LINK_CREATE,	BPF_LINK_CREATE,
		BPF_LINK_UPDATE,	BPF_LINK_UPDATE,
		BPF_LINK_UPDATE,	BPF_LINK_DETACH,
		BPF_MAP_FREEZE,		BPF_MAP_LOOKUP_BATCH,
		BPF_MAP_UPDATE_BATCH,	BPF_MAP_LOOKUP_AND_DELETE_ELEM,
		BPF_OBJ_GET_INFO_BY_FD,
	};
	enum bpf_cmd cmd = cmds[below(ARRAY_SIZE(cmds))];
	struct value *v = (struct value *)(scratch + PAGE);

	memset(scratch, 0, 2 * PAGE);
	memset(attr, 0, sizeof(*attr));
	switch (cmd) {
	case BPF_MAP_CREATE:
		raw_map_attr(attr, &ours, own_btf, below(2) ? BPF_F_LINK : 0);
		break;
	case BPF_LINK_CREATE:
		attr->link_create.map_fd = map_fd();
		attr->link_create.attach_type = BPF_STRUCT_OPS;
		break;
	case BPF_LINK_UPDATE:
		attr->link_update.link_fd = link_fd();
		attr->link_update.new_map_fd = map_fd();
		if (below(2))
			break;
		attr->link_update.old_map_fd = map_fd();
		attr->link_update.flags = BPF_F_REPLACE;
		break;
	case BPF_MAP_LOOKUP_BATCH:
	case BPF_MAP_UPDATE_BATCH:
		attr->batch.map_fd = map_fd();
		attr->batch.out_batch = (unsigned long)scratch;
		attr->batch.keys = (unsigned long)scratch;
		attr->batch.values = (unsigned long)v;
		attr->batch.count = 1;
		break;
	case BPF_LINK_DETACH:
		attr->link_detach.link_fd = link_fd();
		break;
	case BPF_OBJ_GET_INFO_BY_FD:
		attr->info.bpf_fd = below(2) ? map_fd() : link_fd();
		attr->info.info_len = 256;
		attr->info.info = (unsigned long)v;
		break;
	default:
		attr->map_fd = map_fd();
		attr->key = (unsigned long)scratch;
		attr->value = (unsigned long)v;
		good_value(v, TWELVE_LETTERS);
		if (!below(3))
			flip(v, sizeof(*v));
	}
	return cmd;
}

/* Takes the place of another, which is closed, perhaps while a caller uses it. */
static void keep(atomic_int *in, int fd)
{
	int old = atomic_exchange(in, fd);

	if (old >= 0)
		close(old);
}

static void *call_on(void *arg)
{
	int caller = *(int *)arg;
	char *scratch = SCRATCH + caller * 4 * PAGE;

	random_state = random_begin(seed + caller);
	while (clock_seconds() < end_of_calls &&
	       atomic_fetch_sub(&calls_left, 1) > 0) {
		union bpf_attr attr;
		enum bpf_cmd cmd = make_call(&attr, scratch);
		__u32 flips = below(4);
		int ret;

		/* Often flip nothing: calls that all fail would lead nowhere. */
		while (flips-- > 1)
			flip(&attr, 72);
		/* A table without a link would keep all others out for good. */
		if (!below(50))
			raw_delete_tables();
		/* Another type of map might ask for all memory. */
		if (cmd == BPF_MAP_CREATE)
			attr.map_type = BPF_MAP_TYPE_STRUCT_OPS;

		ret = raw_bpf(cmd, &attr);
		if (ret < 0)
			continue;
		if (cmd == BPF_MAP_CREATE) {
			made++;
			keep(&some_maps[below(ARRAY_SIZE(some_maps))], ret);
		} else if (cmd == BPF_LINK_CREATE) {
			linked++;
			keep(&some_links[below(ARRAY_SIZE(some_links))], ret);
		} else if (cmd == BPF_LINK_UPDATE) {
			swapped++;
		}
	}
	return NULL;
}

static void *write_on(void *arg)
{
	int fd = open(TRIGGER, O_WRONLY | O_CLOEXEC);
	long failed = fd < 0;

	while (writing)
		failed += write(fd, "x", 1) != 1;
	close(fd);
	return (void *)failed;
}

/* With one caller a seed repeats a run; with more, only its beginning. */
static void random_calls(int callers, int calls)
{
	pthread_t writer, threads[CALLERS];
	int numbers[CALLERS];
	void *failed = NULL;
	size_t i;
	int n;

	print_message("# seed %llu\n", (unsigned long long)seed);
	module_set_log(false);
	assert_ptr_equal(mmap(SCRATCH, SCRATCH_SIZE, PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE,
			      -1, 0),
			 SCRATCH);
	for (i = 0; i < ARRAY_SIZE(some_maps); i++)
		some_maps[i] = -1;
	for (i = 0; i < ARRAY_SIZE(some_links); i++)
		some_links[i] = -1;
	made = 0;
	swapped = 0;
	linked = 0;
	calls_left = calls;
	end_of_calls = clock_seconds() + SECONDS_AT_MOST;
	writing = true;

	assert_int_equal(pthread_create(&writer, NULL, write_on, NULL), 0);
	for (n = 0; n < callers; n++) {
		numbers[n] = n;
		assert_int_equal(pthread_create(&threads[n], NULL, call_on,
						&numbers[n]),
				 0);
	}
	for (n = 0; n < callers; n++)
		pthread_join(threads[n], NULL);
	writing = false;
	pthread_join(writer, &failed);
	munmap(SCRATCH, SCRATCH_SIZE);
	print_message("# %d calls made %d maps, %d links and %d swaps\n",
		      calls - (calls_left > 0 ? calls_left : 0), made, linked,
		      swapped);

	/* No writer has noticed. */
	assert_null(failed);
	assert_in_range(made, ENOUGH, calls);
	assert_in_range(linked, ENOUGH, calls);
	assert_in_range(swapped, 1, calls);

	/* A table without a link outlives its descriptors, and is found by id. */
	close_all();
	expect_clean();
	trigger("x");
}

static void random_calls_leave_nothing_behind(void **state)
{
	random_calls(1, 5000);
}

static void random_calls_at_once_leave_nothing_behind(void **state)
{
	random_calls(CALLERS, 20000);
}

int main(int argc, char *argv[])
{
	const struct CMUnitTest tests[] = {
		hostile_test(the_kernel_does_what_is_known_of_it),
		hostile_test(random_calls_leave_nothing_behind),
		hostile_test(random_calls_at_once_leave_nothing_behind),
	};

	seed = argc > 1 ? strtoull(argv[1], NULL, 0) : (uint64_t)time(NULL);
	return run_all(tests);
}
