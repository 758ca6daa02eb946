/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of the built-in module of traces. */
#include "audit/audit.h"

#define ENTRY "SELECT a.id, a.at_utc, a.person_id, a.via, a.plugin, a.kind, a.object_id, a.action," \
	" a.before_json, a.after_json, p.name AS who, t.label AS token FROM "
#define NAMED " LEFT JOIN party p ON p.id = a.person_id LEFT JOIN token t ON t.id = a.token_id WHERE "
/* Parameters, each twice but for the kind's plugin and name: person, kind, action, from, to, pattern; then rows. */
#define FILTERS " AND (? IS NULL OR a.person_id = ?) AND (? IS NULL OR (a.plugin = ? AND a.kind = ?))" \
	" AND (? IS NULL OR a.action = ?) AND (? IS NULL OR a.at_utc >= ?) AND (? IS NULL OR a.at_utc < ?)" \
	" AND (? IS NULL OR CONCAT_WS(' ', a.before_json, a.after_json) LIKE ?) ORDER BY a.id DESC LIMIT ?"
#define RANGE(a) a "id < ? AND " a "id >= ?"

const struct ct_query ct_audit_queries[] = {
	/* of an organisation, or where that is NULL of the installation */
	{ "entries", .max_rows = CT_AUDIT_MOST + 1, .sql = ENTRY "(SELECT id FROM audit FORCE INDEX (audit_org)"
		" WHERE org_id <=> ? AND " RANGE("") " ORDER BY id DESC LIMIT ?) w JOIN audit a ON a.id = w.id"
		NAMED "1 = 1" FILTERS },
	{ "entries_of_person", .max_rows = CT_AUDIT_MOST + 1, .sql = ENTRY "audit a FORCE INDEX (audit_person)"
		NAMED "a.person_id = ? AND a.org_id <=> ? AND " RANGE("a.") FILTERS },
	{ "entries_of_object", .max_rows = CT_AUDIT_MOST + 1, .sql = ENTRY "audit a FORCE INDEX (audit_object)"
		NAMED "a.plugin = ? AND a.kind = ? AND a.object_id = ? AND a.org_id <=> ? AND " RANGE("a.") FILTERS },
	/* the last key that a search has looked at, where there were as many */
	{ "window", .sql = "SELECT id FROM audit FORCE INDEX (audit_org) WHERE org_id <=> ? AND " RANGE("")
		" ORDER BY id DESC LIMIT 1 OFFSET ?" },
	/* where a period begins and ends, by an hour more than it is: keys follow the clock only nearly */
	{ "period", .sql = "SELECT (SELECT id FROM audit WHERE at_utc >= ? ORDER BY at_utc, id LIMIT 1) AS low,"
		" (SELECT id FROM audit WHERE at_utc >= ? ORDER BY at_utc, id LIMIT 1) AS high" },
	/* who had a part in the organisation */
	{ "people", .sql = "SELECT p.id, p.name FROM (SELECT DISTINCT person_id FROM role WHERE org_id = ? LIMIT 400) ro"
		" JOIN party p ON p.id = ro.person_id ORDER BY p.sort_name, p.id LIMIT 400" },
	{ "person", .sql = "SELECT p.name FROM audit a FORCE INDEX (audit_person) JOIN party p ON p.id = a.person_id"
		" WHERE a.person_id = ? AND a.org_id <=> ? LIMIT 1" },
	{ 0 }
};

static const struct ct_permission permissions[] = {
	{ "audit.see", N_("See who changed what"), CT_ROLE_ADMIN },
	{ 0 }
};

static const struct ct_route routes[] = {
	{ "GET", "/o/{org}/audit", CT_ORG, "audit.see", "core/audit", ct_audit_page, ct_audit_fields,
	  ct_audit_view, N_("Changes") },
	{ "GET", "/admin/audit", CT_ANY, "installation.admin", "core/audit", ct_audit_page, ct_audit_fields,
	  ct_audit_view, N_("Changes of the installation") },
	{ 0 }
};

static int panel(struct ct_request *r, struct ct_error *e)
{
	(void)e;
	ct_panel_more(ct_panel(r, _("Changes of the installation"),
			       _("Accounts, organisations, settings: who changed what.")),
		      _("See the changes"), "/admin/audit");
	return 0;
}

static const struct ct_hook hooks[] = {
	CT_HOOK("admin.panel", ct_handler_f, panel),
	{ 0 }
};

static const struct ct_menu menu[] = {
	{ N_("Changes"), "/o/{org}/audit", "audit.see", 95, N_("Settings"), N_("What happened") },
	{ 0 }
};

CT_PLUGIN(audit) = {
	CT_HEAD("audit"), .title = N_("Changes"), .permissions = permissions, .queries = ct_audit_queries,
	.routes = routes, .hooks = hooks, .menu = menu,
};
