/* SPDX-License-Identifier: GPL-3.0-or-later */
/* comptoirctl: whether the installation is sound, its tables up to date, and what it consists of. */
#include "ctl.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <talloc.h>
#include <unistd.h>

#include "account/account.h"
#include "config/settings.h"
#include "db/db.h"
#include "plugin/registry.h"
#include "route/state.h"

/* The folders of SQL: the core's first, then each plugin's in the order of needs. */
struct ct_migration_source *ctl_sources(struct ct_core *core, size_t *n_r)
{
	const char *data = ct_settings_path(core, core->settings,
					    ct_settings_text(core->settings, "paths.data"));
	struct ct_migration_source *list = talloc_array(core, struct ct_migration_source,
							core->registry->n_modules + 1);
	size_t n = 0;

	list[n++] = (struct ct_migration_source){ "core",
						  talloc_asprintf(core, "%s/sql/core", data) };
	for (size_t i = 0; i < core->registry->n_modules; i++) {
		const struct ct_module *m = &core->registry->modules[i];

		if (!m->builtin)
			list[n++] = (struct ct_migration_source){
				m->plugin->name,
				talloc_asprintf(core, "%s/sql/%s", data, m->plugin->name)
			};
	}
	*n_r = n;
	return list;
}

static void print_migration(void *ctx, const struct ct_migration *m)
{
	(void)ctx;
	printf("%s %s: %u of %u statements\n", m->plugin, m->file, m->done, m->statements);
}

int ctl_migrate(struct ctl_call *c, struct ct_error *e)
{
	size_t n;
	const struct ct_migration_source *list = ctl_sources(c->core, &n);

	return ct_migrate(c->core->db, list, n, print_migration, NULL, e);
}

int ctl_check(struct ctl_call *c, struct ct_error *e)
{
	struct ct_migration *list;
	size_t n, n_sources, pending = 0;
	const struct ct_migration_source *from = ctl_sources(c->core, &n_sources);
	int rc = ct_migrate_status(c->core->db, c->core, from, n_sources, &list, &n, e);

	if (rc)
		return rc;
	for (size_t i = 0; i < n; i++)
		pending += list[i].done < list[i].statements;
	if (pending)
		return ct_fail(e, CT_BROKEN,
			       "%zu migration files are pending: run comptoirctl migrate first",
			       pending);
	rc = ct_core_check_queries(c->core, e);
	if (!rc)
		printf("configuration, %zu plugins, %zu routes, templates and queries are sound\n",
		       c->core->registry->n_modules, c->core->registry->n_routes);
	return rc;
}

int ctl_plugins(struct ctl_call *c, struct ct_error *e)
{
	(void)e;
	for (size_t i = 0; i < c->core->registry->n_modules; i++) {
		const struct ct_module *m = &c->core->registry->modules[i];

		printf("%s\t%s\t%s\n", m->plugin->name, m->builtin ? "built in" : "plugin",
		       m->plugin->title);
	}
	return 0;
}

/* What must always hold of the rows, by each plugin's own judgement (stage "verify"). */
int ctl_verify(struct ctl_call *c, struct ct_error *e)
{
	struct ct_request *r = ct_request_new(c->core, c->core, &ct_plugin_account);
	int rc = ct_raise_handlers(r, "verify", e);

	if (!rc)
		puts("all rows hold what they promise");
	return rc;
}

static void print_settings(const char *section, const struct ct_setting *s)
{
	for (; s && s->key; s++)
		printf(".TP\n.B [%s] %s\n%s.%s%s%s\n", section, s->key, s->help,
		       s->initial ? " Default: \\fI" : "", s->initial ? s->initial : "",
		       s->initial    ? "\\fR."
		       : s->required ? " Required."
				     : "");
}

/* The middle of comptoir.ini(5), from the same tables that the parser goes by. */
int ctl_settings(struct ctl_call *c, struct ct_error *e)
{
	(void)e;
	for (const struct ct_settings_section *s = ct_core_sections; s->name; s++)
		print_settings(s->name, s->table);
	for (size_t i = 0; i < c->core->registry->n_modules; i++)
		print_settings(c->core->registry->modules[i].plugin->name,
			       c->core->registry->modules[i].plugin->settings);
	return 0;
}

int ctl_status(struct ctl_call *c, struct ct_error *e)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	char text[4096];
	ssize_t n;
	int fd;

	if (c->argc != 1 || strlen(c->argv[0]) >= sizeof(address.sun_path))
		return ctl_wrong(e, "status SOCKET (the one that comptoir.fcgi --status made)");
	memcpy(address.sun_path, c->argv[0], strlen(c->argv[0]) + 1);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof(address))) {
		int rc = ct_fail(e, CT_BROKEN, "%s: %s", c->argv[0], strerror(errno));

		if (fd >= 0)
			close(fd);
		return rc;
	}
	while ((n = read(fd, text, sizeof(text))) > 0)
		fwrite(text, 1, (size_t)n, stdout);
	close(fd);
	return 0;
}
