/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Terms. A version that is in force, was in force or was accepted is what people agreed to: it is never
 * changed, a new one is made from it.
 */
#include <string.h>
#include <talloc.h>

#include <comptoir/terms.h>

#include "people/people.h"
#include "route/state.h"

static const struct ct_choice kinds[] = {
	{ "sale", N_("conditions of sale") }, { "rules", N_("house rules") }, { "privacy", N_("privacy") },
	{ "charter", N_("charter") }, { "sharing", N_("sharing conditions") }, { 0 }
};

const struct ct_field ct_terms_fields[] = {
	{ "title", N_("Title"), CT_TEXT, .required = true, .max = 120, .list = true, .search = true },
	{ "kind", N_("Kind"), CT_CHOICE, .required = true, .fixed = true, .choices = kinds, .list = true, .filter = true },
	{ "version", N_("Version"), CT_INT, .read_only = true, .list = true },
	{ "from", N_("In force from"), CT_DATE, .required = true, .list = true,
	  .help = N_("Until the next version of the same kind. From that day on this one is never changed.") },
	{ "text", N_("Text"), CT_LONG_TEXT, .max = 30000 },
	{ "file", N_("Or a document"), CT_FILE, .accept = CT_PDF, .readers = CT_PUBLIC },
	{ 0 }
};

const struct ct_view_field ct_terms_view[] = {
	{ "accepted", "integer", N_("How many have accepted this version") }, { 0 }
};

static struct ct_day today(const struct ct_request *r)
{
	return (struct ct_day){ (int32_t)(r->now.s / 86400) };
}

int ct_terms_check(struct ct_request *r, int64_t id, struct ct_error *e)
{
	(void)id;
	(void)e;
	if (ct_day_set(ct_in_day(r, "from")) && ct_in_day(r, "from").n < today(r).n)
		ct_in_error(r, "from", "%s", _("Terms cannot have been in force before they were written: today or later."));
	if (!ct_in_set(r, "text") && !ct_in_set(r, "file"))
		ct_in_error(r, "text", "%s", _("Please type the text, or add it as a document."));
	return 0;
}

/* A new version begins as the one before it stands (the link of its page says which). */
int ct_terms_form(struct ct_request *r, int64_t id, json_t *controls, struct ct_error *e)
{
	static const char *const copied[] = { "title", "text" };
	const char *kind = ct_in_typed(r, "kind");
	struct ct_terms terms = { 0 };
	json_t *control, *option;
	size_t i, n;
	int rc;

	if (id || !kind || json_object_size(r->s->errors))
		return 0;
	rc = ct_terms_in_force(r, r->org, kind, &terms, e);
	json_array_foreach(controls, i, control) {
		const char *name = json_string_value(json_object_get(control, "name"));

		json_array_foreach(json_object_get(control, "options"), n, option)
			ct_put_bool(option, "selected", !strcmp(json_string_value(json_object_get(option, "value")), kind));
		for (size_t k = 0; k < 2; k++)
			if (terms.id && !strcmp(name, copied[k]))
				ct_put_text(control, "value", k ? terms.text : terms.title);
	}
	return rc;
}

/* Versions of a kind are counted one by one: the organisation's row is the guard. */
int ct_terms_write(struct ct_request *r, int64_t *id, int64_t version, struct ct_error *e)
{
	int64_t count;
	int rc;

	if (*id) {
		rc = ct_exec_count(r, "terms_change", CT_ARGS(CT_STR(ct_in_text(r, "title")), CT_STR(ct_in_text(r, "text")),
			CT_ID(ct_in_int(r, "file")), CT_DAY(ct_in_day(r, "from")), CT_NUM(*id), CT_NUM(r->org), CT_NUM(version)), &count, e);
		return rc ? rc : count ? 0 : ct_lost(e);
	}
	rc = ct_exec(r, "roles_guard", CT_ARGS(CT_NUM(r->org)), e);
	if (rc)
		return rc;
	return ct_insert(r, "terms_add", CT_ARGS(CT_NUM(r->org), CT_STR(ct_in_text(r, "kind")),
		CT_STR(ct_in_text(r, "title")), CT_STR(ct_in_text(r, "text")), CT_ID(ct_in_int(r, "file")),
		CT_DAY(ct_in_day(r, "from")), CT_NUM(r->org), CT_STR(ct_in_text(r, "kind"))), id, e);
}

int ct_terms_remove(struct ct_request *r, int64_t id, int64_t version, bool *archived_r, struct ct_error *e)
{
	int64_t count;
	int rc = ct_exec_count(r, "terms_archive", CT_ARGS(CT_UTC(r->now), CT_NUM(id), CT_NUM(r->org), CT_NUM(version)),
			       &count, e);

	*archived_r = true;
	return rc ? rc : count ? 0 : ct_lost(e);
}

int ct_terms_show(struct ct_request *r, int64_t id, struct ct_error *e)
{
	struct ct_result *row;
	const char *kind;
	int rc = ct_one(r, "terms_more", CT_ARGS(CT_NUM(id)), &row, e);

	if (rc)
		return rc;
	kind = ct_col_text(row, "kind");
	ct_put_int(r->view, "accepted", ct_col_int(row, "accepted"));
	ct_put_text(r->view, "new_version_ui", ct_may(r, "terms.edit", r->org)
		    ? ct_url(r, "/o/%s/terms/new?kind=%s", r->s->org_slug, kind) : NULL);
	ct_put_text(r->view, "state_ui", ct_col_int(row, "locked")
		    ? _("This version is in force, or was accepted: it stays as it is. To change something, make a new one.")
		    : _("This version is not in force yet: it can still be changed."));
	ct_template(r, "core/terms");
	return 0;
}

int ct_terms_in_force(struct ct_request *r, int64_t org, const char *kind, struct ct_terms *terms_r,
		      struct ct_error *e)
{
	struct ct_result *row;
	int rc;

	CT_AS(r, &ct_plugin_people, rc = ct_query(r, "terms_in_force", CT_ARGS(CT_NUM(org), CT_STR(kind), CT_DAY(today(r))),
						  &row, e));
	if (rc)
		return rc;
	*terms_r = (struct ct_terms){ .from = CT_NO_DAY };
	if (ct_next(row))
		*terms_r = (struct ct_terms){ ct_col_int(row, "id"), ct_col_int(row, "version"),
			ct_col_text(row, "uid"), ct_col_text(row, "title"),
			ct_col_text(row, "text"), ct_col_int(row, "file_id"), ct_col_day(row, "from_d") };
	return 0;
}

int ct_terms_accept(struct ct_request *r, int64_t terms, int64_t party, const char *subject_kind, int64_t subject,
		    struct ct_error *e)
{
	int rc;

	CT_AS(r, &ct_plugin_people, {
		rc = ct_exec(r, "terms_accept", CT_ARGS(CT_NUM(terms), CT_NUM(party),
			CT_STR(subject_kind ? subject_kind : ""), CT_NUM(subject), CT_UTC(r->now)), e);
		if (!rc)
			rc = ct_audit(r, "terms", terms, "accept", NULL, NULL, e);
	});
	return rc;
}
