/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "job/transport.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <talloc.h>
#include <unistd.h>

#include <comptoir/i18n.h>

#include "base/write.h"
#include "config/settings.h"
#include "core.h"
#include "job/mail.h"
#include "job/smtp.h"

struct ct_transport {
	struct ct_core *core;
	int wake_fd;
	const char *folder;		/* file:FOLDER, or NULL */
	struct ct_smtp *smtp;
	const char *said;
};

static const char *folder_of(const char *transport)
{
	return strncmp(transport, "file:", 5) ? NULL : transport + 5;
}

int ct_transport_check(const struct ct_settings *s, struct ct_error *e)
{
	const char *transport = ct_settings_text(s, "mail.transport");
	const char *folder = folder_of(transport);

	if (folder)
		return *folder ? 0
			       : ct_fail(e, CT_BROKEN,
					 "[mail] transport = file: needs a folder behind it");
	return ct_smtp_check(s, e);
}

struct ct_transport *ct_transport_open(void *mem, struct ct_core *core, int wake_fd)
{
	struct ct_transport *t = talloc_zero(mem, struct ct_transport);
	const char *folder = folder_of(ct_settings_text(core->settings, "mail.transport"));

	t->core = core;
	t->wake_fd = wake_fd;
	if (folder)
		t->folder = ct_settings_path(t, core->settings, folder);
	return t;
}

/* Under a temporary name first: whoever reads the folder sees whole messages only. */
static enum ct_sent write_file(struct ct_transport *t, const struct ct_envelope *letter,
			       struct ct_error *e)
{
	const char *part = talloc_asprintf(t, "%s/.%s.part", t->folder, letter->uid);
	const char *file = talloc_asprintf(t, "%s/%s.eml", t->folder, letter->uid);
	bool bad;
	int fd, why;

	if (mkdir(t->folder, 0700) && errno != EEXIST) {
		(void)ct_fail(e, CT_BUSY, "%s: %s", t->folder, strerror(errno));
		return CT_SENT_NOT_NOW;
	}
	fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	bad = fd < 0 || !ct_write_all(fd, letter->source, letter->len) || fsync(fd);
	why = errno;
	if (fd >= 0 && close(fd) && !bad) {
		bad = true;
		why = errno;
	}
	if (!bad && rename(part, file)) {
		bad = true;
		why = errno;
	}
	if (bad) {
		(void)unlink(part);
		(void)ct_fail(e, CT_BUSY, "%s: %s", file, strerror(why));
		return CT_SENT_NOT_NOW;
	}
	t->said = talloc_asprintf(t, _("written to %s"), file);
	return CT_SENT;
}

enum ct_sent ct_transport_send(struct ct_transport *t, const struct ct_envelope *letter,
			       struct ct_error *e)
{
	enum ct_sent sent;

	if (t->folder)
		return write_file(t, letter, e);
	if (!t->smtp)
		t->smtp = ct_smtp_open(t, t->core->settings, t->wake_fd);
	sent = ct_smtp_send(t->smtp, letter, e);
	t->said = ct_smtp_said(t->smtp);
	return sent;
}

const char *ct_transport_said(const struct ct_transport *t)
{
	return t->said ? t->said : "";
}
