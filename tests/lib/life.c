// SPDX-License-Identifier: GPL-2.0-only
#include "lib.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "life.h"

static struct table table, other;

static __u32 id_of_map(const struct bpf_map *map)
{
	struct bpf_map_info info = {};
	__u32 len = sizeof(info);

	assert_int_equal(bpf_map_get_info_by_fd(bpf_map__fd(map), &info, &len),
			 0);
	return info.id;
}

static void link_has(const struct bpf_link *link, const struct bpf_map *map)
{
	struct bpf_link_info info = {};
	__u32 len = sizeof(info);

	assert_int_equal(
		bpf_link_get_info_by_fd(bpf_link__fd(link), &info, &len), 0);
	assert_int_equal(info.struct_ops.map_id, id_of_map(map));
}

void life_swaps(const char *file, const char *name)
{
	table_up(&table, file, name);
	table_load(&other, file, name);
	table_must_be_loaded(&other);
	link_has(table.link, table.map);

	assert_int_equal(bpf_link__update_map(table.link, other.map), 0);
	link_has(table.link, other.map);
	assert_int_equal(bpf_link__update_map(table.link, table.map), 0);
	link_has(table.link, table.map);
	table_free(&table);
	table_free(&other);
}

void life_ends_with_its_loader(const char *file)
{
	const char *const argv[] = { "./loader", file, NULL };
	static struct process loader;

	process_start(&loader, argv);
	process_wait_for(&loader, "attached");
	assert_int_equal(module_unload(), EAGAIN);
	kill(loader.pid, SIGKILL);
	assert_int_equal(process_wait(&loader), 256 + SIGKILL);
	module_unload_soon();
	assert_int_equal(module_load(MODULE_FILE, ""), 0);
}

#define RACES 200

static void (*call_of_race)(void);
static atomic_uint calls;
static atomic_bool is_over;

static void *keep_calling(void *unused)
{
	while (!atomic_load(&is_over)) {
		call_of_race();
		atomic_fetch_add(&calls, 1);
	}
	return NULL;
}

/*
 * Counts the attached tables during which a call ended: a race without these is none. On a
 * slow machine it takes longer.
 */
void life_races(const char *file, const char *name, void (*call)(void))
{
	unsigned int i, before, met = 0;
	int err = 0;
	pthread_t thread;

	call_of_race = call;
	atomic_store(&is_over, false);
	table_load(&table, file, name);
	table_must_be_loaded(&table);
	assert_int_equal(pthread_create(&thread, NULL, keep_calling, NULL), 0);
	for (i = 0; i < RACES || (met <= RACES / 10 && i < 10 * RACES); i++) {
		before = atomic_load(&calls);
		err = table_attach(&table);
		if (err)
			break;
		usleep(1000);
		table_detach(&table);
		met += atomic_load(&calls) != before;
	}
	atomic_store(&is_over, true);
	pthread_join(thread, NULL);
	print_message("# calls met %u of %u tables\n", met, i);
	assert_int_equal(err, 0);
	assert_true(met > RACES / 10);
	table_free(&table);
}
