// SPDX-License-Identifier: GPL-2.0-only
/*
 * A table of the type hid_bpf_ops, and its device, which is unplugged: the kernel ends the
 * table then and leaves its link. The device is one of /dev/uhid. The modules of HID are
 * there where 'make hid-modules' has fetched them.
 */
#include "lib.h"
#include "mouse.h"
#include "opsctl.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/module.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define TRUTH "programs/truth.bpf.o"
#define PIN "/sys/fs/bpf/no_device"

static struct process waiting, watching;
static int uhid = -1;

/* Loads a module as it is in Debian's package; it may be loaded. */
static bool load(const char *name)
{
	char path[64];
	int fd, err;

	snprintf(path, sizeof(path), "hid/%s.ko.xz", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	err = syscall(SYS_finit_module, fd, "", MODULE_INIT_COMPRESSED_FILE)
		      ? errno
		      : 0;
	close(fd);
	if (err && err != EEXIST)
		fail_msg("%s: %s", path, strerror(err));
	return true;
}

static void need_hid(void)
{
	if (load("hid") && load("uhid") && load("hid-generic") &&
	    !status_of("types hid_bpf_ops"))
		return;
	print_message("# no modules of HID, or no hid_bpf_ops\n");
	skip();
}

/* Returns the device's number, as soon as it is there. */
static unsigned long plug_in(void)
{
	unsigned long id = 0;
	struct dirent *entry;
	int tries;
	DIR *dir;

	uhid = mouse_plug_in();
	assert_return_code(uhid, errno);
	for (tries = 0; !id && tries < 1000; tries++) {
		dir = opendir("/sys/bus/hid/devices");
		assert_non_null(dir);
		while ((entry = readdir(dir))) {
			if (!strncmp(entry->d_name, MOUSE, strlen(MOUSE)))
				id = strtoul(entry->d_name + strlen(MOUSE),
					     NULL, 16);
		}
		closedir(dir);
		usleep(10000);
	}
	assert_int_not_equal(id, 0);
	return id;
}

static void unplug(void)
{
	close(uhid);
	uhid = -1;
}

static void attach_to(unsigned long id)
{
	char line[128];

	snprintf(line, sizeof(line),
		 "attach " TRUTH
		 " --map no_device --set hid_id=%lu --pin /sys/fs/bpf",
		 id);
	succeeds(line);
}

static bool is_attached(void)
{
	return json_object_get_boolean(json_at(listed("no_device"), "attached"));
}

static void a_device_that_goes_ends_its_table(void **state)
{
	char gone[64];
	unsigned long id;

	need_hid();
	id = plug_in();
	snprintf(gone, sizeof(gone), "HID device %lu is gone", id);
	attach_to(id);
	assert_true(is_attached());
	start(&waiting, "wait no_device", NULL);
	process_wait_for(&waiting, "Waiting for link ");

	unplug();
	assert_int_equal(process_wait(&waiting), 0);
	assert_non_null(strstr(waiting.said, gone));
	assert_false(is_attached());
	assert_string_equal(json_text_at(json_find(json, "name", "no_device"),
					 "ended"),
			    gone);
	succeeds("detach no_device");
	assert_int_equal(access(PIN, F_OK), -1);
}

static void watch_tells_of_a_device_that_goes(void **state)
{
	char ended[128];
	unsigned long id;

	need_hid();
	id = plug_in();
	start(&watching, "watch", NULL);
	process_wait_for(&watching, "Ctrl-C ends this.\n");
	attach_to(id);
	process_wait_for(&watching, " attach no_device, id ");
	assert_null(strstr(watching.said, " ended "));

	unplug();
	process_wait_for(&watching, " ended  no_device, id ");
	snprintf(ended, sizeof(ended), ": HID device %lu is gone\n", id);
	process_wait_for(&watching, ended);
	/* Its link is still there, and goes now. */
	assert_null(strstr(watching.said, " detach "));
	succeeds("detach no_device");
	process_wait_for(&watching, " detach no_device, id ");
	assert_int_equal(kill(watching.pid, SIGINT), 0);
	assert_int_equal(process_wait(&watching), 0);
}

/* It is not the table's device that goes. */
static void another_device_that_goes_ends_nothing(void **state)
{
	int first;

	need_hid();
	attach_to(plug_in());
	first = uhid;
	plug_in();
	unplug();
	assert_true(is_attached());
	succeeds("detach no_device");
	close(first);
}

static int teardown(void **state)
{
	json_end();
	unlink(PIN);
	if (uhid >= 0)
		unplug();
	return 0;
}

#define hid_test(f) cmocka_unit_test_teardown(f, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		hid_test(a_device_that_goes_ends_its_table),
		hid_test(watch_tells_of_a_device_that_goes),
		hid_test(another_device_that_goes_ends_nothing),
	};

	return run_all(tests);
}
