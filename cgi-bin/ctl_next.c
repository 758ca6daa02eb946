/* SPDX-License-Identifier: GPL-3.0-or-later */
/* comptoirctl setup: what is left to do, for the given address. */
#include "ctl_setup.h"

#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <talloc.h>
#include <unistd.h>

#include "config/settings.h"
#include "core.h"
#include "ctl_file.h"

static char *replaced(void *mem, const char *text, const char *old, const char *new)
{
	const char *at = strstr(text, old);

	if (!at)
		return talloc_strdup(mem, text);
	return talloc_asprintf(mem, "%.*s%s%s", (int)(at - text), text, new, at + strlen(old));
}

/* The tested sample with this installation's path and socket, so that one include is all that is left. */
static int write_nginx(struct ct_core *core, const char *path, struct ct_error *e)
{
	static const char sample_socket[] = "unix:/run/comptoir/comptoir.sock";
	const char *data = ct_settings_path(core, core->settings,
					    ct_settings_text(core->settings, "paths.data"));
	const char *listen = ct_settings_text(core->settings, "server.listen");
	char *text;
	int rc = ctl_file_get(core, talloc_asprintf(core, "%s/cgi-bin/comptoir.nginx.conf", data),
			      65536, &text, e);

	if (rc)
		return rc;
	text = replaced(core, text, talloc_asprintf(core, "fastcgi_pass %s", sample_socket),
			talloc_asprintf(core, "fastcgi_pass %s", listen));
	text = replaced(
		core, text, "\nlocation / {",
		talloc_asprintf(core, "\nlocation %s {", *core->prefix ? core->prefix : "/"));
	return ctl_file_put(path, text, strlen(text), 0644, (gid_t)-1, e);
}

int ctl_next(struct ct_core *core, const char *config, bool fresh, struct ct_error *e)
{
	const char *nginx = talloc_asprintf(core, "%s/comptoir.nginx.conf",
					    ctl_folder_of(core, config));
	int rc = fresh || access(nginx, F_OK) ? write_nginx(core, nginx, e) : 0;

	if (rc)
		return rc;
	puts("\nNext steps, as far as they are not done yet:");
	if (!getpwnam("comptoir"))
		printf("  the user that it runs as:  useradd --system --no-create-home --shell /usr/sbin/nologin comptoir\n"
		       "                             chgrp comptoir %s\n",
		       config);
	printf("  start it:                  systemctl enable --now comptoir.socket comptoir.service\n"
	       "  behind nginx:              include %s;   in the server block of the site, then nginx -s reload\n"
	       "  another web server:        the samples beside comptoir.nginx.conf in the documentation\n"
	       "  a backup every night:      systemctl enable --now comptoir-backup.timer\n"
	       "  whether mails leave:       comptoirctl mail-test YOU@ADDRESS\n"
	       "  then open                  %s/\n",
	       nginx, core->url);
	return 0;
}
