/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lines written by hand, and invoices that begin with nothing but a client. */
#include "line.h"

#include <string.h>
#include <talloc.h>

#include "client.h"
#include "hand.h"
#include "pages.h"
#include "project.h"

enum { HALF = 5000, WHOLE = 10000, UNIT_PER_CENT = 100 };

/* ---- what was typed ---- */

/* What was not typed is as the catalogue has it. */
static int from_offer(struct ct_request *r, struct line *l, int64_t *price, struct ct_error *e)
{
	struct ct_result *row;
	int rc = ct_one(r, "quote_offer", CT_ARGS(CT_NUM(ct_in_int(r, "offer")), CT_NUM(r->org)), &row, e);

	if (rc)
		return rc;
	if (!ct_col_null(row, "archived_at"))
		return ct_fail_field(e, "offer", "%s", _("This is not in the catalogue any more."));
	l->label = l->label ? l->label : ct_col_text(row, "label");
	l->unit = l->unit ? l->unit : ct_col_text(row, "unit");
	if (!ct_in_set(r, "price")) {
		*price = ct_col_int(row, "price_cents");
		l->amounts = ct_col_text(row, "amounts");
	}
	l->amounts = l->amounts ? l->amounts : ct_col_text(row, "amounts");
	l->vat_code = l->vat_code ? l->vat_code : ct_col_text(row, "vat_code");
	return 0;
}

static int check(struct ct_request *r, const struct line *l, int64_t price, struct ct_error *e)
{
	struct issuer i;
	int rc = issuer_load(r, r->org, today_of(r), &i, e);

	if (rc)
		return rc;
	if (!l->label)
		ct_in_error(r, "label", "%s", _("Say what it is, or choose it from the catalogue."));
	if (!ct_in_set(r, "offer") && !ct_in_set(r, "price"))
		ct_in_error(r, "price", "%s", _("Say what one costs."));
	if (l->quantity > INT64_C(1000000000000) / (price + 1))
		ct_in_error(r, "quantity", "%s", _("This is more than a line can come to."));
	if (!l->vat_code)
		ct_in_error(r, "vat_code", "%s", _("Say which VAT it bears."));
	else if (i.regime && !rules_allow(i.regime, l->vat_code))
		ct_in_error(r, "vat_code", "%s", _("Your VAT regime does not allow this."));
	return ct_in_fail(r, e);
}

int line_read(struct ct_request *r, struct line *line, struct ct_error *e)
{
	struct line l = { ct_in_text(r, "label"), ct_in_text(r, "unit"), ct_in_text(r, "amounts"), ct_in_text(r, "vat_code"),
			  ct_in_int(r, "quantity"), 0, 0 };
	int64_t price = ct_in_int(r, "price");
	int rc;

	if ((rc = ct_in_set(r, "offer") ? from_offer(r, &l, &price, e) : 0) || (rc = check(r, &l, price, e)))
		return rc;
	if (*l.vat_code == 'E')
		l.amounts = "no_vat";
	l.amounts = l.amounts ? l.amounts : "include_vat";
	l.unit = l.unit ? l.unit : "C62";
	l.unit_amount = price * UNIT_PER_CENT;
	l.amount_cents = (l.quantity * price + HALF) / WHOLE;
	*line = l;
	return 0;
}

/* ---- on a draft ---- */

static const char *page_of(struct ct_request *r, int64_t draft)
{
	return ct_url(r, "/o/%s/invoices/%lld", ct_path(r, "org"), (long long)draft);
}

/* Where one VAT code is all that there is, it is chosen already. */
static const char *only_code(const struct issuer *i)
{
	return !i->regime ? NULL : !strcmp(i->regime, "franchise") ? "E293B" : !strcmp(i->regime, "exempt") ? "E261" : NULL;
}

int line_put(struct ct_request *r, const struct bill *b, bool may_draft, struct ct_error *e)
{
	struct issuer i;
	json_t *form, *current, *controls;
	int rc;

	ct_put_null(r->view, "line_ui");
	if (!may_draft || strcmp(b->state, "draft") != 0 || strcmp(b->type, "invoice") != 0)
		return 0;
	if ((rc = issuer_load(r, b->org, today_of(r), &i, e)))
		return rc;
	current = own_json(r, json_object());
	ct_put_text(current, "quantity", "1");
	ct_put_text(current, "vat_code", only_code(&i));
	form = ct_put_object(r->view, "line_ui");
	ct_put_text(form, "action", talloc_asprintf(r, "%s/lines", page_of(r, b->id)));
	controls = ct_put_controls(r, form, "fields", line_fields, current);
	vat_choices(controls, &i);
	return ct_put_choices(r, &line_fields[0], json_array_get(controls, 0), e);
}

static int check_draft(struct ct_request *r, struct ct_error *e)
{
	struct ct_result *row;
	int rc = ct_one(r, "line_draft", CT_ARGS(CT_NUM(r->subject)), &row, e);

	if (rc)
		return rc;
	if (strcmp(ct_col_text(row, "type"), "invoice") != 0)
		return ct_fail(e, CT_CONFLICT, "%s", _("A line can be written on an invoice only: begin a new one."));
	if (ct_col_int(row, "n") >= BILL_LINES)
		return ct_fail(e, CT_TOO_LARGE, _("A document holds at most %d lines: please make one for a shorter period."), BILL_LINES);
	return 0;
}

/* Guard rows: the source, then client and document (draft_write_lock). Issuer and client read its title. */
static int lock(struct ct_request *r, struct ct_error *e)
{
	const char *before = ct_speak(r, "fr"), *title = talloc_strdup(r, _("Written by hand"));
	int rc;

	ct_speak(r, before);
	rc = ct_exec(r, "source_put", CT_ARGS(CT_NUM(r->org), CT_STR("invoicing.document"), CT_NUM(r->subject), CT_STR(title)), e);
	return rc ? rc : draft_write_lock(r, e);
}

/* Days of the service, both or none. */
struct served { struct ct_day from, to; };

static struct served served(struct ct_request *r)
{
	struct ct_day from = ct_in_day(r, "service_from"), to = ct_in_day(r, "service_to");

	return (struct served){ ct_day_set(from) ? from : to, ct_day_set(to) ? to : from };
}

static int add(struct ct_request *r, void *arg, struct ct_error *e)
{
	const struct line *l = arg;
	struct served s = served(r);
	json_t *after;
	int rc = lock(r, e);

	if (rc || (rc = check_draft(r, e)) ||
	    (rc = ct_exec(r, "line_add", CT_ARGS(CT_STR(l->label), CT_NUM(l->quantity), CT_STR(l->unit), CT_NUM(l->unit_amount),
		CT_NUM(l->amount_cents), CT_STR(l->amounts), CT_STR(l->vat_code), CT_DAY(s.from), CT_DAY(s.to),
		CT_NUM(r->subject)), e)))
		return rc;
	after = json_object();
	ct_put_text(after, "line", l->label);
	ct_put_int(after, "amount_cents", l->amount_cents);
	return ct_audit(r, "document", r->subject, "change", NULL, after, e);
}

int line_add(struct ct_request *r, struct ct_error *e)
{
	struct served s = served(r);
	struct line line;
	int rc = document_at_home(r, e);

	if (rc)
		return rc;
	if (s.to.n < s.from.n)
		ct_in_error(r, "service_to", "%s", _("The last day is before the first."));
	if ((rc = line_read(r, &line, e)) || (rc = ct_transaction(r, add, &line, e)))
		return rc;
	ct_put_id(r->view, "id", r->subject);
	ct_notice(r, "%s", _("The line is added."));
	ct_redirect(r, 200, page_of(r, r->subject));
	return 0;
}

int lines_erase(struct ct_request *r, int64_t draft, int64_t charge, int64_t *count_r, struct ct_error *e)
{
	return ct_exec_count(r, "lines_erase", CT_ARGS(CT_NUM(draft), CT_ID(charge), CT_ID(charge)), count_r, e);
}

/* ---- GET, POST /o/{org}/invoices/new ---- */

const struct ct_field draft_new_fields[] = {
	{ "party", N_("Client"), CT_REF, .ref = "contact" },
	{ "known", N_("Or a client by e-mail address or SIREN"), CT_TEXT, .max = 254, .help = N_("Exactly as your organisation knows it.") },
	PROJECT_FIELD,
	{ "order_ref", N_("Engagement number"), CT_TEXT, .max = 60, .help = N_("Of a public buyer, or the number of an order.") },
	{ "address", N_("Address on the document"), CT_LONG_TEXT, .max = 300,
	  .help = N_("A line each, without the name. Empty: the address of the contact.") },
	{ 0 }
};

const struct ct_view_field draft_new_view[] = { { "id", "id", "of what was made" }, { 0 } };

int draft_new(struct ct_request *r, struct ct_error *e)
{
	const char *list = ct_url(r, "/o/%s/invoices", ct_path(r, "org"));
	json_t *form = ct_put_object(r->view, "form_ui"), *crumb, *controls;
	const struct ct_field *all = draft_new_fields;
	struct ct_field chosen[] = { all[0], all[2], all[3], all[4], { 0 } };
	struct ct_field led[] = { all[0], all[1], all[2], all[3], all[4], { 0 } };
	bool chooses = ct_may(r, MAY_CHOOSE, r->org);
	int rc;

	chosen[0].required = led[2].required = true;
	controls = ct_put_controls(r, form, "fields", chooses ? chosen : led, NULL);
	ct_put_text(form, "action", talloc_asprintf(r, "%s/new", list));
	ct_put_bool(form, "multipart", false);
	ct_put_array(form, "hidden");
	ct_put_text(form, "submit", _("Go on to the lines"));
	ct_put_text(form, "cancel_href", list);
	ct_put_null(form, "note");
	crumb = ct_add_object(ct_put_array(r->view, "breadcrumbs_ui"));
	ct_put_text(crumb, "label", _("Invoices"));
	ct_put_text(crumb, "href", list);
	rc = project_choices(r, controls, 0, e);
	if (rc)
		return rc;
	controls = json_array_get(controls, 0);
	return chooses ? ct_put_choices(r, &all[0], controls, e) : project_clients(r, controls, e);
}

static int begin(struct ct_request *r, void *arg, struct ct_error *e)
{
	struct ct_payer who = { .party = 0 };
	struct ct_result *row;
	int64_t client, *draft = arg;
	const char *order = ct_in_text(r, "order_ref");
	struct ct_arg project = CT_ID(ct_in_int(r, "project"));
	json_t *after;
	int rc;

	if ((rc = project_party(r, &who.party, e)) || (rc = project_check(r, 0, e)) ||
	    (rc = client_get(r, r->org, &who, 0, &client, e)) || (rc = clients_lock(r, &client, 1, e)) ||
	    (rc = ct_one(r, "client_payer", CT_ARGS(CT_NUM(client)), &row, e)) ||
	    (rc = ct_insert(r, "draft_add", CT_ARGS(CT_NUM(r->org), CT_NUM(client), project, CT_STR("invoice"), CT_STR("EUR"), CT_STR(order),
		CT_STR(ct_col_text(row, "payer")), CT_ID(r->person)), draft, e)) ||
	    (rc = ct_exec(r, "draft_details", CT_ARGS(CT_STR(ct_in_text(r, "address")), CT_STR(order), CT_NULL, project, CT_NUM(*draft)), e)))
		return rc;
	after = json_object();
	ct_put_text(after, "payer", ct_col_text(row, "payer"));
	return ct_audit(r, "document", *draft, "create", NULL, after, e);
}

int draft_begin(struct ct_request *r, struct ct_error *e)
{
	int64_t draft;
	int rc = ct_transaction(r, project_ask, NULL, e);

	if (rc || (rc = ct_transaction(r, begin, &draft, e)))
		return rc;
	ct_put_id(r->view, "id", draft);
	ct_redirect(r, 201, page_of(r, draft));
	return 0;
}
