/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core.h"

#include <libintl.h>
#include <locale.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <talloc.h>
#include <unistd.h>

#include "base/log.h"
#include "config/settings.h"
#include "db/db.h"
#include "job/transport.h"
#include "plugin/registry.h"
#include "record/record.h"
#include "view/mustache.h"
#include "view/static.h"

static char **words(void *mem, const char *text)
{
	char **list = talloc_array(mem, char *, strlen(text) / 2 + 2);
	size_t n = 0;

	while (*(text += strspn(text, " ,\t"))) {
		size_t len = strcspn(text, " ,\t");

		list[n++] = talloc_strndup(list, text, len);
		text += len;
	}
	list[n] = NULL;
	return list;
}

/* The plugins' folder and the list of plugins decide what else may stand in the file, so they come first. */
static int load_plugins(struct ct_core *core, struct ct_error *e)
{
	const char *dir = ct_settings_raw(core->settings, "paths", "plugins");
	const char *load = ct_settings_raw(core->settings, "plugins", "load");
	int rc;

	dir = ct_settings_path(core, core->settings, dir ? dir : CT_PLUGIN_DIR);
	rc = ct_registry_load(core, dir, words(core, load ? load : "reservation"), &core->registry,
			      e);
	if (rc)
		return rc;
	for (const struct ct_settings_section *s = ct_core_sections; s->name; s++)
		ct_settings_declare(core->settings, s->name, s->table);
	for (size_t i = 0; i < core->registry->n_modules; i++)
		ct_settings_declare(core->settings, core->registry->modules[i].plugin->name,
				    core->registry->modules[i].plugin->settings);
	return ct_settings_check(core->settings, e);
}

static int read_key(struct ct_core *core, struct ct_error *e)
{
	const char *hex = ct_settings_text(core->settings, "security.key");
	size_t len;

	if (sodium_hex2bin(core->key, sizeof(core->key), hex, strlen(hex), NULL, &len, NULL) ||
	    len != sizeof(core->key))
		return ct_fail(e, CT_BROKEN, "[security] key must be 64 hexadecimal digits");
	return 0;
}

static void read_url(struct ct_core *core)
{
	char *url = talloc_strdup(core, ct_settings_text(core->settings, "site.url"));
	const char *host, *path;

	while (*url && url[strlen(url) - 1] == '/')
		url[strlen(url) - 1] = '\0';
	host = strstr(url, "://") + 3;
	path = strchr(host, '/');
	core->url = url;
	core->prefix = path ? path : "";
	core->https = !strncmp(url, "https:", 6);
}

static int open_database(struct ct_core *core, bool owner, struct ct_error *e)
{
	const struct ct_settings *s = core->settings;
	const struct ct_db_options options = {
		.socket = ct_settings_text(s, "database.socket")
				  ? ct_settings_path(core, s,
						     ct_settings_text(s, "database.socket"))
				  : NULL,
		.host = ct_settings_text(s, "database.host"),
		.port = (unsigned)ct_settings_int(s, "database.port"),
		.name = ct_settings_text(s, "database.name"),
		.user = ct_settings_text(s, owner ? "database.owner_user" : "database.user"),
		.password = ct_settings_text(s, owner ? "database.owner_password"
						      : "database.password"),
		.statement_seconds =
			owner ? 0 : (unsigned)ct_settings_int(s, "database.statement_seconds"),
		.lock_seconds = 5,
	};

	return ct_db_open(core, &options, &core->db, e);
}

static const char *translate(void *ctx, const char *lang, const char *domain, const char *msgid)
{
	(void)ctx;
	ct_language(lang);
	return dgettext(domain, msgid);
}

static void template_refused(void *ctx, const char *where, const char *what)
{
	(void)ctx;
	ct_log(CT_LOG_WARNING, "template", "where", where, "why", what, NULL);
}

static int load_templates(struct ct_core *core, struct ct_error *e)
{
	static const char *const langs[] = { "fr", "en", NULL };
	const char *data = ct_settings_path(core, core->settings,
					    ct_settings_text(core->settings, "paths.data"));
	const struct ct_template_options options = {
		.flags = CT_TEMPLATE_HTML | (core->strict ? CT_TEMPLATE_STRICT : 0),
		.tr = translate,
		.refused = template_refused,
		.prefix = core->prefix,
		.langs = langs,
	};
	const char *dir;
	int rc;

	core->templates = ct_templates_new(core, &options);
	dir = talloc_asprintf(core, "%s/core/templates", data);
	rc = ct_templates_load_dir(core->templates, dir, "core", "comptoir", e);
	for (size_t i = 0; i < core->registry->n_modules && !rc; i++) {
		const struct ct_plugin *p = core->registry->modules[i].plugin;

		if (core->registry->modules[i].builtin)
			continue;
		dir = talloc_asprintf(core, "%s/plugins/%s/templates", data, p->name);
		if (access(dir, R_OK) == 0)
			rc = ct_templates_load_dir(core->templates, dir, p->name,
						   p->domain ? p->domain : "comptoir", e);
	}
	return rc ? rc : ct_templates_compile(core->templates, e);
}

static int check_templates(const struct ct_core *core, struct ct_error *e)
{
	for (size_t i = 0; i < core->registry->n_routes; i++) {
		const struct ct_route_entry *entry = &core->registry->routes[i];

		if (entry->route->template &&
		    !ct_templates_has(core->templates, entry->route->template))
			return ct_fail(e, CT_BROKEN, "plugin %s: route %s: no template %s",
				       entry->module->plugin->name, entry->route->path,
				       entry->route->template);
	}
	return 0;
}

static void open_catalogs(struct ct_core *core)
{
	const char *dir = ct_settings_path(core, core->settings,
					   ct_settings_text(core->settings, "paths.locale"));

	setlocale(LC_ALL, "C.UTF-8");
	bindtextdomain("comptoir", dir);
	bind_textdomain_codeset("comptoir", "UTF-8");
	for (size_t i = 0; i < core->registry->n_modules; i++) {
		const char *domain = core->registry->modules[i].plugin->domain;

		if (domain) {
			bindtextdomain(domain, dir);
			bind_textdomain_codeset(domain, "UTF-8");
		}
	}
	ct_language("fr");
	(void)gettext("");
}

void ct_language(const char *lang)
{
	extern int _nl_msg_cat_cntr; /* glibc: tells gettext that LANGUAGE has changed */
	static char now[8];

	if (!strcmp(now, lang))
		return;
	snprintf(now, sizeof(now), "%s", lang);
	setenv("LANGUAGE", now, 1);
	_nl_msg_cat_cntr++;
}

static int open_all(struct ct_core *core, const struct ct_core_options *o, struct ct_error *e)
{
	int rc;

	if ((rc = ct_settings_read(core, o->config, &core->settings, e)) ||
	    (rc = load_plugins(core, e)) || (rc = ct_transport_check(core->settings, e)) ||
	    (rc = read_key(core, e)))
		return rc;
	read_url(core);
	open_catalogs(core);
	if ((rc = ct_registry_check(core->registry, e)) || (rc = load_templates(core, e)) ||
	    (rc = check_templates(core, e)) || (rc = ct_static_open(core, e)) ||
	    (rc = open_database(core, o->owner, e)))
		return rc;
	return ct_registry_init(core->registry, e);
}

int ct_core_open(const struct ct_core_options *o, struct ct_core **core_r, struct ct_error *e)
{
	struct ct_core *core = talloc_zero(NULL, struct ct_core);
	int rc;

	if (sodium_init() < 0)
		return ct_fail(e, CT_BROKEN, "libsodium finds no source of chance");
	core->board = o->board;
	core->strict = getenv("COMPTOIR_STRICT") != NULL;
	rc = open_all(core, o, e);
	if (rc) {
		talloc_free(core);
		return rc;
	}
	*core_r = core;
	return 0;
}

static int check_list(struct ct_core *core, const struct ct_query *q, const char *plugin,
		      struct ct_error *e)
{
	for (; q && q->name; q++) {
		struct ct_error why;

		if (ct_db_check(core->db, q, &why))
			return ct_fail(e, why.rc, "plugin %s: query %s: %s", plugin, q->name,
				       why.text);
	}
	return 0;
}

int ct_core_check_queries(struct ct_core *core, struct ct_error *e)
{
	for (size_t i = 0; i < core->registry->n_modules; i++) {
		const struct ct_module *m = &core->registry->modules[i];
		int rc = check_list(core, m->plugin->queries, m->plugin->name, e);

		for (size_t k = 0; !rc && m->records && m->plugin->records[k].name; k++)
			rc = check_list(core, m->records[k]->queries, m->plugin->name, e);
		if (rc)
			return rc;
	}
	return 0;
}

int ct_core_worker(struct ct_core *core, struct ct_slot *slot, struct ct_error *e)
{
	(void)e;
	core->slot = slot;
	ct_db_cut(core->db);
	return 0;
}

int ct_core_server_settings(const char *config, FILE *out, struct ct_error *e)
{
	static const char *const numbers[] = { "workers", "request_seconds", "max_requests" };
	static const char *const texts[] = { "listen", "user", "group", "allow" };
	struct ct_core *core = talloc_zero(NULL, struct ct_core);
	int rc = ct_settings_read(core, config, &core->settings, e);

	if (!rc)
		rc = load_plugins(core, e);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]) && !rc; i++)
		fprintf(out, "%s=%lld\n", numbers[i],
			(long long)ct_settings_int(core->settings,
						   talloc_asprintf(core, "server.%s", numbers[i])));
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]) && !rc; i++) {
		const char *text = ct_settings_text(core->settings,
						    talloc_asprintf(core, "server.%s", texts[i]));

		fprintf(out, "%s=%s\n", texts[i], text ? text : "");
	}
	talloc_free(core);
	return rc;
}

void ct_core_kill_query(struct ct_core *core, unsigned long thread_id)
{
	struct ct_error e;

	ct_db_cut(core->db);
	if (ct_db_kill(core->db, thread_id, &e))
		ct_log(CT_LOG_WARNING, "kill_query", "why", e.text, NULL);
}

void ct_core_close(struct ct_core *core)
{
	for (size_t i = core->registry->n_modules; i-- > 0;) {
		const struct ct_module *m = &core->registry->modules[i];

		if (m->plugin->fini)
			m->plugin->fini(m->state);
	}
	talloc_free(core);
}
