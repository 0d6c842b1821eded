/* SPDX-License-Identifier: GPL-2.0-only */
/* Loading and unloading modules. */
#ifndef MODULE_H
#define MODULE_H

#define MODULE_FILE MODULE_NAME ".ko"

/* Each returns 0, or the errno for which the kernel refused. */
int module_load(const char *file, const char *params);
int module_load_from(int fd, const char *params);
int module_unload(void);
int module_unload_named(const char *name);

/* The number of structs in the BTF of a loaded module that the kernel's has, too. */
int module_structs_twice(const char *name);

/*
 * Writes the module FROM as another one to FILE, by a name of the same length:
 * its types and their ids are the same.
 */
void module_rename(const char *from, const char *to, const char *file);

/* The kernel frees a map, and drops its reference to the module, only after detach. */
void module_unload_soon(void);
void module_unload_named_soon(const char *name);

/* cmocka fixtures: the module freshly loaded, and gone. */
int module_setup(void **state);
int module_teardown(void **state);

void module_set_log(bool on);

#endif /* MODULE_H */
