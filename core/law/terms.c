/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Conditions: what is in force, and what was. */
#include <string.h>
#include <talloc.h>

#include "law/law.h"
#include "route/state.h"
#include "view/row.h"

static const char *kind_label(const char *kind)
{
	static const struct ct_choice kinds[] = {
		{ "sale", N_("Conditions of sale") }, { "rules", N_("House rules") }, { "charter", N_("Charter") },
		{ "sharing", N_("Conditions of sharing") }, { "privacy", N_("Privacy") }, { 0 }
	};

	for (const struct ct_choice *c = kinds; c->value; c++)
		if (!strcmp(c->value, kind))
			return _(c->label);
	return kind;
}

static struct ct_day today(const struct ct_request *r)
{
	const struct ct_zone *zone;
	struct ct_error e;

	if (ct_zone_get(CT_DEFAULT_ZONE, &zone, &e))
		return ct_local_day((struct ct_local){ r->now.s });
	return ct_zone_day(zone, r->now);
}

/* "Version 3, in force since 1 September 2026", with the title in front where it says more than the kind. */
static const char *version_text(struct ct_request *r, const struct ct_result *row, bool in_force)
{
	char day[CT_TIME_UI];
	const char *from = ct_day_ui(day, ct_col_day(row, "from_d"), r->lang);

	return talloc_asprintf(r, in_force ? _("Version %lld, in force since %s") : _("Version %lld, from %s"),
			       (long long)ct_col_int(row, "version"), from);
}

/* The file of a version that is one, where files are served. */
static void put_file(struct ct_request *r, json_t *part, const struct ct_result *row)
{
	const char *href = ct_url(r, "/files/%s", ct_col_text(row, "file_id")), *allow;
	struct ct_match match;
	struct ct_error e;

	if (!ct_router_find(r->s->core->registry->router, r, "GET", href, &match, &allow, &e))
		ct_part_link(part, _("Read the document"), href);
	else
		ct_part_text(part, _("The text is kept as a document. Ask us for it: we send it to you."));
}

static void put_version(struct ct_request *r, const struct ct_result *row, bool in_force)
{
	const char *kind = ct_col_text(row, "kind"), *text = ct_col_text(row, "text");
	json_t *part = ct_part(r, kind, ct_col_text(row, "title"));

	ct_put_text(part, "note", version_text(r, row, in_force));
	ct_part_text(part, text);
	if (!ct_col_null(row, "file_id"))
		put_file(r, part, row);
}

static void put_mediator(struct ct_request *r, const struct ct_law *law)
{
	const char *name = ct_law_text(law, "mediator"), *url = ct_law_text(law, "mediator_url");
	json_t *part;

	if (!name && !ct_law_int(law, "sells"))
		return;
	part = ct_part(r, "mediator", _("If we disagree"));
	ct_part_text(part, _("Write to us first. If we find no way out together, a private person may call on a consumer mediator at no cost (code de la consommation, article L612-1)."));
	ct_part_fact(part, _("Consumer mediator"), name, NULL);
	if (ct_law_text(law, "mediator_address"))
		ct_part_fact(part, _("Address of the mediator"), ct_law_text(law, "mediator_address"), NULL);
	if (url)
		ct_part_fact(part, _("Site of the mediator"), url, url);
	if (!name)
		ct_law_missing(r, law, _("Consumer mediator"));
}

/* Those that are no longer or not yet in force. */
static int put_others(struct ct_request *r, const struct ct_law *law, const json_t *shown, struct ct_error *e)
{
	struct ct_result *rows;
	struct ct_day now = today(r);
	json_t *part = NULL;
	int rc = ct_query(r, "terms_all", CT_ARGS(CT_NUM(law->org)), &rows, e);

	while (!rc && ct_next(rows)) {
		const char *uid = ct_col_text(rows, "uid");

		if (json_object_get(shown, uid) || ct_col_day(rows, "from_d").n > now.n)
			continue;
		if (!part)
			part = ct_part(r, "earlier", _("Earlier versions"));
		ct_part_link(part, talloc_asprintf(r, "%s – %s", ct_col_text(rows, "title"), version_text(r, rows, false)),
			     talloc_asprintf(r, "%s/%s", ct_law_href(r, law, "terms"), uid));
	}
	return rc;
}

int ct_terms_page(struct ct_request *r, struct ct_error *e)
{
	json_t *shown = ct_own_json(r, json_object());
	struct ct_law law;
	struct ct_result *rows;
	struct ct_day now = today(r);
	int rc = ct_law_find(r, &law, e);

	if (!rc)
		rc = ct_query(r, "terms_now", CT_ARGS(CT_NUM(law.org), CT_DAY(now), CT_DAY(now)), &rows, e);
	if (rc)
		return rc;
	while (ct_next(rows)) {
		ct_put_bool(shown, ct_col_text(rows, "uid"), true);
		put_version(r, rows, true);
	}
	if (!json_object_size(shown)) {
		ct_part_text(ct_part(r, "none", NULL), talloc_asprintf(r,
			_("%s has not published conditions here yet. Ask before you commit yourself: what you agreed on then counts."), law.name));
		ct_law_missing(r, &law, _("Conditions in force"));
	}
	put_mediator(r, &law);
	ct_law_more(r, &law, "terms_text");
	rc = put_others(r, &law, shown, e);
	return rc ? rc : ct_law_done(r, &law, "terms", _("Conditions"), e);
}

int ct_terms_version_page(struct ct_request *r, struct ct_error *e)
{
	struct ct_law law;
	struct ct_result *row;
	json_t *part;
	int rc = ct_law_find(r, &law, e);

	if (!rc)
		rc = ct_one(r, "terms_one", CT_ARGS(CT_NUM(law.org), CT_DAY(today(r)), CT_STR(ct_path(r, "version"))), &row, e);
	if (rc)
		return rc;
	put_version(r, row, false);
	part = ct_part(r, "now", NULL);
	ct_part_link(part, talloc_asprintf(r, _("What is in force now: %s"), kind_label(ct_col_text(row, "kind"))),
		     talloc_asprintf(r, "%s#%s", ct_law_href(r, &law, "terms"), ct_col_text(row, "kind")));
	return ct_law_done(r, &law, "terms", ct_col_text(row, "title"), e);
}
