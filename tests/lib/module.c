// SPDX-License-Identifier: GPL-2.0-only
#include "lib.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <bpf/btf.h>

int module_load_from(int fd, const char *params)
{
	return syscall(SYS_finit_module, fd, params, 0) < 0 ? errno : 0;
}

int module_load(const char *file, const char *params)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	int err;

	assert_return_code(fd, errno);
	err = module_load_from(fd, params);
	close(fd);
	return err;
}

int module_unload_named(const char *name)
{
	if (syscall(SYS_delete_module, name, O_NONBLOCK) < 0)
		return errno;
	return 0;
}

int module_unload(void)
{
	return module_unload_named(MODULE_NAME);
}

void module_rename(const char *from, const char *to, const char *file)
{
	static char ko[4 * 1024 * 1024];
	size_t size, len = strlen(from);
	char path[64], *at;
	FILE *f;

	assert_int_equal(strlen(to), len);
	snprintf(path, sizeof(path), "%s.ko", from);
	f = fopen(path, "r");
	assert_non_null(f);
	size = fread(ko, 1, sizeof(ko), f);
	assert_true(size < sizeof(ko));
	fclose(f);

	for (at = ko; (at = memmem(at, ko + size - at, from, len)); at += len)
		memcpy(at, to, len);

	f = fopen(file, "w");
	assert_non_null(f);
	assert_int_equal(fwrite(ko, 1, size, f), size);
	assert_int_equal(fclose(f), 0);
}

void module_unload_named_soon(const char *name)
{
	int err = EAGAIN;
	int i;

	for (i = 0; i < 1000 && err; i++) {
		err = module_unload_named(name);
		if (err && err != EAGAIN && err != EBUSY)
			break;
		if (err)
			usleep(20000);
	}
	assert_int_equal(err, 0);
}

void module_unload_soon(void)
{
	module_unload_named_soon(MODULE_NAME);
}

static const struct btf_type *type_named(const struct btf *btf, const char *name)
{
	int id = btf__find_by_name_kind(btf, name, BTF_KIND_STRUCT);

	return id > 0 ? btf__type_by_id(btf, id) : NULL;
}

int module_structs_twice(const char *name)
{
	struct btf *vmlinux = btf__load_vmlinux_btf();
	struct btf *btf = btf__load_module_btf(name, vmlinux);
	int twice = 0;
	__u32 id;

	assert_non_null(btf);
	for (id = btf__type_cnt(vmlinux); id < btf__type_cnt(btf); id++) {
		const struct btf_type *t = btf__type_by_id(btf, id), *kernels;

		if (!btf_is_struct(t) || !t->name_off)
			continue;
		/* A struct of another size only has the same name. */
		kernels = type_named(vmlinux,
				     btf__name_by_offset(btf, t->name_off));
		twice += kernels && kernels->size == t->size;
	}
	btf__free(btf);
	btf__free(vmlinux);
	return twice;
}

int module_setup(void **state)
{
	klog_mark();
	/* A test that failed may have left it loaded. */
	module_unload();
	return module_load(MODULE_FILE, "");
}

int module_teardown(void **state)
{
	process_kill_all();
	table_free_all();
	module_unload_soon();
	return 0;
}

void module_set_log(bool on)
{
	int fd = open("/sys/module/" MODULE_NAME "/parameters/log", O_WRONLY);

	assert_return_code(fd, errno);
	assert_int_equal(write(fd, on ? "1" : "0", 1), 1);
	close(fd);
}
