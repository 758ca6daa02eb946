/* SPDX-License-Identifier: GPL-3.0-or-later */
/* On the page of an issued document: sending it by mail, what was sent, and whether its client contests it. */
#include <string.h>
#include <talloc.h>

#include "letters.h"
#include "pages.h"

const struct ct_field letter_fields[] = { { "again", N_("Send it once more"), CT_BOOL }, { 0 } };

const struct ct_field dispute_fields[] = {
	{ "open", N_("Contested"), CT_BOOL },
	{ "note", N_("What it is about"), CT_TEXT, .required = true, .max = 300 },
	{ 0 }
};

static const char *here(struct ct_request *r, const char *word)
{
	return ct_url(r, "/o/%s/invoices/%lld/%s", ct_path(r, "org"), (long long)r->subject, word);
}

static int back(struct ct_request *r, const char *notice)
{
	ct_put_id(r->view, "id", r->subject);
	ct_notice(r, "%s", notice);
	ct_redirect(r, 200, ct_url(r, "/o/%s/invoices/%lld", ct_path(r, "org"), (long long)r->subject));
	return 0;
}

/* ---- by mail ---- */

static int send(struct ct_request *r, void *arg, struct ct_error *e)
{
	(void)arg;
	return letter_document(r, r->subject, ct_in_int(r, "again"), e);
}

int letter_post(struct ct_request *r, struct ct_error *e)
{
	int rc = document_at_home(r, e);

	if (rc || (rc = ct_transaction(r, send, NULL, e)))
		return rc;
	return back(r, _("It is sent by e-mail."));
}

/* It was sent before, and the page has just asked: now its button sends. */
int letter_form(struct ct_request *r, struct ct_error *e)
{
	int rc = document_put(r, e);
	json_t *mail = rc ? NULL : json_object_get(r->view, "mail_ui");

	if (json_is_true(json_object_get(mail, "sent")))
		ct_put_bool(mail, "again", true);
	return rc;
}

static const char *level_word(int level)
{
	static const char *const words[] = { N_("Sent by e-mail"), N_("Reminder 1"), N_("Reminder 2"), N_("Formal notice") };

	return _(words[level]);
}

static int put_sent(struct ct_request *r, const struct bill *b, bool *sent_r, struct ct_error *e)
{
	json_t *list = json_object_get(r->view, "letters");
	const struct ct_zone *zone;
	struct ct_result *row;
	int rc;

	*sent_r = false;
	if ((rc = ct_zone_get("Europe/Paris", &zone, e)) || (rc = ct_query(r, "letters", CT_ARGS(CT_NUM(b->id)), &row, e)))
		return rc;
	while (ct_next(row)) {
		json_t *o = ct_add_object(list);
		int level = (int)ct_col_int(row, "level");

		ct_put_int(o, "level", level);
		ct_put_text(o, "level_ui", level_word(level));
		ct_put_instant(o, "sent", ct_col_utc(row, "sent_utc"), zone, r->lang);
		ct_put_text(o, "to", ct_col_text(row, "sent_to"));
		*sent_r = *sent_r || !level;
	}
	return 0;
}

static void put_mail(struct ct_request *r, const struct bill *b, bool sent)
{
	json_t *o = ct_put_object(r->view, "mail_ui");

	ct_put_text(o, "action", here(r, "mail"));
	ct_put_text(o, "to", b->email);
	ct_put_text(o, "edit", b->party ? ct_url(r, "/o/%s/people/%lld/edit", ct_path(r, "org"), (long long)b->party) : NULL);
	ct_put_bool(o, "sent", sent);
	ct_put_bool(o, "again", false);
}

/* ---- contested ---- */

static int store(struct ct_request *r, void *arg, struct ct_error *e)
{
	bool open = ct_in_int(r, "open"), was;
	struct ct_result *row;
	json_t *after;
	int rc;

	(void)arg;
	if ((rc = client_guard_of(r, r->subject, e)) || (rc = ct_exec(r, "credit_guard", CT_ARGS(CT_NUM(r->subject)), e)) ||
	    (rc = ct_query(r, "dispute_last", CT_ARGS(CT_NUM(r->subject)), &row, e)))
		return rc;
	was = ct_next(row) && ct_col_int(row, "is_open");
	if (was == open)
		return ct_fail(e, CT_CONFLICT, "%s", open ? _("It is contested already.") : _("It is not contested any more."));
	if ((rc = ct_exec(r, "dispute_add", CT_ARGS(CT_NUM(r->subject), CT_NUM(open), CT_STR(ct_in_text(r, "note")),
						    CT_UTC(r->now), CT_ID(r->person)), e)))
		return rc;
	after = json_object();
	ct_put_bool(after, "contested", open);
	ct_put_text(after, "note", ct_in_text(r, "note"));
	return ct_audit(r, "document", r->subject, "dispute", NULL, after, e);
}

int dispute_post(struct ct_request *r, struct ct_error *e)
{
	struct letter l;
	int rc;

	if ((rc = document_at_home(r, e)) || (rc = letter_load(r, r->subject, &l, e)))
		return rc;
	if (!strcmp(l.type, "credit"))
		return ct_fail(e, CT_CONFLICT, "%s", _("Nobody pays a credit note: there is nothing to contest."));
	if ((rc = ct_transaction(r, store, NULL, e)))
		return rc;
	return back(r, ct_in_int(r, "open") ? _("It is noted: no reminder leaves as long as it is contested.")
		    : _("It is noted: reminders may leave again."));
}

static int put_dispute(struct ct_request *r, const struct bill *b, bool may, struct ct_error *e)
{
	const struct ct_zone *zone;
	struct ct_result *row;
	char day[CT_TIME_UI];
	bool open;
	json_t *o;
	int rc;

	if ((rc = ct_zone_get("Europe/Paris", &zone, e)) || (rc = ct_query(r, "dispute_last", CT_ARGS(CT_NUM(b->id)), &row, e)))
		return rc;
	open = ct_next(row) && ct_col_int(row, "is_open");
	ct_put_bool(r->view, "disputed", open);
	if (open) {
		ct_put_text(r->view, "dispute", ct_col_text(row, "note"));
		ct_put_text(r->view, "dispute_since_ui", ct_day_ui(day, ct_zone_day(zone, ct_col_utc(row, "at_utc")), r->lang));
	}
	if (!may)
		return 0;
	o = ct_put_object(r->view, "dispute_ui");
	ct_put_text(o, "action", here(r, "dispute"));
	ct_put_bool(o, "open", open);
	ct_put_controls(r, o, "fields", dispute_fields + 1, NULL);
	return 0;
}

int letters_put(struct ct_request *r, const struct bill *b, bool house, bool remindable, struct ct_error *e)
{
	bool issued = !strcmp(b->state, "issued"), may = issued && house && ct_may(r, MAY_ISSUE, r->org), sent = false;
	int rc = 0;

	ct_put_array(r->view, "letters");
	ct_put_bool(r->view, "disputed", false);
	ct_put_null(r->view, "dispute");
	ct_put_null(r->view, "dispute_since_ui");
	ct_put_null(r->view, "mail_ui");
	ct_put_null(r->view, "dispute_ui");
	if (issued && house && !(rc = put_sent(r, b, &sent, e)) && remindable)
		rc = put_dispute(r, b, may, e);
	ct_put_bool(r->view, "has_letters_ui", json_array_size(json_object_get(r->view, "letters")) > 0);
	if (may)
		put_mail(r, b, sent);
	return rc;
}
