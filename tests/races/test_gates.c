// SPDX-License-Identifier: GPL-2.0-only
/*
 * All that can be done with the gates of examples/turnstile, in pairs, each with each.
 * Whoever attaches rules has some of its own, and knows when they may be asked.
 *
 * Usage: test_gates [PAIR]   only this one
 */
#include "lib.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/klog.h>
#include <unistd.h>

#include "race.h"
#include "rawbpf.h"

#define NAME "turnstile"
#define GATES "/proc/" NAME
#define CHAIN "programs/chain.bpf.o"

static bool module_goes, gates_go, tables_go;
static atomic_ulong asked, not_asked;

/**
 * struct own - what an actor has of its own: two rules, which can take each other's place
 * @obj: their object
 * @rules: their maps
 * @link: while one of them is attached
 * @at: which
 * @gate: where
 * @length: how often they were asked
 * @misplaced: how often that was at the wrong gate
 */
struct own {
	struct bpf_object *obj;
	int rules[2];
	int link;
	int at;
	unsigned int gate;
	volatile __u32 *length, *misplaced;
};

/* Returns 0 or the errno. */
static int command(const char *what, unsigned int gate)
{
	int fd = open(GATES, O_WRONLY | O_CLOEXEC);
	char line[32];
	int n, err;

	if (fd < 0)
		return errno;
	n = snprintf(line, sizeof(line), "%s %u ann", what, gate);
	err = write(fd, line, n) < 0 ? errno : 0;
	close(fd);
	return err;
}

static void *variable(struct bpf_object *obj, const char *name)
{
	static struct table table;
	void *found;

	table.obj = obj;
	found = table_variable(&table, name);
	table.obj = NULL;
	return found;
}

static void own_down(struct own *own)
{
	if (own->link >= 0)
		close(own->link);
	own->link = -1;
	bpf_object__close(own->obj);
	own->obj = NULL;
}

static int no_print(enum libbpf_print_level level, const char *format,
		    va_list args)
{
	return 0;
}

/* Returns 0, or an errno, which may be of the module's going. */
static int own_up(struct own *own)
{
	static const char *const names[] = { "rule_0", "rule_1" };
	struct bpf_map *map;
	struct bpf_link *link;
	__u32 *gate;
	size_t size;
	int i, err;

	own->link = -1;
	own->at = 0;
	libbpf_set_print(no_print);
	own->obj = bpf_object__open_file(CHAIN, NULL);
	if (!own->obj)
		return errno;
	bpf_object__for_each_map(map, own->obj) {
		if (bpf_map__type(map) != BPF_MAP_TYPE_STRUCT_OPS)
			continue;
		bpf_map__set_autocreate(map, false);
		for (i = 0; i < 2; i++) {
			if (strcmp(bpf_map__name(map), names[i]))
				continue;
			bpf_map__set_autocreate(map, true);
			/* Two pointers, and then the gate. */
			memcpy((char *)bpf_map__initial_value(map, &size) + 16,
			       &own->gate, sizeof(own->gate));
		}
	}
	err = -bpf_object__load(own->obj);
	if (err)
		return err;
	own->length = variable(own->obj, "length");
	own->misplaced = variable(own->obj, "misplaced");
	gate = variable(own->obj, "gate");
	for (i = 0; i < 2; i++) {
		gate[i] = own->gate;
		map = bpf_object__find_map_by_name(own->obj, names[i]);
		own->rules[i] = bpf_map__fd(map);
		/* It takes one attach for libbpf to fill the map; it may be refused. */
		link = bpf_map__attach_struct_ops(map);
		bpf_link__destroy(link);
	}
	return 0;
}

static void own_start(struct race_actor *a)
{
	struct own *own = calloc(1, sizeof(*own));

	assert_non_null(own);
	own->gate = 1 + a->number / 2 % 2;
	own->link = -1;
	if (!module_goes)
		assert_int_equal(own_up(own), 0);
	a->own = own;
}

static void own_stop(struct race_actor *a)
{
	struct own *own = a->own;

	if (own->obj && *own->misplaced)
		race_fail("a rule was asked where it was not");
	own_down(own);
	free(own);
}

/*
 * What came of an attach; nobody else attaches our rules. Whoever removes a gate holds
 * its links for a while, so that a rule may still be attached when we have closed its.
 */
static enum race_end attached(int ret)
{
	if (ret >= 0)
		return RACE_DONE;
	if (ret != -E2BIG && !(gates_go && (ret == -ENODEV || ret == -EBUSY)))
		race_fail("attach: %d", ret);
	return RACE_LOST;
}

static enum race_end attach(struct own *own)
{
	int link = raw_link_create(own->rules[own->at]);
	enum race_end how = attached(link);

	own->link = link;
	return how;
}

/* A rule that is attached is asked; one that is not, is not. */
static void must_be_asked(struct own *own, bool wanted)
{
	__u32 before = *own->length;
	int err = command("visit", own->gate);

	if (err != EACCES && !(err == ENODEV && gates_go)) {
		race_fail("visit: %d", err);
		return;
	}
	if (wanted && !gates_go && *own->length == before)
		race_fail("a rule that is attached was not asked");
	if (!wanted && *own->length != before)
		race_fail("a rule that is detached was asked");
	if (wanted)
		asked++;
	else
		not_asked++;
}

/* In one of two ways. */
static void take_out(struct race_actor *a)
{
	struct own *own = a->own;

	if (own->link < 0)
		return;
	if (random_below(&a->random, 2) && raw_link_detach(own->link))
		race_fail("detach");
	close(own->link);
	own->link = -1;
}

/* Where the module goes, all that takes is part of the operation. */
static void fresh(struct race_actor *a)
{
	struct own *own = a->own;
	enum race_end how = RACE_LOST;
	int ret;

	race_begin(a);
	if (!own_up(own)) {
		ret = raw_link_create(own->rules[0]);
		if (ret >= 0)
			how = RACE_DONE;
		own->link = ret;
		race_pause(a);
	}
	own_down(own);
	race_end(a, how);
}

static void do_attach(struct race_actor *a)
{
	struct own *own = a->own;
	enum race_end how;

	if (module_goes) {
		fresh(a);
		return;
	}
	race_begin(a);
	how = attach(own);
	race_end(a, how);
	if (how == RACE_DONE)
		must_be_asked(own, true);
	race_pause(a);
	take_out(a);
}

static void do_detach(struct race_actor *a)
{
	struct own *own = a->own;

	if (module_goes) {
		fresh(a);
		return;
	}
	if (attach(own) != RACE_DONE) {
		usleep(100);
		return;
	}
	race_pause(a);
	race_begin(a);
	take_out(a);
	race_end(a, RACE_DONE);
	must_be_asked(own, false);
}

static void do_swap(struct race_actor *a)
{
	struct own *own = a->own;
	int ret;

	if (own->link < 0 && attach(own) != RACE_DONE) {
		usleep(100);
		return;
	}
	race_begin(a);
	ret = raw_link_update(own->link, own->rules[!own->at], 0, 0);
	race_end(a, ret ? RACE_LOST : RACE_DONE);
	if (!ret)
		own->at = !own->at;
	else if (ret != -ENOLINK || !gates_go)
		race_fail("swap: %d", ret);
	if (!ret)
		must_be_asked(own, true);
	if (ret || !random_below(&a->random, 8))
		take_out(a);
}

static void do_visit(struct race_actor *a)
{
	int err;

	race_begin(a);
	err = command("visit", 1 + random_below(&a->random, 2));
	race_end(a, err == EACCES ? RACE_DONE : RACE_IDLE);
	if (err == EACCES || (err == ENODEV && (gates_go || module_goes)) ||
	    (module_goes && (err == ENOENT || err == EIO)))
		return;
	race_fail("visit: %d", err);
}

/* Either gate goes, and comes back. */
static void do_go(struct race_actor *a)
{
	unsigned int gate = 1 + random_below(&a->random, 2);
	int err;

	race_begin(a);
	err = command("remove", gate);
	race_end(a, !err ? RACE_DONE : err == ENODEV ? RACE_LOST : RACE_IDLE);
	if (err && err != ENODEV &&
	    !(module_goes && (err == ENOENT || err == EIO)))
		race_fail("remove: %d", err);
	race_pause(a);
	err = command("add", gate);
	if (err && err != EEXIST &&
	    !(module_goes && (err == ENOENT || err == EIO)))
		race_fail("add: %d", err);
	race_pause(a);
}

/* For those who need a while: one at a time removes the module, and leaves it that. */
static pthread_mutex_t going = PTHREAD_MUTEX_INITIALIZER;

static void rmmod(struct race_actor *a)
{
	int err;

	race_begin(a);
	while ((err = module_unload_named(NAME)) == EAGAIN && !race_over())
		usleep(100);
	race_end(a, !err ? RACE_DONE : err == ENOENT ? RACE_IDLE : RACE_LOST);
	if (err && err != EAGAIN && err != ENOENT && err != EBUSY)
		race_fail("rmmod: %s", strerror(err));
	race_pause(a);
	if (err)
		return;
	err = module_load(NAME ".ko", "");
	/* Another may be first, and one that is going must be gone before. */
	if (err && err != EEXIST && err != EBUSY)
		race_fail("insmod: %s", strerror(err));
	command("add", 1);
	command("add", 2);
}

static void do_rmmod(struct race_actor *a)
{
	if (!tables_go) {
		rmmod(a);
		return;
	}
	pthread_mutex_lock(&going);
	rmmod(a);
	/* To load an object and to attach its rule can take that long. */
	usleep(1000 * random_below(&a->random, 1000));
	pthread_mutex_unlock(&going);
}

static const struct race_act act_attach = { "attach", own_start, do_attach,
					    own_stop };
static const struct race_act act_detach = { "detach", own_start, do_detach,
					    own_stop };
static const struct race_act act_swap = { "swap", own_start, do_swap, own_stop };
static const struct race_act act_visit = { .name = "visit", .act = do_visit };
static const struct race_act act_go = { .name = "go", .act = do_go };
static const struct race_act act_rmmod = { .name = "rmmod", .act = do_rmmod };

struct pair {
	const struct race_act *x, *y;
	double per_second;
};

static int gates_setup(void **state)
{
	module_unload_named(NAME);
	/* A line for each visit is too much for a console: warnings are not. */
	klogctl(8, NULL, 5);
	asked = 0;
	not_asked = 0;
	return module_load(NAME ".ko", "") ?: command("add", 1)
					   ?: command("add", 2);
}

static int gates_teardown(void **state)
{
	module_load(NAME ".ko", "");
	module_unload_named_soon(NAME);
	return 0;
}

static bool tables_of(const struct race_act *act)
{
	return act == &act_attach || act == &act_detach || act == &act_swap;
}

static void race(void **state)
{
	const struct pair *pair = *state;

	module_goes = pair->x == &act_rmmod || pair->y == &act_rmmod;
	gates_go = pair->x == &act_go || pair->y == &act_go;
	tables_go = tables_of(pair->x) || tables_of(pair->y);
	race_run(pair->x, pair->y, pair->per_second);
	if (!module_goes && tables_go) {
		print_message("# %lu times asked, %lu times rightly not\n",
			      asked, not_asked);
		assert_true(asked + not_asked > 0);
	}
}

#define PAIR(a, b, per_second)                                               \
	{                                                                    \
		#a "-" #b, race, gates_setup, gates_teardown, &(struct pair) \
		{                                                            \
			&act_##a, &act_##b, per_second                       \
		}                                                            \
	}

int main(int argc, char *argv[])
{
	const struct CMUnitTest tests[] = {
		PAIR(attach, attach, 1), PAIR(attach, detach, 1),
		PAIR(attach, swap, 1),	 PAIR(attach, visit, 1),
		PAIR(attach, go, 1),	 PAIR(attach, rmmod, 0.2),
		PAIR(detach, detach, 1), PAIR(detach, swap, 1),
		PAIR(detach, visit, 1),	 PAIR(detach, go, 1),
		PAIR(swap, swap, 1),	 PAIR(swap, visit, 1),
		PAIR(swap, go, 1),	 PAIR(visit, visit, 100),
		PAIR(visit, go, 10),	 PAIR(visit, rmmod, 0.2),
		PAIR(go, go, 1),	 PAIR(go, rmmod, 0.2),
		PAIR(rmmod, rmmod, 0.2),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return run_all(tests);
}
