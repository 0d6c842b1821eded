// SPDX-License-Identifier: GPL-2.0-only
/*
 * Notes which code ran of modules that are built with -fsanitize-coverage=trace-pc, on any
 * kernel. The compiler has each basic block call the function at the end of this file. The
 * kernel's own KCOV has it, too (kernel/kcov.c), but notes only what one task does.
 *
 * /proc/opsmod_cover has a line for each block that ran since this was loaded:
 *
 *	build-id name text|init offset
 *
 * The offset is that of the call's return address, in hex, in the module's memory for
 * text, or for the text of its init. A module that is loaded once more goes on where it
 * was. Builds of one name are told apart by their build ids.
 */
#include <linux/buildid.h>
#include <linux/elf.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/notifier.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>

/* NT_GNU_BUILD_ID, which the kernel's headers lack: lib/buildid.c. */
#define BUILD_ID_NOTE 3

static atomic_t blocks = ATOMIC_INIT(0);
module_param_named(blocks, blocks.counter, int, 0444);
MODULE_PARM_DESC(blocks, "different blocks that ran so far, of all modules");

/**
 * struct text - text of a module
 * @base: where it is, or 0 while it is not loaded
 * @size: in bytes; 0 if the module has none
 * @ran: a bit for each byte: a call returned there
 */
struct text {
	unsigned long base;
	unsigned long size;
	unsigned long *ran;
};

/**
 * struct cover - a module that was loaded; it stays until this module goes
 * @list: in the order in which they came
 * @name: of the module
 * @id: its build id, or zeros
 * @text: what stays while it is loaded
 * @init: what the kernel frees after the module's init
 */
struct cover {
	struct list_head list;
	char name[MODULE_NAME_LEN];
	u8 id[BUILD_ID_SIZE_MAX];
	struct text text;
	struct text init;
};

static LIST_HEAD(covers);
static DEFINE_MUTEX(covers_lock);

/* What is loaded now. A text is not freed before this module, so readers need no lock. */
static struct text *loaded[64];

static void load(struct text *text, const struct module_memory *memory)
{
	unsigned int i;

	if (!text->size)
		return;
	WRITE_ONCE(text->base, (unsigned long)memory->base);
	for (i = 0; i < ARRAY_SIZE(loaded); i++) {
		if (!loaded[i]) {
			smp_store_release(&loaded[i], text);
			return;
		}
	}
	pr_warn("more than %zu texts are loaded: coverage is missing\n",
		ARRAY_SIZE(loaded));
}

static void unload(struct text *text)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(loaded); i++) {
		if (loaded[i] == text)
			WRITE_ONCE(loaded[i], NULL);
	}
	WRITE_ONCE(text->base, 0);
}

/* Finds the note that the linker made of the module: kernels rarely keep the id. */
static void read_id(const struct module *mod, u8 *id)
{
	const struct module_memory *memory = &mod->mem[MOD_RODATA];
	const struct {
		struct elf_note note;
		char name[4];
	} wanted = { { 4, BUILD_ID_SIZE_MAX, BUILD_ID_NOTE }, "GNU" };
	size_t at;

	memset(id, 0, BUILD_ID_SIZE_MAX);
	for (at = 0; at + sizeof(wanted) + BUILD_ID_SIZE_MAX <= memory->size;
	     at += 4) {
		if (!memcmp(memory->base + at, &wanted, sizeof(wanted))) {
			memcpy(id, memory->base + at + sizeof(wanted),
			       BUILD_ID_SIZE_MAX);
			return;
		}
	}
}

static int make_text(struct text *text, const struct module_memory *memory)
{
	text->size = memory->size;
	text->ran = kvcalloc(BITS_TO_LONGS(text->size), sizeof(long), GFP_KERNEL);
	return text->ran ? 0 : -ENOMEM;
}

static void free_cover(struct cover *cover)
{
	kvfree(cover->text.ran);
	kvfree(cover->init.ran);
	kfree(cover);
}

static struct cover *find(const struct module *mod, const u8 *id)
{
	struct cover *cover;

	list_for_each_entry(cover, &covers, list) {
		if (!strcmp(cover->name, mod->name) &&
		    !memcmp(cover->id, id, BUILD_ID_SIZE_MAX))
			return cover;
	}
	return NULL;
}

static struct cover *add(const struct module *mod, const u8 *id)
{
	struct cover *cover = kzalloc(sizeof(*cover), GFP_KERNEL);

	if (!cover)
		return NULL;
	strscpy(cover->name, mod->name);
	memcpy(cover->id, id, BUILD_ID_SIZE_MAX);
	if (make_text(&cover->text, &mod->mem[MOD_TEXT]) ||
	    make_text(&cover->init, &mod->mem[MOD_INIT_TEXT])) {
		free_cover(cover);
		return NULL;
	}
	list_add_tail(&cover->list, &covers);
	return cover;
}

static void module_comes(const struct module *mod, const u8 *id)
{
	struct cover *cover = find(mod, id) ?: add(mod, id);

	if (!cover) {
		pr_warn("no memory: what runs of %s is not noted\n", mod->name);
		return;
	}
	load(&cover->text, &mod->mem[MOD_TEXT]);
	load(&cover->init, &mod->mem[MOD_INIT_TEXT]);
}

/* The kernel tells this before it runs any of the module, and after the last of it. */
static int module_changes(struct notifier_block *unused, unsigned long state,
			  void *data)
{
	const struct module *mod = data;
	struct cover *cover;
	u8 id[BUILD_ID_SIZE_MAX];

	guard(mutex)(&covers_lock);
	read_id(mod, id);
	if (state == MODULE_STATE_COMING) {
		module_comes(mod, id);
		return NOTIFY_OK;
	}
	cover = find(mod, id);
	if (cover)
		unload(&cover->init);
	if (cover && state == MODULE_STATE_GOING)
		unload(&cover->text);
	return NOTIFY_OK;
}

static struct notifier_block modules = { .notifier_call = module_changes };

static void show_text(struct seq_file *m, const struct cover *cover,
		      const char *what, const struct text *text)
{
	unsigned long at;

	for_each_set_bit(at, text->ran, text->size)
		seq_printf(m, "%*phN %s %s %lx\n", BUILD_ID_SIZE_MAX, cover->id,
			   cover->name, what, at);
}

static int show_covers(struct seq_file *m, void *unused)
{
	const struct cover *cover;

	guard(mutex)(&covers_lock);
	list_for_each_entry(cover, &covers, list) {
		show_text(m, cover, "text", &cover->text);
		show_text(m, cover, "init", &cover->init);
	}
	return 0;
}

/* Any code may call it, in any context, also an NMI: no lock, nothing that is traced. */
void __sanitizer_cov_trace_pc(void);
void notrace __sanitizer_cov_trace_pc(void)
{
	struct text *text;
	unsigned long at;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(loaded); i++) {
		text = smp_load_acquire(&loaded[i]);
		if (!text)
			continue;
		at = _RET_IP_ - READ_ONCE(text->base);
		if (at >= text->size)
			continue;
		if (!test_bit(at, text->ran) && !test_and_set_bit(at, text->ran))
			atomic_inc(&blocks);
		return;
	}
}
EXPORT_SYMBOL_GPL(__sanitizer_cov_trace_pc);

static int __init cover_init(void)
{
	int err;

	if (!proc_create_single("opsmod_cover", 0400, NULL, show_covers))
		return -ENOMEM;
	err = register_module_notifier(&modules);
	if (err)
		remove_proc_entry("opsmod_cover", NULL);
	return err;
}

/* No module is left that calls this one. */
static void __exit cover_exit(void)
{
	struct cover *cover, *next;

	unregister_module_notifier(&modules);
	remove_proc_entry("opsmod_cover", NULL);
	list_for_each_entry_safe(cover, next, &covers, list)
		free_cover(cover);
}

module_init(cover_init);
module_exit(cover_exit);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("The opsmod authors");
MODULE_DESCRIPTION("Notes which code of modules ran, for modules built for it");
