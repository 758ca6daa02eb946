/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "system/system.h"

#include <string.h>
#include <talloc.h>

#include "db/db.h"
#include "route/state.h"
#include "view/page.h"

int ct_health_page(struct ct_request *r, struct ct_error *e)
{
	int rc = ct_db_ping(r->s->core->db, e);

	if (rc)
		return ct_fail(e, CT_BUSY, _("The database does not answer. Please try again in a few minutes."));
	ct_put_text(r->view, "status", "ok");
	ct_put_text(r->view, "database", "ok");
	ct_header(r, "Cache-Control", "%s", "no-store");
	return 0;
}

/* After an unanswered COMMIT: the link that the 503 page gives. */
int ct_stored_page(struct ct_request *r, struct ct_error *e)
{
	struct ct_result *row;
	bool stored;
	int rc = ct_query(r, "stored", CT_ARGS(CT_STR(ct_path(r, "txn"))), &row, e);

	if (rc == CT_REPEAT)
		return ct_fail(e, CT_BUSY, _("It is still being stored. Please ask again in a moment."));
	if (rc)
		return rc;
	stored = ct_next(row);
	ct_put_bool(r->view, "stored", stored);
	ct_put_text(r->view, "heading_ui", stored ? _("Yes, it was stored") : _("No, it was not stored"));
	return 0;
}

static bool listed(struct ct_request *r, const struct ct_route *route)
{
	bool beside = !strcmp(route->path, "/") || (r->person && !strcmp(route->path, "/login"));

	return !strcmp(route->method, "GET") && route->title && route->template && !strchr(route->path, '{') &&
	       !beside && ct_may(r, route->permission, 0);
}

/* What the reader may open of the organisations that she works for. */
static void put_organisations(struct ct_request *r)
{
	json_t *list = ct_put_array(r->view, "organisations"), *role, *menu;
	int64_t last = 0;
	size_t i;

	json_array_foreach(r->s->caller.roles, i, role) {
		int64_t org = json_integer_value(json_object_get(role, "org"));
		const char *slug = json_string_value(json_object_get(role, "slug"));
		json_t *item;

		if (org == last || !json_is_true(json_object_get(role, "operates")))
			continue;
		last = org;
		item = ct_add_object(list);
		ct_put_text(item, "name", json_string_value(json_object_get(role, "name")));
		ct_put_text(item, "href", ct_may(r, "org.work", org) ? ct_url(r, "/o/%s", slug) : NULL);
		menu = ct_put_array(item, "pages");
		ct_page_menu(r, menu, org, slug);
	}
}

int ct_sitemap_page(struct ct_request *r, struct ct_error *e)
{
	const struct ct_registry *g = r->s->core->registry;
	json_t *pages = ct_put_array(r->view, "pages");
	int rc;

	for (size_t i = 0; i < g->n_routes; i++) {
		const struct ct_route *route = g->routes[i].route;
		const char *domain = g->routes[i].module->plugin->domain;
		json_t *item;

		if (!listed(r, route))
			continue;
		item = ct_add_object(pages);
		ct_put_text(item, "label", dgettext(domain ? domain : CT_TEXT_DOMAIN, route->title));
		ct_put_text(item, "href", route->path);
	}
	put_organisations(r);
	rc = ct_rows(r, "sitemap_places", CT_NO_ARGS, "places", e);
	return rc ? rc : ct_rows(r, "sitemap_operators", CT_NO_ARGS, "operators", e);
}

/*
 * An organisation's colours as custom properties. They were checked for contrast when they were saved; their
 * form #rrggbb is a constraint of the table. Without one for dark screens the style sheet makes it.
 */
int ct_theme_page(struct ct_request *r, struct ct_error *e)
{
	const char *colour = r->s->org_colour, *dark = r->s->org_colour_dark, *css;

	(void)e;
	css = talloc_asprintf(r, "%s%s%s%s%s%s", colour ? ":root{--accent:" : "", colour ? colour : "", colour ? "}\n" : "",
		dark ? "@media (prefers-color-scheme: dark){:root{--tone:" : "", dark ? dark : "",
		dark ? ";--tone-ink:#171614}}\n" : "");
	ct_header(r, "Cache-Control", "%s", "public, max-age=3600");
	if (!ct_unchanged(r, css, CT_NO_UTC))
		ct_body(r, "text/css; charset=utf-8", css, strlen(css));
	return 0;
}

static const struct ct_view_field health_view[] = {
	{ "status", "text", "ok" }, { "database", "text", "ok" }, { 0 }
};

static const struct ct_view_field stored_view[] = {
	{ "stored", "boolean", "whether the transaction was committed" }, { 0 }
};

static const struct ct_query queries[] = {
	/* locking: where its transaction still runs this waits for the end of it */
	{ "stored", .sql = "SELECT at_utc FROM txn_done WHERE id = ? LOCK IN SHARE MODE" },
	{ "sitemap_places", .sql = "SELECT slug, name FROM place WHERE archived_at IS NULL AND state = 'open'"
		" ORDER BY name LIMIT 500" },
	{ "sitemap_operators", .sql = "SELECT o.slug, p.name FROM organisation o JOIN party p ON p.id = o.id"
		" WHERE o.operates = 1 AND o.archived_at IS NULL ORDER BY p.name LIMIT 500" },
	/* what changed, and who did it */
	{ "audit", .audits = "-", .sql = "INSERT INTO audit (at_utc, org_id, person_id, token_id, request_id,"
		" plugin, kind, object_id, action, before_json, after_json, via)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)" },

	{ "audit_forget", .audits = "-", .sql = "UPDATE JSON_TABLE(?, '$[*]' COLUMNS (k BIGINT PATH '$')) j JOIN audit a"
		" ON a.plugin = ? AND a.kind = ? AND a.object_id = j.k SET a.before_json = NULL, a.after_json = NULL" },

	/* Idempotency-Key */
	{ "idempotency_claim", .audits = "-", .sql = "INSERT IGNORE INTO idempotency (actor, route, key_hash,"
		" body_hash, txn_id, at_utc, expires_utc) VALUES (?, ?, UNHEX(?), UNHEX(?), ?, ?, ?)" },
	{ "idempotency_take_over", .audits = "-", .sql = "UPDATE idempotency SET expires_utc = ?"
		" WHERE actor = ? AND route = ? AND key_hash = UNHEX(?) AND state = 'running' AND expires_utc <= ?" },
	{ "idempotency_find", .sql = "SELECT HEX(body_hash) AS body_hash, state, status, headers, body,"
		" txn_id, expires_utc FROM idempotency WHERE actor = ? AND route = ? AND key_hash = UNHEX(?)" },
	{ "idempotency_keep", .audits = "-", .sql = "UPDATE idempotency SET state = 'done', status = ?,"
		" headers = ?, body = ?, expires_utc = ? WHERE actor = ? AND route = ? AND key_hash = UNHEX(?)" },
	{ "idempotency_drop", .audits = "-", .sql = "DELETE FROM idempotency"
		" WHERE actor = ? AND route = ? AND key_hash = UNHEX(?)" },

	{ "purge_txn", .audits = "-", .sql = "DELETE FROM txn_done WHERE at_utc < ? LIMIT 5000" },
	{ "purge_idempotency", .audits = "-", .sql = "DELETE FROM idempotency WHERE at_utc < ? LIMIT 5000" },
	{ "purge_sessions", .audits = "-", .sql = "DELETE FROM session WHERE expires_utc < ? LIMIT 5000" },
	{ "purge_limits", .audits = "-", .sql = "DELETE FROM rate_limit WHERE expires_utc < ? LIMIT 5000" },
	{ 0 }
};

static const struct ct_permission permissions[] = {
	{ "installation.admin", N_("Look after the installation"), CT_ROLE_INSTALLATION },
	{ 0 }
};

static const struct ct_view_field admin_view[] = {
	{ "panels", "array", NULL }, { "panels.title", "text", NULL }, { "panels.empty", "text", NULL },
	{ "panels.rows", "array", NULL }, { "panels.more", "object", NULL }, { 0 }
};

static const struct ct_route routes[] = {
	{ "GET", "/admin", CT_ANY, "installation.admin", "core/admin", ct_admin_page, .view = admin_view,
	  .title = N_("Installation") },
	{ "GET", "/healthz", CT_ANY, CT_PUBLIC, NULL, ct_health_page, .view = health_view },
	{ "GET", "/metrics", CT_ANY, CT_PUBLIC, NULL, ct_metrics_page },
	{ "GET", "/api/openapi.json", CT_ANY, CT_PUBLIC, NULL, ct_openapi_page },
	{ "GET", "/sitemap", CT_ANY, CT_PUBLIC, "core/sitemap", ct_sitemap_page, .title = N_("Site map") },
	{ "GET", "/stored/{txn}", CT_ANY, CT_PUBLIC, "core/stored", ct_stored_page, .view = stored_view },
	{ "GET", "/o/{org}/theme.css", CT_ORG, "place.see", NULL, ct_theme_page },
	{ 0 }
};

static int purge(struct ct_request *r, void *arg, struct ct_error *e)
{
	struct ct_utc day = { r->now.s - 86400 };
	int rc;

	(void)arg;
	if ((rc = ct_exec(r, "purge_txn", CT_ARGS(CT_UTC(day)), e)) ||
	    (rc = ct_exec(r, "purge_idempotency", CT_ARGS(CT_UTC(day)), e)) ||
	    (rc = ct_exec(r, "purge_sessions", CT_ARGS(CT_UTC(r->now)), e)))
		return rc;
	return ct_exec(r, "purge_limits", CT_ARGS(CT_UTC(r->now)), e);
}

static int purge_job(struct ct_request *r, struct ct_error *e)
{
	return ct_transaction(r, purge, NULL, e);
}

static const struct ct_job jobs[] = { { "purge", 3600, purge_job, N_("Clear away ended sessions and old traces of requests") }, { 0 } };

static const struct ct_menu menu[] = {
	{ N_("Installation"), "/admin", "installation.admin", 90 },
	{ 0 }
};

CT_PLUGIN(system) = {
	CT_HEAD("system"), .title = N_("System"), .permissions = permissions, .queries = queries,
	.routes = routes, .jobs = jobs, .menu = menu,
};
