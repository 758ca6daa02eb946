/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Answering a request. Accepting is mailed at once. A refusal frees the time at once, but its mail is written by a
 * job two minutes later, so that a slip of the finger can be taken back before anybody has read it.
 */
#include "desk.h"
#include "quotation.h"

#include <string.h>
#include <talloc.h>

static const struct ct_choice reasons[] = {
	{ "taken", N_("The room is not available at that time.") },
	{ "unsuited", N_("The room does not suit what you plan.") },
	{ "nobody_there", N_("Nobody can open the place for you at that time.") },
	{ "unclear", N_("Your request lacks what we need to know.") },
	{ 0 }
};

#define COMMON \
	{ "t", N_("Token of the link"), CT_TEXT, .max = 64 }, { "row_version", N_("Version"), CT_INT }, \
	{ "back", N_("Page to return to"), CT_TEXT, .max = 200 }

const struct ct_field reservation_accept_fields[] = {
	COMMON,
	{ "payer", N_("Who pays"), CT_REF, .ref = "contact",
	  .help = N_("A contact of yours: the organisation that gets the bill.") },
	{ "payer_self", N_("The person pays herself"), CT_BOOL },
	{ "amount", N_("Price"), CT_MONEY, .min = 0, .max = 100000000,
	  .help = N_("0 where it is free of charge: then it is booked at once.") },
	{ "price_note", N_("What is in it"), CT_TEXT, .max = 150, .help = N_("As the mail and the booking say it.") },
	{ "until", N_("The offer stands until"), CT_DATE,
	  .help = N_("Empty: for seven days; never longer than until it begins.") },
	{ 0 }
};

const struct ct_field reservation_reject_fields[] = {
	COMMON,
	{ "reason", N_("Reason"), CT_CHOICE, .choices = reasons },
	{ "note", N_("In your own words"), CT_LONG_TEXT, .max = 500 },
	{ 0 }
};

const struct ct_field reservation_answer_fields[] = { COMMON, { 0 } };

void put_reasons(json_t *o)
{
	json_t *list = ct_put_array(o, "reasons_ui");

	for (const struct ct_choice *c = reasons; c->value; c++) {
		json_t *one = ct_add_object(list);

		ct_put_text(one, "value", c->value);
		ct_put_text(one, "label", _(c->label));
	}
}

/* In English: the letter translates it for its reader. */
static const char *reason_words(const char *reason)
{
	for (const struct ct_choice *c = reasons; reason && c->value; c++)
		if (!strcmp(c->value, reason))
			return c->label;
	return NULL;
}

const char *back_to(struct ct_request *r, const char *otherwise)
{
	const char *back = ct_in_text(r, "back");

	return back && back[0] == '/' && back[1] != '/' && !strchr(back, '\\') ? back : otherwise;
}

/* What is answered is what was seen: who asked may have moved it since. Under the locks of its rooms. */
static int as_seen(struct ct_request *r, struct ct_error *e)
{
	struct ct_result *b;
	int rc;

	if (!ct_in_set(r, "row_version"))
		return 0;
	rc = ct_one(r, "booking_full", CT_ARGS(CT_NUM(r->subject)), &b, e);
	if (!rc && ct_col_int(b, "row_version") != ct_in_int(r, "row_version"))
		rc = ct_fail(e, CT_CONFLICT,
			     _("This request was changed meanwhile. Please look at it, then answer again."));
	return rc;
}

/* ---- accepting ---- */

/* Who pays has to be known before a firm booking owes anything. */
static int link_payer(struct ct_request *r, struct ct_error *e)
{
	struct ct_result *b;
	int64_t payer = ct_in_int(r, "payer");
	int rc = ct_one(r, "booking_full", CT_ARGS(CT_NUM(r->subject)), &b, e);
	bool open = !rc && ct_col_text(b, "payer_text") &&
		    (!ct_col_int(b, "payer_id") || ct_col_int(b, "payer_id") == ct_col_int(b, "person_id"));

	if (rc || (!open && !payer))
		return rc;
	if (!payer && !ct_in_int(r, "payer_self"))
		return ct_fail_field(e, "payer",
				     _("“%s” is to pay: say which contact that is, or that the person pays herself."),
				     ct_col_text(b, "payer_text"));
	return ct_exec(r, "booking_payer",
		       CT_ARGS(CT_ID(payer ? payer : ct_col_int(b, "person_id")),
			       CT_STR(payer ? ct_col_text(b, "payer_text") : NULL), CT_NUM(r->subject)),
		       e);
}

/* Where nobody has said a price yet, accepting is naming it: *offered_r. */
static int accept(struct ct_request *r, void *arg, struct ct_error *e)
{
	bool *offered = arg;
	int rc;

	*offered = false;
	if ((rc = booking_lock_leaves(r, r->subject, "[]", e)) || (rc = as_seen(r, e)) || (rc = link_payer(r, e)) ||
	    (rc = quotation_answer(r, r->subject, offered, e)) ||
	    (!*offered && (rc = booking_decide(r, r->subject, true, e))))
		return rc;
	return mail_about(r, r->subject, NULL, e);
}

static int answered(struct ct_request *r, const char *notice, struct ct_error *e)
{
	int rc = booking_put(r, r->subject, true, e);

	if (rc)
		return rc;
	ct_notice(r, "%s", notice);
	ct_redirect(r, 200, back_to(r, ct_url(r, "/bookings/%s", ct_path(r, "uid"))));
	return 0;
}

int reservation_confirm(struct ct_request *r, struct ct_error *e)
{
	bool offered;
	int rc = ct_transaction(r, accept, &offered, e);

	return rc ? rc : answered(r, offered && ct_in_int(r, "amount") ? _("The offer is made: its mail leaves now.")
								      : _("The request is accepted."), e);
}

/* ---- refusing ---- */

static int reject(struct ct_request *r, void *arg, struct ct_error *e)
{
	struct ct_utc due = { r->now.s + REFUSAL_SECONDS };
	int rc;

	(void)arg;
	if ((rc = booking_lock_leaves(r, r->subject, "[]", e)) || (rc = as_seen(r, e)))
		return rc;
	rc = booking_decide(r, r->subject, false, e);
	return rc ? rc
		  : ct_exec(r, "refusal_insert",
			    CT_ARGS(CT_NUM(r->subject), CT_STR(ct_in_text(r, "reason")),
				    CT_STR(ct_in_text(r, "note")), CT_ID(r->person), CT_UTC(r->now),
				    CT_UTC(due)),
			    e);
}

int reservation_reject(struct ct_request *r, struct ct_error *e)
{
	int rc = ct_transaction(r, reject, NULL, e);

	return rc ? rc
		  : answered(r, _("The request is refused. You can take that back for two minutes; then the mail leaves."),
			     e);
}

static int take_back(struct ct_request *r, void *arg, struct ct_error *e)
{
	int rc = booking_reopen(r, r->subject, e);

	(void)arg;
	return rc;
}

int reservation_unreject(struct ct_request *r, struct ct_error *e)
{
	int rc = ct_transaction(r, take_back, NULL, e);

	return rc ? rc : answered(r, _("The refusal is taken back: the request waits again."), e);
}

/* ---- the mail of a refusal ---- */

/* What is free instead: the rooms and hours that a conflict would offer, as a mail's buttons. */
static int read_offers(struct ct_request *r, int64_t id, struct letter *l, struct ct_error *e)
{
	struct letter_offer *offers;
	struct ct_booking b;
	struct rooms rooms;
	json_t *list, *one;
	size_t i;
	int rc = booking_lock(r, id, &b, e);

	if (rc || (rc = booking_alternatives(r, &b, &rooms, e)))
		return rc;
	list = json_object_get(r->view, "alternatives");
	l->offers = offers = talloc_zero_array(r, struct letter_offer, json_array_size(list) + 1);
	json_array_foreach(list, i, one) {
		struct letter_offer *o = &offers[l->n_offers];
		const char *start = json_string_value(json_object_get(one, "start_local")),
			   *end = json_string_value(json_object_get(one, "end_local"));

		if ((rc = ct_local_parse(start, &o->start, e)) || (rc = ct_local_parse(end, &o->end, e)))
			return rc;
		o->room = json_string_value(json_object_get(one, "name"));
		o->path = ct_url(r, "/resources/%s/book?start=%s&end=%s",
				 json_string_value(json_object_get(one, "resource")), start, end);
		l->n_offers++;
	}
	return 0;
}

static int tell(struct ct_request *r, void *arg, struct ct_error *e)
{
	const int64_t booking = *(const int64_t *)arg;
	struct letter letter = { .about = LETTER_STATE };
	struct ct_result *row;
	int64_t count = 0;
	int rc = ct_exec_count(r, "refusal_mailed", CT_ARGS(CT_UTC(r->now), CT_NUM(booking)), &count, e);

	if (rc || !count) /* taken back, or written by another process */
		return rc;
	if ((rc = ct_one(r, "refusal", CT_ARGS(CT_NUM(booking)), &row, e)))
		return rc;
	r->org = ct_col_int(row, "org_id");
	letter.reason = reason_words(ct_col_text(row, "reason"));
	letter.note = ct_col_text(row, "note");
	rc = read_offers(r, booking, &letter, e);
	return rc ? rc : letter_send(r, booking, &letter, e);
}

int booking_mail_refusals(struct ct_request *r, struct ct_error *e)
{
	return booking_each(r, "refusals_due", tell, e);
}
