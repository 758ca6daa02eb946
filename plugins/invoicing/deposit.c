/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * POST /o/{org}/invoices/{id}/deposit: a treasurer says that she has deposited an invoice to a public buyer on
 * Chorus Pro, and under which number. It stands beside the document, which is not changed.
 */
#include <string.h>
#include <talloc.h>

#include "documents.h"
#include "pages.h"

const struct ct_field deposit_fields[] = {
	{ "deposit", N_("Number that Chorus Pro gave"), CT_TEXT, .required = true, .max = 60 }, { 0 }
};

static int store(struct ct_request *r, void *arg, struct ct_error *e)
{
	json_t *after;
	int64_t count;
	int rc = ct_exec_count(r, "deposit_add", CT_ARGS(CT_UTC(r->now), CT_STR(ct_in_text(r, "deposit")), CT_ID(r->person),
							 CT_NUM(r->subject)), &count, e);

	(void)arg;
	if (rc)
		return rc;
	if (!count)
		return ct_fail(e, CT_CONFLICT, "%s", _("Only an invoice that was issued can be deposited."));
	after = json_object();
	ct_put_text(after, "deposit", ct_in_text(r, "deposit"));
	return ct_audit(r, "document", r->subject, "deposit", NULL, after, e);
}

int deposit_post(struct ct_request *r, struct ct_error *e)
{
	int rc = document_at_home(r, e);

	if (rc || (rc = ct_transaction(r, store, NULL, e)))
		return rc;
	ct_put_id(r->view, "id", r->subject);
	ct_notice(r, "%s", _("It is stored."));
	ct_redirect(r, 200, ct_url(r, "/o/%s/invoices/%lld", ct_path(r, "org"), (long long)r->subject));
	return 0;
}

void deposit_put(struct ct_request *r, const struct bill *b, const struct ct_result *row)
{
	const char *number = ct_col_text(row, "deposited");
	char day[CT_TIME_UI];
	json_t *o;

	ct_put_null(r->view, "deposit_ui");
	ct_put_text(r->view, "deposit", number);
	ct_put_null(r->view, "deposited_ui");
	if (!b->is_public || !b->number || !strcmp(b->type, "opening"))
		return;
	if (number)
		ct_put_text(r->view, "deposited_ui", talloc_asprintf(r, _("Deposited on Chorus Pro on %s, number %s"),
			ct_day_ui(day, day_of(ct_col_utc(row, "deposited_utc")), r->lang), number));
	if (!ct_may(r, MAY_ISSUE, r->org))
		return;
	o = ct_put_object(r->view, "deposit_ui");
	ct_put_text(o, "action", ct_url(r, "/o/%s/invoices/%lld/deposit", ct_path(r, "org"), (long long)b->id));
	ct_put_controls(r, o, "fields", deposit_fields, NULL);
}
