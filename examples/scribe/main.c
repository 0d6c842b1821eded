// SPDX-License-Identifier: GPL-2.0-only
/* Lines that are written to /proc/scribe, rewritten by the policy that a file chose. */
#include <linux/proc_fs.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "line.h"

/* What is done where no policy was chosen, or where it leaves a member out. */
OPSMOD_STUB(scribe_ops, check, struct scribe_line *line)
OPSMOD_STUB(scribe_ops, rewrite, struct scribe_line *line,
	    struct scribe_line *previous__nullable)

static const struct opsmod_member members[] = {
	OPSMOD_MEMBER(scribe_ops, check),
	OPSMOD_MEMBER(scribe_ops, rewrite, .mandatory = true, .may_sleep = true),
	OPSMOD_NAME(scribe_ops, name),
	OPSMOD_PRIVATE(scribe_ops, node),
};

OPSMOD_NAMED(policies, scribe_ops, node);
OPSMOD_TYPE(scribe_ops, &opsmod_named_model, &policies, members);

/*
 * An open file: its policy, and under the lock two lines, of which one without text is
 * none, and how much of the first was read back.
 */
struct session {
	struct opsmod_named_user user;
	struct mutex lock;
	struct own_line line;
	struct own_line previous;
	loff_t pos;
};

static int rewrite(struct session *session, const char *text)
{
	struct own_line *line = &session->line, *previous = &session->previous;
	const struct own_line before = *line;
	const struct scribe_ops *ops;
	int ret, idx;

	*previous = before;
	if (previous->shown.text)
		previous->shown.text = previous->text;
	line->len = strlen(text);
	memcpy(line->text, text, line->len);
	line->shown = (struct scribe_line){ line->len, line->text };

	ops = opsmod_named_enter(&session->user, &idx);
	ret = opsmod_call(scribe_ops, ops, check, &line->shown);
	if (!ret)
		ret = opsmod_call(scribe_ops, ops, rewrite, &line->shown,
				  previous->shown.text ? &previous->shown : NULL);
	opsmod_named_exit(&policies, ops, idx);
	if (ret)
		*line = before;
	return ret ? opsmod_errno(ret) : 0;
}

static ssize_t scribe_write(struct file *file, const char __user *buf,
			    size_t len, loff_t *unused)
{
	struct session *session = file->private_data;
	char text[SCRIBE_MAX + 2] = "", *end;
	int err;

	/* User memory is read before a table is held, or a detach might wait for it. */
	if (len >= sizeof(text))
		return -EMSGSIZE;
	if (copy_from_user(text, buf, len))
		return -EFAULT;
	/* Whatever follows a newline or a NUL would be lost. */
	end = strchrnul(text, '\n');
	if (end + !!*end != text + len)
		return -EINVAL;
	if (end > text + SCRIBE_MAX)
		return -EMSGSIZE;
	*end = '\0';
	if (strstarts(text, "use "))
		return opsmod_named_choose(&scribe_ops_type, &session->user,
					   text + 4)
			       ?: len;

	if (mutex_lock_killable(&session->lock))
		return -EINTR;
	err = rewrite(session, text);
	if (!err)
		session->pos = 0;
	mutex_unlock(&session->lock);
	return err ?: len;
}

static ssize_t scribe_read(struct file *file, char __user *buf, size_t len,
			   loff_t *unused)
{
	struct session *session = file->private_data;
	struct own_line *line = &session->line;
	ssize_t ret;

	if (mutex_lock_killable(&session->lock))
		return -EINTR;
	line->text[line->len] = '\n';
	ret = simple_read_from_buffer(buf, len, &session->pos, line->text,
				      line->shown.text ? line->len + 1 : 0);
	mutex_unlock(&session->lock);
	return ret;
}

static int scribe_open(struct inode *inode, struct file *file)
{
	struct session *session = kzalloc(sizeof(*session), GFP_KERNEL_ACCOUNT);

	if (!session)
		return -ENOMEM;
	mutex_init(&session->lock);
	file->private_data = session;
	/* Without a position, whose lock would keep "use" waiting for a program. */
	return stream_open(inode, file);
}

static int scribe_release(struct inode *inode, struct file *file)
{
	struct session *session = file->private_data;

	opsmod_named_drop(&scribe_ops_type, &session->user);
	kfree(session);
	return 0;
}

static const struct proc_ops scribe_proc_ops = {
	.proc_open = scribe_open,
	.proc_read = scribe_read,
	.proc_write = scribe_write,
	.proc_release = scribe_release,
};

static int __init scribe_init(void)
{
	int err = opsmod_register(scribe_ops) ?: scribe_register_kfuncs();

	if (!err && !proc_create("scribe", 0600, NULL, &scribe_proc_ops))
		err = -ENOMEM;
	return err;
}

static void __exit scribe_exit(void)
{
	remove_proc_entry("scribe", NULL);
}

module_init(scribe_init);
module_exit(scribe_exit);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("The opsmod authors");
MODULE_DESCRIPTION("Lines that BPF programs rewrite, each file by its own policy");
