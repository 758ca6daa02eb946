/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writing a quote: who it is for, its lines, until when it is valid. */
#include <string.h>
#include <talloc.h>

#include "line.h"
#include "project.h"
#include "quote.h"

const struct ct_field quote_fields[] = {
	{ "party", N_("Client"), CT_REF, .required = true, .ref = "contact" },
	{ "title", N_("Subject"), CT_TEXT, .required = true, .max = 120, .help = N_("“Workshop for your team, March 2027”.") },
	{ "valid", N_("Valid until"), CT_DATE, .required = true },
	{ "service_from", N_("First day of the service"), CT_DATE },
	{ "service_to", N_("Last day of the service"), CT_DATE },
	{ "order_ref", N_("Engagement number"), CT_TEXT, .max = 60, .help = N_("Of a public buyer, or the number of an order.") },
	{ "address", N_("Address on the document"), CT_LONG_TEXT, .max = 300,
	  .help = N_("A line each, without the name. Empty: the address of the contact.") },
	PROJECT_FIELD,
	{ 0 }
};

const struct ct_field quote_remove_fields[] = { { "line", N_("Line"), CT_INT, .required = true, .min = 1, .max = INT64_MAX }, { 0 } };

const struct ct_view_field quote_new_view[] = { { "id", "id", "of what was made" }, { 0 } };

/* ---- a new one ---- */

enum { VALID_DAYS = 30 };

int quote_new(struct ct_request *r, struct ct_error *e)
{
	json_t *form = ct_put_object(r->view, "form_ui"), *current = json_object(), *controls, *crumb;
	char day[CT_TIME_TEXT];
	int rc;

	ct_put_text(current, "valid", ct_day_text(day, ct_day_add(today_of(r), VALID_DAYS)));
	controls = ct_put_controls(r, form, "fields", quote_fields, current);
	json_decref(current);
	ct_put_text(form, "action", ct_url(r, "/o/%s/quotes", ct_path(r, "org")));
	ct_put_bool(form, "multipart", false);
	ct_put_array(form, "hidden");
	ct_put_text(form, "submit", _("Go on to the lines"));
	ct_put_text(form, "cancel_href", ct_url(r, "/o/%s/quotes", ct_path(r, "org")));
	ct_put_null(form, "note");
	crumb = ct_add_object(ct_put_array(r->view, "breadcrumbs_ui"));
	ct_put_text(crumb, "label", _("Quotes"));
	ct_put_text(crumb, "href", ct_url(r, "/o/%s/quotes", ct_path(r, "org")));
	rc = project_choices(r, controls, 0, e);
	return rc ? rc : ct_put_choices(r, &quote_fields[0], json_array_get(controls, 0), e);
}

static int check_days(struct ct_request *r, struct ct_error *e)
{
	struct ct_day from = ct_in_day(r, "service_from"), to = ct_in_day(r, "service_to");

	if (ct_in_day(r, "valid").n < today_of(r).n)
		ct_in_error(r, "valid", "%s", _("This day has passed already."));
	if (ct_day_set(from) && ct_day_set(to) && to.n < from.n)
		ct_in_error(r, "service_to", "%s", _("The last day is before the first."));
	return ct_in_fail(r, e);
}

static json_t *trace(struct ct_request *r)
{
	json_t *o = json_object();

	ct_put_text(o, "title", ct_in_text(r, "title"));
	return o;
}

static int create(struct ct_request *r, void *arg, struct ct_error *e)
{
	int64_t *id = arg;
	int rc = ct_insert(r, "quote_add", CT_ARGS(CT_NUM(r->org), CT_NUM(ct_in_int(r, "party")), CT_STR(ct_in_text(r, "title")),
		CT_DAY(ct_in_day(r, "valid")), CT_DAY(ct_in_day(r, "service_from")), CT_DAY(ct_in_day(r, "service_to")),
		CT_STR(ct_in_text(r, "order_ref")), CT_STR(ct_in_text(r, "address")), CT_ID(ct_in_int(r, "project")),
		CT_ID(r->person)), id, e);

	return rc ? rc : ct_audit(r, "quote", *id, "create", NULL, trace(r), e);
}

int quote_create(struct ct_request *r, struct ct_error *e)
{
	int64_t id;
	int rc = check_days(r, e);

	if (rc || (rc = project_check(r, 0, e)) || (rc = ct_transaction(r, create, &id, e)))
		return rc;
	ct_put_id(r->view, "id", id);
	ct_redirect(r, 201, quote_link(r, id, NULL));
	return 0;
}

/* ---- while it is a draft ---- */

static int lock(struct ct_request *r, struct ct_error *e)
{
	int64_t locked;
	int rc = ct_exec_count(r, "quote_lock", CT_ARGS(CT_NUM(r->subject)), &locked, e);

	if (rc || locked)
		return rc;
	return ct_fail(e, CT_CONFLICT, "%s", _("This quote was sent already, and is not changed any more."));
}

static int change(struct ct_request *r, ct_body_f *body, void *arg, const char *notice, struct ct_error *e)
{
	int rc = document_at_home(r, e);

	if (rc || (rc = ct_transaction(r, body, arg, e)))
		return rc;
	ct_put_id(r->view, "id", r->subject);
	ct_notice(r, "%s", notice);
	ct_redirect(r, 200, quote_link(r, r->subject, NULL));
	return 0;
}

static int store(struct ct_request *r, void *arg, struct ct_error *e)
{
	struct ct_result *row;
	int rc = lock(r, e);

	(void)arg;
	if (rc || (rc = ct_one(r, "quote", CT_ARGS(CT_NUM(r->subject)), &row, e)) ||
	    (rc = project_check(r, ct_col_int(row, "project_id"), e)) || (rc = ct_exec(r, "quote_change", CT_ARGS(CT_NUM(ct_in_int(r, "party")), CT_STR(ct_in_text(r, "title")),
		CT_DAY(ct_in_day(r, "valid")), CT_DAY(ct_in_day(r, "service_from")), CT_DAY(ct_in_day(r, "service_to")),
		CT_STR(ct_in_text(r, "order_ref")), CT_STR(ct_in_text(r, "address")), CT_ID(ct_in_int(r, "project")),
		CT_NUM(r->subject)), e)))
		return rc;
	return ct_audit(r, "quote", r->subject, "change", NULL, trace(r), e);
}

int quote_change(struct ct_request *r, struct ct_error *e)
{
	int rc = check_days(r, e);

	return rc ? rc : change(r, store, NULL, _("It is stored."), e);
}

/* ---- lines ---- */

enum { MOST_CENTS = 1000000000 };	/* what totals_of can compute with */

static int add_line(struct ct_request *r, void *arg, struct ct_error *e)
{
	const struct line *l = arg;
	int64_t id;
	struct ct_result *row;
	json_t *after;
	int rc = lock(r, e);

	if (rc || (rc = ct_one(r, "quote_lines_n", CT_ARGS(CT_NUM(r->subject)), &row, e)))
		return rc;
	if (ct_col_int(row, "n") >= QUOTE_LINES)
		return ct_fail(e, CT_CONFLICT, _("A quote has at most %d lines."), QUOTE_LINES);
	if (ct_col_int(row, "cents") + l->amount_cents > MOST_CENTS)
		return ct_fail_field(e, "price", _("With this line it would come to more than %s, and a quote may not."),
				     ct_money_show(r, MOST_CENTS, "EUR", r->lang));
	if ((rc = ct_insert(r, "quote_line_add", CT_ARGS(CT_NUM(r->subject), CT_ID(ct_in_int(r, "offer")), CT_STR(l->label),
		CT_NUM(l->quantity), CT_STR(l->unit), CT_NUM(l->unit_amount), CT_NUM(l->amount_cents),
		CT_STR(l->amounts), CT_STR(l->vat_code)), &id, e)))
		return rc;
	after = json_object();
	ct_put_text(after, "line", l->label);
	ct_put_int(after, "amount_cents", l->amount_cents);
	return ct_audit(r, "quote", r->subject, "change", NULL, after, e);
}

int quote_line_add(struct ct_request *r, struct ct_error *e)
{
	struct line line;
	int rc = line_read(r, &line, e);

	return rc ? rc : change(r, add_line, &line, _("The line is added."), e);
}

static int remove_line(struct ct_request *r, void *arg, struct ct_error *e)
{
	int64_t line = ct_in_int(r, "line"), count;
	json_t *before;
	int rc = lock(r, e);

	(void)arg;
	if (rc || (rc = ct_exec_count(r, "quote_line_remove", CT_ARGS(CT_NUM(r->subject), CT_NUM(line), CT_NUM(line)), &count, e)))
		return rc;
	if (!count)
		return ct_fail_field(e, "line", "%s", _("This line is not on it any more."));
	before = json_object();
	ct_put_int(before, "line", line);
	return ct_audit(r, "quote", r->subject, "change", before, json_object(), e);
}

int quote_line_remove(struct ct_request *r, struct ct_error *e)
{
	return change(r, remove_line, NULL, _("The line is taken off."), e);
}

static int throw_away(struct ct_request *r, void *arg, struct ct_error *e)
{
	int rc = lock(r, e);

	(void)arg;
	if (rc || (rc = ct_exec(r, "quote_line_remove", CT_ARGS(CT_NUM(r->subject), CT_NULL, CT_NULL), e)) ||
	    (rc = ct_exec(r, "quote_remove", CT_ARGS(CT_NUM(r->subject)), e)))
		return rc;
	return ct_audit(r, "quote", r->subject, "delete", json_object(), NULL, e);
}

int quote_delete(struct ct_request *r, struct ct_error *e)
{
	int rc = change(r, throw_away, NULL, _("The quote is deleted."), e);

	if (!rc)
		ct_redirect(r, 200, ct_url(r, "/o/%s/quotes", ct_path(r, "org")));
	return rc;
}
