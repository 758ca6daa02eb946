/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Handing a draft over to who issues it, and giving it back. */
#include "hand.h"

#include <talloc.h>

#include <comptoir/people.h>

bool hand_reaches(struct ct_request *r, const struct ct_result *row)
{
	return r->person && ct_may(r, MAY_DRAFT, r->org) && (ct_col_int(row, "created_by_id") == r->person || ct_col_int(row, "led"));
}

bool hand_may_write(struct ct_request *r, const struct ct_result *row)
{
	return ct_may(r, MAY_ISSUE, r->org) || (ct_may(r, MAY_DRAFT, r->org) && ct_col_null(row, "handed_utc"));
}

int draft_write_lock(struct ct_request *r, struct ct_error *e)
{
	struct ct_result *row;
	int rc = draft_lock(r, r->subject, e);

	if (rc || (rc = ct_one(r, "hand_of", CT_ARGS(CT_NUM(r->subject)), &row, e)) || hand_may_write(r, row))
		return rc;
	return ct_fail(e, CT_CONFLICT, "%s", _("It was handed to the treasurer, who can give it back to you."));
}

/* ---- the page ---- */

const struct ct_field hand_back_fields[] = {
	{ "note", N_("What is to be changed"), CT_TEXT, .required = true, .max = 200 },
	{ 0 }
};

static const char *page_of(struct ct_request *r, const char *word)
{
	const char *page = ct_url(r, "/o/%s/invoices/%lld", ct_path(r, "org"), (long long)r->subject);

	return talloc_asprintf(r, "%s%s", page, word);
}

/* "Handed over by Lou Martin on 27/11/2026." */
static const char *handed_text(struct ct_request *r, const struct ct_result *row)
{
	const struct ct_zone *zone;
	char day[CT_TIME_UI];
	struct ct_error ignored;

	if (ct_zone_get("Europe/Paris", &zone, &ignored))
		return NULL;
	return talloc_asprintf(r, _("Handed over by %s on %s."), ct_col_text(row, "handed_by"),
			       ct_day_ui(day, ct_zone_day(zone, ct_col_utc(row, "handed_utc")), r->lang));
}

void hand_put(struct ct_request *r, const struct bill *b, const struct ct_result *row)
{
	bool draft = !b->number, handed = draft && !ct_col_null(row, "handed_utc"), issues = ct_may(r, MAY_ISSUE, r->org);
	const char *note = draft ? ct_col_text(row, "handed_note") : NULL;
	json_t *form;

	ct_put_bool(r->view, "handed", handed);
	ct_put_text(r->view, "handed_note", note);
	ct_put_text(r->view, "handed_ui", handed ? handed_text(r, row) : NULL);
	ct_put_text(r->view, "hand_ui", draft && !issues && b->n && hand_may_write(r, row) ? page_of(r, "/hand") : NULL);
	ct_put_null(r->view, "return_ui");
	if (!handed || !issues)
		return;
	form = ct_put_object(r->view, "return_ui");
	ct_put_text(form, "action", page_of(r, "/return"));
	ct_put_controls(r, form, "fields", hand_back_fields, NULL);
}

/* ---- what is done ---- */

static int trace(struct ct_request *r, const char *handed, const char *note, struct ct_error *e)
{
	json_t *after = json_object();

	ct_put_text(after, "handed", handed);
	ct_put_text(after, "note", note);
	return ct_audit(r, "document", r->subject, "change", NULL, after, e);
}

/* In the language of the reader; with a note it comes back to her. */
static int mail(struct ct_request *r, const struct bill *b, const struct ct_result *to, const char *note,
		struct ct_error *e)
{
	struct ct_mail mail = { .org = b->org, .party = ct_col_int(to, "id"), .to = ct_col_text(to, "email"),
				.to_name = ct_col_text(to, "name"), .template = "invoicing/mail-hand.txt" };
	const char *before = ct_speak(r, ct_col_text(to, "lang"));
	int rc;

	mail.lang = r->lang;
	mail.subject = talloc_asprintf(r, "%s – %s", note ? _("An invoice is given back to you") : _("An invoice is handed to you"), b->payer);
	mail.why = note ? _("You get this mail because you handed this draft over.") : _("You get this mail because you issue invoices.");
	mail.view = json_object();
	ct_put_text(mail.view, "name_ui", mail.to_name);
	ct_put_text(mail.view, "sentence_ui", note ? _("The treasurer has given a draft back to you.")
		    : _("A draft is prepared, and waits for you to issue it or to give it back."));
	ct_put_text(mail.view, "client_ui", b->payer);
	ct_put_text(mail.view, "project_ui", b->project);
	ct_put_text(mail.view, "total_ui", ct_money_show(r, b->totals.gross_cents, b->currency, r->lang));
	ct_put_text(mail.view, "note_ui", note);
	ct_put_text(mail.view, "link_ui", ct_url_absolute(r, page_of(r, "")));
	rc = ct_mail(r, &mail, e);
	ct_speak(r, before);
	return rc;
}

/* Nobody is told what she does herself. */
static int mail_all(struct ct_request *r, struct ct_result *to, const char *note, struct ct_error *e)
{
	struct rules rules;
	struct bill b;
	int rc;

	if ((rc = rules_load(r, today_of(r), &rules, e)) || (rc = bill_load(r, r->subject, today_of(r), &rules, &b, e)))
		return rc;
	while (!rc && ct_next(to))
		if (ct_col_int(to, "id") != r->person)
			rc = mail(r, &b, to, note, e);
	return rc;
}

static int over(struct ct_request *r, void *arg, struct ct_error *e)
{
	struct ct_result *row;
	int rc = draft_write_lock(r, e);

	(void)arg;
	if (rc || (rc = ct_one(r, "line_draft", CT_ARGS(CT_NUM(r->subject)), &row, e)))
		return rc;
	if (!ct_col_int(row, "n"))
		return ct_fail(e, CT_CONFLICT, "%s", _("There is no line on it."));
	rc = ct_exec(r, "hand_over", CT_ARGS(CT_UTC(r->now), CT_NUM(r->person), CT_NUM(r->subject)), e);
	if (rc || (rc = trace(r, "over", NULL, e)) || (rc = ct_holders(r, r->org, MAY_ISSUE, &row, e)))
		return rc;
	return mail_all(r, row, NULL, e);
}

static int back(struct ct_request *r, void *arg, struct ct_error *e)
{
	struct ct_result *row;
	int64_t count;
	int rc = draft_lock(r, r->subject, e);

	(void)arg;
	if (rc || (rc = ct_query(r, "hand_author", CT_ARGS(CT_NUM(r->subject)), &row, e)) ||
	    (rc = ct_exec_count(r, "hand_back", CT_ARGS(CT_STR(ct_in_text(r, "note")), CT_NUM(r->subject)), &count, e)))
		return rc;
	if (!count)
		return ct_fail(e, CT_CONFLICT, "%s", _("Nobody has handed it over."));
	rc = trace(r, "back", ct_in_text(r, "note"), e);
	return rc ? rc : mail_all(r, row, ct_in_text(r, "note"), e);
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

int hand_over(struct ct_request *r, struct ct_error *e)
{
	return act(r, over, _("It is handed to the treasurer."), e);
}

int hand_back(struct ct_request *r, struct ct_error *e)
{
	return act(r, back, _("It is given back."), e);
}
