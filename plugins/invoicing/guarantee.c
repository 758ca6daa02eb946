/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Guarantees: received, given back, or kept in part; and what their owners see of them. */
#include "guarantee.h"

#include <string.h>
#include <talloc.h>

#include "pages.h"

enum { MOST = 100000000 };

static const struct ct_choice means[] = {
	{ "cheque", N_("Cheque") }, { "cash", N_("Cash") }, { "transfer", N_("Bank transfer") }, { "card", N_("Card") }, { 0 }
};

static const struct ct_choice states[] = {
	{ "held", N_("Held") }, { "returned", N_("Given back") }, { "kept", N_("Kept, or a part of it") }, { 0 }
};

const struct ct_field guarantee_fields[] = {
	{ "name", N_("Client"), CT_TEXT, .read_only = true, .list = true, .search = true },
	{ "party", N_("Whose it is"), CT_REF, .required = true, .ref = "contact", .help = N_("One of your contacts.") },
	{ "subject", N_("For what"), CT_TEXT, .required = true, .max = 160, .list = true, .search = true,
	  .help = N_("“Large room on 28 November”, “Key no. 4”.") },
	{ "amount", N_("Amount"), CT_MONEY, .required = true, .min = 1, .max = MOST, .list = true },
	{ "means", N_("Handed over as"), CT_CHOICE, .required = true, .choices = means, .initial = "cheque", .list = true },
	{ "cheque_no", N_("Number of the cheque"), CT_TEXT, .max = 40, .search = true },
	{ "received", N_("Received on"), CT_DATE, .required = true, .list = true },
	{ "state", N_("State"), CT_CHOICE, .choices = states, .read_only = true, .list = true, .filter = true },
	{ "returned", N_("Given back or kept on"), CT_DATE, .read_only = true, .list = true, .heading = N_("What became of it") },
	{ "kept", N_("Kept of it"), CT_MONEY, .read_only = true, .list = true },
	{ "reason", N_("Reason"), CT_TEXT, .read_only = true },
	{ 0 }
};

const struct ct_view_field guarantee_view[] = { { 0 } };

/* ---- receiving it ---- */

int guarantee_check(struct ct_request *r, int64_t id, struct ct_error *e)
{
	(void)id;
	if (ct_in_set(r, "received") && ct_in_day(r, "received").n > today_of(r).n)
		ct_in_error(r, "received", "%s", _("This day has not come yet."));
	if (ct_in_set(r, "cheque_no") && ct_in_set(r, "means") && strcmp(ct_in_text(r, "means"), "cheque") != 0)
		ct_in_error(r, "cheque_no", "%s", _("Only a cheque has a number."));
	return ct_in_fail(r, e);
}

/* Once it was given back it is locked (GUARANTEE_ROWS); whoever did that meanwhile has raised the version. */
int guarantee_write(struct ct_request *r, int64_t *id, int64_t version, struct ct_error *e)
{
	const char *subject = ct_in_text(r, "subject"), *as = ct_in_text(r, "means"), *cheque = ct_in_text(r, "cheque_no");
	int64_t party = ct_in_int(r, "party"), amount = ct_in_int(r, "amount"), count;
	struct ct_day received = ct_in_day(r, "received");
	int rc;

	if (!*id)
		return ct_insert(r, "guarantee_add", CT_ARGS(CT_NUM(r->org), CT_NUM(party), CT_STR(subject), CT_NUM(amount), CT_STR(as),
							    CT_STR(cheque), CT_DAY(received)), id, e);
	rc = ct_exec_count(r, "guarantee_change", CT_ARGS(CT_NUM(party), CT_STR(subject), CT_NUM(amount), CT_STR(as), CT_STR(cheque),
							  CT_DAY(received), CT_NUM(*id), CT_NUM(version)), &count, e);
	return rc || count ? rc : ct_lost(e);
}

int guarantee_before_delete(struct ct_request *r, int64_t id, struct ct_error *e)
{
	struct ct_result *row;
	int rc = ct_one(r, "guarantee", CT_ARGS(CT_NUM(id)), &row, e);

	if (rc || ct_col_null(row, "returned_d"))
		return rc;
	return ct_fail(e, CT_CONFLICT, "%s", _("It was given back, and stays in the list."));
}

int guarantee_remove(struct ct_request *r, int64_t id, int64_t version, bool *archived_r, struct ct_error *e)
{
	int64_t count;
	int rc = ct_exec_count(r, "guarantee_remove", CT_ARGS(CT_NUM(id), CT_NUM(version)), &count, e);

	*archived_r = false;
	return rc || count ? rc : ct_lost(e);
}

/* ---- giving it back ---- */

const struct ct_field guarantee_settle_fields[] = {
	{ "returned", N_("Given back on"), CT_DATE, .required = true },
	{ "kept", N_("Kept of it"), CT_MONEY, .min = 0, .max = MOST, .help = N_("Empty: nothing, all of it is given back.") },
	{ "reason", N_("Reason"), CT_TEXT, .max = 200, .help = N_("Where something is kept: “Broken window”. Its owner reads it.") },
	{ 0 }
};

const struct ct_view_field guarantee_settle_view[] = { { "id", "id", "the guarantee" }, { 0 } };

static const char *page_of(struct ct_request *r, const char *word)
{
	const char *page = ct_url(r, "/o/%s/guarantees/%lld", ct_path(r, "org"), (long long)r->subject);

	return talloc_asprintf(r, "%s%s", page, word);
}

int guarantee_show(struct ct_request *r, int64_t id, struct ct_error *e)
{
	bool may = ct_may(r, MAY_ISSUE, r->org), held;
	struct ct_result *row;
	char day[CT_TIME_TEXT];
	int rc = ct_one(r, "guarantee", CT_ARGS(CT_NUM(id)), &row, e);

	if (rc)
		return rc;
	held = ct_col_null(row, "returned_d");
	r->subject = id;
	ct_template(r, "invoicing/guarantee");
	ct_put_text(r->view, "settle_ui", may && held ? page_of(r, "/settle") : NULL);
	ct_put_text(r->view, "today_ui", ct_day_text(day, today_of(r)));
	ct_put_text(r->view, "reopen_ui", may && !held ? page_of(r, "/reopen") : NULL);
	ct_put_text(r->view, "kept_text_ui", ct_col_int(row, "kept_cents")
		    ? talloc_asprintf(r, _("%s of it were kept. To bill them, write an invoice by hand; they pay nothing by themselves."),
				      ct_money_show(r, ct_col_int(row, "kept_cents"), "EUR", r->lang)) : NULL);
	return 0;
}

int guarantee_form(struct ct_request *r, struct ct_error *e)
{
	json_t *form = ct_put_object(r->view, "form_ui"), *current = own_json(r, json_object()), *crumb;
	char day[CT_TIME_TEXT];
	struct ct_result *row;
	int rc = document_at_home(r, e);

	if (rc || (rc = ct_one(r, "guarantee", CT_ARGS(CT_NUM(r->subject)), &row, e)))
		return rc;
	ct_put_text(current, "returned", ct_day_text(day, today_of(r)));
	ct_put_controls(r, form, "fields", guarantee_settle_fields, current);
	ct_put_text(form, "action", page_of(r, "/settle"));
	ct_put_bool(form, "multipart", false);
	ct_put_array(form, "hidden");
	ct_put_text(form, "submit", _("Write it down"));
	ct_put_text(form, "cancel_href", page_of(r, ""));
	ct_put_null(form, "note");
	crumb = ct_add_object(ct_put_array(r->view, "breadcrumbs_ui"));
	ct_put_text(crumb, "label", talloc_asprintf(r, "%s, %s", ct_col_text(row, "name"),
						    ct_money_show(r, ct_col_int(row, "amount_cents"), "EUR", r->lang)));
	ct_put_text(crumb, "href", page_of(r, ""));
	ct_put_id(r->view, "id", r->subject);
	return 0;
}

static int check_settling(struct ct_request *r, const struct ct_result *row, struct ct_error *e)
{
	struct ct_day day = ct_in_day(r, "returned");
	int64_t kept = ct_in_int(r, "kept"), amount = ct_col_int(row, "amount_cents");

	if (day.n > today_of(r).n)
		ct_in_error(r, "returned", "%s", _("This day has not come yet."));
	else if (day.n < ct_col_day(row, "received_d").n)
		ct_in_error(r, "returned", "%s", _("This is before it was received."));
	if (kept > amount)
		ct_in_error(r, "kept", _("It is %s: no more of it can be kept."), ct_money_show(r, amount, "EUR", r->lang));
	if (kept && !ct_in_set(r, "reason"))
		ct_in_error(r, "reason", "%s", _("Say why something is kept."));
	return ct_in_fail(r, e);
}

static json_t *trace(const struct ct_result *row)
{
	json_t *o = json_object();
	char day[CT_TIME_TEXT];

	ct_put_text(o, "returned_d", ct_col_null(row, "returned_d") ? NULL : ct_day_text(day, ct_col_day(row, "returned_d")));
	ct_put_int(o, "kept_cents", ct_col_int(row, "kept_cents"));
	ct_put_text(o, "reason", ct_col_text(row, "reason"));
	return o;
}

/* One query changes it where it is as it was read, the other says what is true now. */
static int change(struct ct_request *r, const char *query, struct ct_args args, const char *stale, struct ct_error *e)
{
	struct ct_result *before, *after;
	int64_t count;
	int rc = ct_one(r, "guarantee", CT_ARGS(CT_NUM(r->subject)), &before, e);

	if (rc || (rc = ct_exec_count(r, query, args, &count, e)))
		return rc;
	if (!count)
		return ct_fail(e, CT_CONFLICT, "%s", stale);
	if ((rc = ct_one(r, "guarantee", CT_ARGS(CT_NUM(r->subject)), &after, e)))
		return rc;
	return ct_audit(r, "guarantee", r->subject, "change", trace(before), trace(after), e);
}

static int settle(struct ct_request *r, void *arg, struct ct_error *e)
{
	int64_t kept = ct_in_int(r, "kept");
	struct ct_result *row;
	int rc = ct_exec(r, "guarantee_lock", CT_ARGS(CT_NUM(r->subject)), e);

	(void)arg;
	if (rc || (rc = ct_one(r, "guarantee", CT_ARGS(CT_NUM(r->subject)), &row, e)))
		return rc;
	if (ct_col_null(row, "returned_d") && (rc = check_settling(r, row, e)))
		return rc;
	return change(r, "guarantee_settle", CT_ARGS(CT_DAY(ct_in_day(r, "returned")), CT_NUM(kept),
						     CT_STR(kept ? ct_in_text(r, "reason") : NULL), CT_NUM(r->subject)),
		      _("It was given back already."), e);
}

static int reopen(struct ct_request *r, void *arg, struct ct_error *e)
{
	(void)arg;
	return change(r, "guarantee_reopen", CT_ARGS(CT_NUM(r->subject)), _("It is held already."), e);
}

static int act(struct ct_request *r, ct_body_f *body, const char *notice, struct ct_error *e)
{
	int rc = document_at_home(r, e);

	if (rc || (rc = ct_transaction(r, body, NULL, e)))
		return rc;
	ct_put_id(r->view, "id", r->subject);
	ct_notice(r, "%s", notice);
	ct_redirect(r, 200, page_of(r, ""));
	return 0;
}

int guarantee_settle(struct ct_request *r, struct ct_error *e)
{
	return act(r, settle, ct_in_int(r, "kept") ? _("It is written down what was kept.") : _("The guarantee is given back."), e);
}

int guarantee_reopen(struct ct_request *r, struct ct_error *e)
{
	return act(r, reopen, _("The guarantee is held again."), e);
}

/* ---- whose they are ---- */

static const char *state_word(const char *state)
{
	const struct ct_choice *c = states;

	while (strcmp(c->value, state) != 0)
		c++;
	return _(c->label);
}

int guarantees_put(struct ct_request *r, const char *parties, int64_t org, struct ct_error *e)
{
	json_t *list = ct_put_array(r->view, "guarantees");
	struct ct_result *row;
	int rc = ct_query(r, "guarantees_of", CT_ARGS(CT_STR(parties), CT_ID(org), CT_ID(org)), &row, e);

	while (!rc && ct_next(row)) {
		json_t *o = ct_add_object(list);
		int64_t kept = ct_col_int(row, "kept_cents");

		ct_put_id(o, "id", ct_col_int(row, "id"));
		ct_put_text(o, "issuer", ct_col_text(row, "issuer"));
		ct_put_text(o, "subject", ct_col_text(row, "subject"));
		ct_put_day(o, "received", ct_col_day(row, "received_d"), r->lang);
		ct_put_money(o, "amount", ct_col_int(row, "amount_cents"), "EUR", r->lang);
		ct_put_text(o, "state", ct_col_text(row, "state"));
		ct_put_text(o, "state_ui", state_word(ct_col_text(row, "state")));
		ct_put_day(o, "returned", ct_col_day(row, "returned_d"), r->lang);
		ct_put_money(o, "kept", kept, "EUR", r->lang);
		ct_put_bool(o, "is_kept_ui", kept > 0);
		ct_put_text(o, "reason", ct_col_text(row, "reason"));
		ct_put_text(o, "href_ui", org ? ct_url(r, "/o/%s/guarantees/%lld", ct_path(r, "org"), (long long)ct_col_int(row, "id")) : NULL);
	}
	ct_put_bool(r->view, "has_guarantees_ui", json_array_size(list) > 0);
	return rc;
}
