/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of the built-in module of law pages and help. */
#include <talloc.h>

#include "law/law.h"

#define OPERATOR "SELECT o.id, o.slug, p.name, p.legal_name, p.email, p.phone, p.siren, p.siret, p.rna, p.vat_no," \
	" a.building, a.street, a.hamlet, a.postcode, a.town, s.row_version, " CT_LAW_COLUMNS \
	" FROM organisation o JOIN party p ON p.id = o.id" \
	" LEFT JOIN address a ON a.party_id = o.id AND a.kind = 'main'" \
	" LEFT JOIN law_settings s ON s.org_id = o.id" \
	" WHERE o.operates = 1 AND o.archived_at IS NULL AND "
#define ONE_VERSION "SELECT t.id, t.uid, t.kind, t.version, t.title, t.from_d, f.uid AS file_uid"
#define IN_FORCE " FROM terms t LEFT JOIN file f ON f.id = t.file_id WHERE t.org_id = ? AND t.archived_at IS NULL AND t.from_d <= ?"

static const struct ct_query queries[] = {
	{ "law", .sql = OPERATOR "o.id = ?" },
	{ "law_network", .sql = OPERATOR "o.one_network = 1" },
	{ "law_insert", .audits = "law", .sql = "INSERT INTO law_settings (" CT_LAW_COLUMNS ", changed_utc, org_id)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
		" ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)" },
	{ "law_update", .audits = "law", .sql = "UPDATE law_settings SET director = ?, legal_form = ?, capital_cents = ?,"
		" registered = ?, notice_phone = ?, notice_email = ?, host_name = ?, host_address = ?, host_phone = ?,"
		" notice_text = ?, privacy_contact = ?, privacy_email = ?, dpo = ?, recipients = ?, outside_eu = ?,"
		" keep_contacts = ?, keep_documents = ?, keep_traces = ?, keep_logs = ?, privacy_text = ?, sells = ?,"
		" mediator = ?, mediator_address = ?, mediator_url = ?, terms_text = ?, access_state = ?,"
		" access_rate = ?, access_audit_d = ?, access_auditor = ?, access_gaps = ?, access_email = ?,"
		" access_phone = ?, access_text = ?, help_text = ?, changed_utc = ?, row_version = row_version + 1"
		" WHERE org_id = ? AND row_version = ?" },
	/* the sample network: each operator with one of its administrators */
	{ "law_demo_orgs", .sql = "SELECT o.id, p.email, (SELECT MIN(q.name) FROM role ro JOIN party q ON q.id = ro.person_id"
		" WHERE ro.org_id = o.id AND ro.role = 'admin') AS admin, CASE WHEN p.legal_name LIKE 'SCIC %' THEN"
		" 'SCIC SA à capital variable' WHEN p.legal_name LIKE 'SCOP %' THEN 'SCOP SA' WHEN p.legal_name LIKE 'SARL %'"
		" THEN 'SARL' WHEN p.legal_name LIKE 'Coop%' THEN 'SCOP SARL' ELSE 'association loi 1901' END AS legal_form"
		" FROM organisation o JOIN party p ON p.id = o.id WHERE o.operates = 1 ORDER BY o.id LIMIT 500" },
	{ "law_demo", .audits = "law", .sql = "INSERT INTO law_settings (org_id, director, legal_form, host_name,"
		" host_address, host_phone, privacy_contact, privacy_email, recipients, access_state, access_email, access_rate,"
		" access_gaps, keep_documents, keep_traces, keep_logs) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'partial', ?, ?, ?,"
		" 120, 36, 12)" },
	{ "law_lacking", .sql = "SELECT COALESCE((s.director IS NULL) + (s.legal_form IS NULL) + (s.host_name IS NULL)"
		" + (s.host_address IS NULL) + (s.privacy_contact IS NULL) + (s.access_state IS NULL), 6) AS n"
		" FROM organisation o LEFT JOIN law_settings s ON s.org_id = o.id WHERE o.id = ? AND o.operates = 1" },
	{ "law_find", .sql = "SELECT o.id, p.uid, o.id AS org_id, p.name AS label FROM organisation o"
		" JOIN party p ON p.id = o.id WHERE o.id = ?" },
	{ "law_labels", .sql = "SELECT id, name AS label FROM party WHERE id IN"
		" (SELECT k FROM JSON_TABLE(?, '$[*]' COLUMNS (k BIGINT PATH '$')) j)" },

	/* whom to call: the organisation's places, on the network's page all */
	{ "law_places", .max_rows = 30, .sql = "SELECT name, phone, email FROM place WHERE archived_at IS NULL"
		" AND state = 'open' AND (? IS NULL OR org_id = ?) AND (phone IS NOT NULL OR email IS NOT NULL)"
		" ORDER BY name LIMIT 30" },

	/* conditions: what is in force with its text, and which versions there were before */
	{ "terms_now", .max_rows = 20, .sql = ONE_VERSION ", t.text" IN_FORCE " AND t.version = (SELECT MAX(n.version)"
		" FROM terms n WHERE n.org_id = t.org_id AND n.kind = t.kind AND n.archived_at IS NULL"
		" AND n.from_d <= ?) ORDER BY FIELD(t.kind, 'sale', 'rules', 'charter', 'sharing', 'privacy')" },
	{ "terms_all", .max_rows = 200, .sql = ONE_VERSION " FROM terms t LEFT JOIN file f ON f.id = t.file_id WHERE t.org_id = ? AND t.archived_at IS NULL"
		" ORDER BY t.kind, t.version DESC LIMIT 200" },
	{ "terms_one", .sql = ONE_VERSION ", t.text" IN_FORCE " AND t.uid = ?" },
	{ 0 }
};

static const struct ct_permission permissions[] = {
	{ "law.edit", N_("Fill in the legal pages"), CT_ROLE_ADMIN },
	{ 0 }
};

static const struct ct_kind kinds[] = {
	{ "law", N_("Legal pages"), "law_find", NULL, "law_labels", "law.edit", "/o/{id}/law", ct_law_fields },
	{ 0 }
};

static const struct ct_view_field page_view[] = {
	{ "organisation", "text", N_("Whose page it is") },
	{ "parts", "array", N_("anchor, title, paragraphs[], facts[], items[], links[]") },
	{ "parts.anchor", "text", NULL }, { "parts.title", "text", NULL }, { "parts.note", "text", NULL },
	{ "parts.paragraphs", "array", NULL }, { "parts.facts", "array", NULL },
	{ "parts.items", "array", NULL }, { "parts.links", "array", NULL },
	{ 0 }
};

static const struct ct_view_field form_view[] = { { "row_version", "integer", NULL }, { 0 } };

#define PAGE(name, handler, label_) \
	{ "GET", "/legal/{org}/" name, CT_ORG, CT_PUBLIC, "core/text", handler, .view = page_view, .title = (label_) }, \
	{ "GET", "/legal/" name, CT_ANY, CT_PUBLIC, "core/text", handler, .view = page_view, .title = (label_) }

static const struct ct_route routes[] = {
	PAGE("notice", ct_notice_page, N_("Legal notice")),
	PAGE("privacy", ct_privacy_page, N_("Privacy")),
	PAGE("terms", ct_terms_page, N_("Conditions")),
	PAGE("terms/{version}", ct_terms_version_page, N_("Conditions")),
	PAGE("accessibility", ct_access_page, N_("Accessibility")),
	{ "GET", "/legal/{org}/help", CT_ORG, CT_PUBLIC, "core/text", ct_help_page, .view = page_view, .title = N_("Help") },
	{ "GET", "/help", CT_ANY, CT_PUBLIC, "core/text", ct_help_page, .view = page_view, .title = N_("Help") },
	{ "GET", "/o/{org}/law", CT_ORG, "law.edit", "core/law-edit", ct_law_form, .title = N_("Legal pages") },
	{ "POST", "/o/{org}/law", CT_ORG, "law.edit", "core/law-edit", ct_law_store, ct_law_fields, form_view,
	  N_("Legal pages"), .form = ct_law_form },
	{ 0 }
};

/* On the overview of who may fill them in, as long as the least that the law asks for is lacking. */
static int panel(struct ct_request *r, struct ct_error *e)
{
	struct ct_result *row;
	json_t *box;
	long long n;
	int rc;

	if (!ct_may(r, "law.edit", r->org))
		return 0;
	rc = ct_query(r, "law_lacking", CT_ARGS(CT_NUM(r->org)), &row, e);
	if (rc || !ct_next(row) || !(n = (long long)ct_col_int(row, "n")))
		return rc;
	box = ct_panel(r, _("Legal pages"), talloc_asprintf(r, ngettext_(
		"%lld statement that the law asks for is lacking.", "%lld statements that the law asks for are lacking.", n), n));
	ct_panel_more(box, _("Fill in the legal pages"), ct_url(r, "/o/%lld/law", (long long)r->org));
	return 0;
}

static const struct ct_hook hooks[] = {
	CT_HOOK("dashboard.panel", ct_handler_f, panel),
	CT_HOOK("demo.data", ct_handler_f, ct_law_demo),
	{ 0 }
};

static const struct ct_menu menu[] = {
	{ N_("Legal pages"), "/o/{org}/law", "law.edit", 92, N_("Settings"), N_("Legal texts") },
	{ 0 }
};

CT_PLUGIN(law) = {
	CT_HEAD("law"), .title = N_("Legal pages"), .permissions = permissions, .kinds = kinds, .queries = queries,
	.routes = routes, .hooks = hooks, .menu = menu,
};
