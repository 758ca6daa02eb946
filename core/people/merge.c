/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Two contacts turn out to be one. What hangs on the one that goes moves to the one that stays, in one
 * transaction: the core's rows here, those of plugins by the stage party.merged. What the one that stays
 * does not say yet, it takes over, unless it speaks for itself. The one that goes is archived and says where it went.
 */
#include <string.h>
#include <talloc.h>

#include "people/people.h"
#include "record/record.h"
#include "route/state.h"

const struct ct_field ct_merge_fields[] = {
	{ "with", N_("Contact that stays"), CT_REF, .ref = "contact" },
	{ "q", N_("Search among your contacts"), CT_TEXT, .max = 100 },
	{ 0 }
};

const struct ct_field ct_merge_post_fields[] = {
	{ "with", N_("Contact that stays"), CT_REF, .ref = "contact", .required = true },
	{ "from_version", N_("Version that was changed"), CT_INT, .required = true },
	{ "into_version", N_("Version that was changed"), CT_INT, .required = true },
	{ 0 }
};

const struct ct_view_field ct_merge_view[] = {
	{ "id", "id", NULL }, { "name", "text", NULL }, { "into_id", "id", NULL }, { "into_name", "text", NULL },
	{ "suggestions", "array", NULL }, { "suggestions.id", "id", NULL }, { "suggestions.name", "text", NULL },
	{ "suggestions.email", "text", NULL }, { "suggestions.phone", "text", NULL }, { 0 }
};

/* What is compared, and taken over where the one that stays has nothing. */
static const struct { const char *column, *label; } facts[] = {
	{ "name", N_("Name") }, { "email", N_("E-mail") }, { "phone", N_("Telephone") }, { "siren", N_("SIREN") },
	{ "siret", N_("SIRET") }, { "rna", N_("RNA number") }, { "vat_no", N_("VAT number") },
	{ "address", N_("Address") }, { "note", N_("Our note") },
};

struct merge { int64_t from, into, from_version, into_version; };

static int find(struct ct_request *r, int64_t id, struct ct_result **row_r, struct ct_error *e)
{
	return ct_one(r, "merge_row", CT_ARGS(CT_NUM(r->org), CT_NUM(id)), row_r, e);
}

/* Merging would give roles: to herself nobody gives any, and here an administrator alone does. */
static const char *role_obstacle(struct ct_request *r, const struct ct_result *from, const struct ct_result *into)
{
	bool herself = ct_col_int(from, "id") == r->person || ct_col_int(into, "id") == r->person;

	if (ct_col_int(from, "roles") && herself)
		return _("Nobody gives herself a role: ask another administrator.");
	if ((ct_col_int(from, "roles_here") || ct_col_int(into, "roles_here")) && !ct_may(r, "roles.edit", r->org))
		return _("One of the two holds a role here: an administrator has to merge them.");
	return NULL;
}

/* Why these two cannot be merged here; NULL: they can. */
static const char *obstacle(struct ct_request *r, const struct ct_result *from, const struct ct_result *into)
{
	const char *problem;

	if (ct_col_int(from, "id") == ct_col_int(into, "id"))
		return _("This is the same contact.");
	if (strcmp(ct_col_text(from, "kind"), ct_col_text(into, "kind")))
		return _("A person and an organisation cannot become one contact.");
	if (!ct_col_null(from, "archived_at") || !ct_col_null(into, "archived_at"))
		return _("One of the two is archived already.");
	if (ct_col_int(from, "elsewhere") || ct_col_int(into, "elsewhere"))
		return _("Other organisations know one of the two as well: it is not yours alone to merge.");
	if (ct_col_int(from, "is_org"))
		return _("Somebody acts for this organisation already: merge the other one into it instead.");
	if ((problem = role_obstacle(r, from, into)))
		return problem;
	if (ct_col_int(from, "has_account") && ct_col_int(into, "has_account"))
		return _("Both have an account of their own. One of the two has to delete hers first.");
	if (ct_col_int(from, "has_account"))
		return _("This person signs in here: merge the other one into it instead.");
	return NULL;
}

/* The name and the address are made of several fields, and shown as they are. */
static const char *shown_text(struct ct_request *r, const char *column, const char *text)
{
	const struct ct_field *f = ct_contact_fields;

	while (f->name && strcmp(f->name, column) != 0)
		f++;
	return f->name ? ct_contact_shown(r, f, text) : text;
}

static const char *shown(struct ct_request *r, const struct ct_result *row, const char *column)
{
	return shown_text(r, column, ct_col_text(row, column));
}

static void put_facts(struct ct_request *r, const struct ct_result *from, const struct ct_result *into)
{
	json_t *list = ct_put_array(r->view, "facts_ui");
	bool own = ct_col_int(into, "own") != 0;

	for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]); i++) {
		const char *a = shown(r, from, facts[i].column), *b = shown(r, into, facts[i].column);
		bool note = !strcmp(facts[i].column, "note");
		json_t *line;

		if (!a && !b)
			continue;
		line = ct_add_object(list);
		ct_put_text(line, "label", _(facts[i].label));
		ct_put_text(line, "from", a);
		ct_put_text(line, "into", b);
		ct_put_text(line, "result", note && a && b ? talloc_asprintf(r, "%s\n%s", b, a)
			    : b || (own && !note) ? b : a);
	}
}

static void put_moves(struct ct_request *r, const struct ct_result *from)
{
	json_t *list = ct_put_array(r->view, "moves_ui");
	long long roles = ct_col_int(from, "roles"), accepted = ct_col_int(from, "accepted");

	if (roles)
		ct_add_text(list, talloc_asprintf(r, ngettext_("%lld role", "%lld roles", roles), roles));
	if (accepted)
		ct_add_text(list, talloc_asprintf(r, ngettext_("%lld acceptance of terms", "%lld acceptances of terms",
							       accepted), accepted));
	ct_add_text(list, _("everything else that hangs on it: what was done, agreed and written in its name"));
}

static int put_preview(struct ct_request *r, const struct ct_result *from, struct ct_error *e)
{
	const char *problem;
	struct ct_result *into;
	int rc = find(r, ct_in_int(r, "with"), &into, e);

	if (rc)
		return rc;
	problem = obstacle(r, from, into);
	ct_put_id(r->view, "into_id", ct_col_int(into, "id"));
	ct_put_text(r->view, "into_name", ct_col_text(into, "name"));
	ct_put_text(r->view, "obstacle_ui", problem);
	ct_put_text(r->view, "into_version_ui", talloc_asprintf(r, "%lld", (long long)ct_col_int(into, "row_version")));
	ct_put_text(r->view, "swap_ui", obstacle(r, into, from) ? NULL : ct_url(r, "/o/%s/people/%lld/merge?with=%lld", r->s->org_slug,
		    (long long)ct_col_int(into, "id"), (long long)ct_col_int(from, "id")));
	put_facts(r, from, into);
	put_moves(r, from);
	return 0;
}

static int put_suggestions(struct ct_request *r, int64_t id, const char *action, struct ct_error *e)
{
	const char *q = ct_in_typed(r, "q");
	json_t *list, *row;
	size_t i;
	int rc = ct_rows(r, q && *q ? "merge_search" : "merge_suggest", q && *q
		? CT_ARGS(CT_NUM(r->org), CT_NUM(id), CT_STR(q)) : CT_ARGS(CT_NUM(r->org), CT_NUM(id)), "suggestions", e);

	list = json_object_get(r->view, "suggestions");
	json_array_foreach(list, i, row) {
		ct_put_text(row, "href_ui", talloc_asprintf(r, "%s?with=%s", action,
							    json_string_value(json_object_get(row, "id"))));
		ct_put_text(row, "phone_ui", shown_text(r, "phone", json_string_value(json_object_get(row, "phone"))));
	}
	ct_put_text(r->view, "q_ui", q);
	ct_put_text(r->view, "none_ui", json_array_size(list) ? NULL : q && *q
		    ? _("No other contact of this kind has that in its name, e-mail address or telephone number.")
		    : _("No other contact has the same name, e-mail address or telephone number."));
	return rc;
}

static void put_frame(struct ct_request *r, const struct ct_result *from, const char *action)
{
	json_t *crumbs = ct_put_array(r->view, "breadcrumbs_ui"), *crumb = ct_add_object(crumbs);

	ct_put_text(crumb, "label", _("Contacts"));
	ct_put_text(crumb, "href", ct_url(r, "/o/%s/people", r->s->org_slug));
	crumb = ct_add_object(crumbs);
	ct_put_text(crumb, "label", ct_col_text(from, "name"));
	ct_put_text(crumb, "href", ct_url(r, "/o/%s/people/%lld", r->s->org_slug, (long long)ct_col_int(from, "id")));
	ct_put_id(r->view, "id", ct_col_int(from, "id"));
	ct_put_text(r->view, "name", ct_col_text(from, "name"));
	ct_put_text(r->view, "action_ui", action);
	ct_put_text(r->view, "from_version_ui", talloc_asprintf(r, "%lld", (long long)ct_col_int(from, "row_version")));
	ct_put_text(r->view, "heading_ui", talloc_asprintf(r, _("Merge “%s” into …"), ct_col_text(from, "name")));
}

int ct_merge_page(struct ct_request *r, struct ct_error *e)
{
	struct ct_result *from;
	const char *action;
	int64_t id;
	int rc = ct_record_here(r, "contact", &id, e);

	if (rc || (rc = find(r, id, &from, e)))
		return rc;
	action = ct_url(r, "/o/%s/people/%lld/merge", r->s->org_slug, (long long)id);
	put_frame(r, from, action);
	ct_put_null(r->view, "into_id");
	ct_put_null(r->view, "into_name");
	ct_put_array(r->view, "suggestions");
	if (ct_in_set(r, "with"))
		return put_preview(r, from, e);
	return put_suggestions(r, id, action, e);
}

/* ------------------------------------------------------------------------ doing it ---- */

static int call_merged(struct ct_request *r, ct_any_f *function, void *arg, struct ct_error *e)
{
	return ((ct_party_merge_f *)function)(r, arg, e);
}

/* Both rows, in the order of their keys: nobody else merges or changes one of them meanwhile. */
static int lock_both(struct ct_request *r, const struct merge *m, struct ct_error *e)
{
	bool from_first = m->from < m->into;
	int rc = ct_exec(r, "party_touch", CT_ARGS(CT_NUM(from_first ? m->from : m->into)), e);

	return rc ? rc : ct_exec(r, "party_touch", CT_ARGS(CT_NUM(from_first ? m->into : m->from)), e);
}

/* Whoever speaks for herself says herself what is known of her (ADR 0019). */
static int fill(struct ct_request *r, const struct merge *m, const struct ct_result *into, struct ct_error *e)
{
	int rc = ct_col_int(into, "own") ? 0
		: ct_exec(r, "merge_fill", CT_ARGS(CT_NUM(m->from), CT_NUM(m->into)), e);

	if (!rc && !ct_col_int(into, "own"))
		rc = ct_exec(r, "merge_addresses", CT_ARGS(CT_NUM(m->into), CT_NUM(m->from)), e);
	return rc ? rc : ct_exec(r, "merge_addresses_left", CT_ARGS(CT_NUM(m->from)), e);
}

/* What is left behind with `from` by the first of a pair, for a row that may exist once only, goes by the second. */
static int move_rows(struct ct_request *r, const struct merge *m, struct ct_error *e)
{
	static const char *const moves[] = { "merge_roles_same", "merge_roles", "merge_given", "merge_signed", "merge_leads",
		"merge_accepted", "merge_account", "merge_invited", "merge_files", "merge_uploads", "merge_earlier" };
	static const char *const drops[] = { "merge_roles_left", "merge_accepted_left" };
	int rc = ct_exec(r, "merge_notes", CT_ARGS(CT_NUM(m->into), CT_NUM(m->from)), e);

	if (!rc)
		rc = ct_exec(r, "merge_notes_left", CT_ARGS(CT_NUM(m->from)), e);
	for (size_t i = 0; i < sizeof(moves) / sizeof(moves[0]) && !rc; i++)
		rc = ct_exec(r, moves[i], CT_ARGS(CT_NUM(m->into), CT_NUM(m->from)), e);
	for (size_t i = 0; i < sizeof(drops) / sizeof(drops[0]) && !rc; i++)
		rc = ct_exec(r, drops[i], CT_ARGS(CT_NUM(m->from)), e);
	return rc;
}

static int trace(struct ct_request *r, const struct merge *m, struct ct_error *e)
{
	const char *from = talloc_asprintf(r, "%lld", (long long)m->from);
	const char *into = talloc_asprintf(r, "%lld", (long long)m->into);
	int rc = ct_audit(r, "contact", m->from, "merge", NULL, json_pack("{s:s}", "merged_into", into), e);

	return rc ? rc : ct_audit(r, "contact", m->into, "merge", NULL, json_pack("{s:s}", "merged_from", from), e);
}

static int merge(struct ct_request *r, void *arg, struct ct_error *e)
{
	const struct merge *m = arg;
	struct ct_party_merge stage = { m->from, m->into };
	struct ct_result *from, *into;
	const char *problem;
	int rc;

	if ((rc = lock_both(r, m, e)) || (rc = find(r, m->from, &from, e)) || (rc = find(r, m->into, &into, e)))
		return rc;
	problem = obstacle(r, from, into);
	if (problem)
		return ct_fail(e, CT_CONFLICT, "%s", problem);
	if (ct_col_int(from, "row_version") != m->from_version + 1 || ct_col_int(into, "row_version") != m->into_version + 1)
		return ct_fail(e, CT_CONFLICT, "%s", _("Somebody else changed one of the two in the meantime. Please look again."));
	if ((rc = ct_raise(r, "party.merged", call_merged, &stage, e)) || (rc = move_rows(r, m, e)) ||
	    (rc = fill(r, m, into, e)) ||
	    (rc = ct_exec(r, "merge_archive", CT_ARGS(CT_UTC(r->now), CT_NUM(m->into), CT_NUM(m->from)), e)))
		return rc;
	return trace(r, m, e);
}

int ct_merge_post(struct ct_request *r, struct ct_error *e)
{
	struct merge m = { .into = ct_in_int(r, "with"), .from_version = ct_in_int(r, "from_version"),
			   .into_version = ct_in_int(r, "into_version") };
	int rc = ct_record_here(r, "contact", &m.from, e);

	if (rc || (rc = ct_transaction(r, merge, &m, e)))
		return rc;
	ct_notice(r, "%s", _("The two are one contact now."));
	ct_put_id(r->view, "id", m.from);
	ct_put_id(r->view, "into_id", m.into);
	ct_redirect(r, 200, ct_url(r, "/o/%s/people/%lld", r->s->org_slug, (long long)m.into));
	return 0;
}
