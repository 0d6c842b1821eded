// SPDX-License-Identifier: GPL-2.0-only
/* CPUs go offline and come back, while the module is at work on them. */
#include "lib.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <unistd.h>

#include "acts.h"

#define MESSAGES 100

/* Taking a CPU offline twice is no operation: so one actor at a time. */
static pthread_mutex_t going[RACE_ACTORS_MAX];

/* CPU 0 stays; the actors share the others. */
static unsigned int cpu_of(const struct race_actor *a)
{
	unsigned int others = sysconf(_SC_NPROCESSORS_CONF) - 1;

	return 1 + a->number / 2 % others;
}

/* What was counted on a CPU must not go with it: act_read would miss it. */
static void write_on_the_cpu(struct race_actor *a)
{
	struct writes writes = {};
	cpu_set_t all, one;
	int i;

	CPU_ZERO(&one);
	CPU_SET(cpu_of(a), &one);
	assert_return_code(sched_getaffinity(0, sizeof(all), &all), errno);
	assert_return_code(sched_setaffinity(0, sizeof(one), &one), errno);
	for (i = 0; i < MESSAGES; i++)
		assert_true(writes_count(&writes, trigger_write("x", 1)));
	assert_return_code(sched_setaffinity(0, sizeof(all), &all), errno);
	writes_add(&writes);
}

static void set_online(struct race_actor *a, const char *on)
{
	char path[64];
	int fd, err = 0;

	snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%u/online",
		 cpu_of(a));
	race_begin(a);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, on, 1) != 1)
		err = errno;
	race_end(a, err ? RACE_IDLE : RACE_DONE);
	if (fd >= 0)
		close(fd);
	if (err)
		race_fail("%s: %s", path, strerror(err));
}

#ifdef __powerpc64__
#define IS_POWERPC true
#else
#define IS_POWERPC false
#endif

static void go_and_come(struct race_actor *a)
{
	pthread_mutex_t *mutex = &going[cpu_of(a)];

	pthread_mutex_lock(mutex);
	set_online(a, "0");
	race_pause(a);
	set_online(a, "1");
	pthread_mutex_unlock(mutex);
	race_pause(a);
}

static const struct race_act hotplug = {
	.name = "hotplug",
	.start = write_on_the_cpu,
	.act = go_and_come,
};

static void race_hotplug(void **state)
{
	size_t i;

	if (access("/sys/devices/system/cpu/cpu1/online", W_OK)) {
		print_message("# no CPU of this machine can go\n");
		skip();
	}
	/* The kernel's own fault, in one run of a few: docs/upstream.md, 10. */
	if (IS_POWERPC) {
		print_message(
			"# this kernel oopses where a map is freed while its CPU goes\n");
		skip();
	}
	for (i = 0; i < ARRAY_SIZE(going); i++)
		pthread_mutex_init(&going[i], NULL);
	acts_race(state);
}

#define AGAINST(act) \
	acts_test("hotplug-" #act, race_hotplug, &hotplug, &act_##act, 0.5)

int main(int argc, char *argv[])
{
	const struct CMUnitTest tests[] = {
		AGAINST(trigger),
		AGAINST(read),
		AGAINST(attach),
		AGAINST(swap),
	};

	return run_chosen(argc, argv, tests);
}
