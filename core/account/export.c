/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * "My data": what is kept about a person, for herself (GDPR, articles 15 and 20). The page says what the file
 * holds; asked for JSON, the same address is the file.
 */
#include <comptoir/people.h>

#include "account/account.h"
#include "route/state.h"

/* Each list is of the person or of her account, and of nobody else. */
static const struct {
	const char *key, *query;
	bool by_account;
} lists[] = {
	{ "addresses", "export_addresses", false }, { "roles", "export_roles", false },
	{ "known_by", "export_known_by", false },   { "terms", "export_terms", false },
	{ "sessions", "export_sessions", true },    { "tokens", "export_tokens", true },
	{ "mails", "export_mails", false },	    { "acts", "export_acts", false },
};

static int put_row(struct ct_request *r, const char *key, const char *query, int64_t id,
		   struct ct_error *e)
{
	struct ct_result *row;
	int rc = ct_one(r, query, CT_ARGS(CT_NUM(id)), &row, e);

	if (!rc)
		ct_put_json(r->view, key, ct_row_json(r, row));
	return rc;
}

static int call_exported(struct ct_request *r, ct_any_f *function, void *arg, struct ct_error *e)
{
	return ((ct_party_export_f *)function)(r, arg, e);
}

static int put_all(struct ct_request *r, struct ct_error *e)
{
	struct ct_party_export export = { r->person, NULL };
	int rc;

	if ((rc = put_row(r, "person", "export_person", r->person, e)) ||
	    (rc = put_row(r, "account", "export_account", r->s->caller.account, e)))
		return rc;
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]) && !rc; i++)
		rc = ct_rows(
			r, lists[i].query,
			CT_ARGS(CT_NUM(lists[i].by_account ? r->s->caller.account : r->person)),
			lists[i].key, e);
	export.data = r->view;
	return rc ? rc : ct_raise(r, "party.exported", call_exported, &export, e);
}

int ct_export_page(struct ct_request *r, struct ct_error *e)
{
	json_t *crumb;

	ct_header(r, "Cache-Control", "%s", "no-store");
	if (ct_wants_html(r)) {
		crumb = ct_add_object(ct_put_array(r->view, "breadcrumbs_ui"));
		ct_put_text(crumb, "label", _("My account"));
		ct_put_text(crumb, "href", "/me");
		return 0;
	}
	ct_header(r, "Content-Disposition", "attachment; filename=\"%s\"", _("my-data.json"));
	return put_all(r, e);
}
